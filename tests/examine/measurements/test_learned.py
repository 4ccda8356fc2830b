from types import SimpleNamespace

from workup.examine.measurements.course import course
from workup.examine.measurements.entropy import LabelEntropy
from workup.examine.measurements.learned import has_learned

ANSWERS = LabelEntropy(unigram=2.0, answers=0.5, rows=100, total=100)
TEXTS = LabelEntropy(unigram=2.0, answers=None, rows=100, total=100)


def log(*losses, name="loss"):
    return course([{"step": step, name: loss} for step, loss in enumerate(losses, 1)])


def test_a_loss_that_falls_by_half_and_below_the_share_of_each_answer_has_learned():
    assert has_learned(log(4.0, 2.0, 0.1), ANSWERS)
    assert not has_learned(log(4.0, 2.0, 1.0), ANSWERS)
    assert has_learned(log(4.0, 2.0, 0.6), ANSWERS)
    assert not has_learned(log(0.3, 0.3, 0.2), ANSWERS)


def test_texts_of_their_own_are_measured_by_their_tokens():
    assert has_learned(log(4.0, 2.0, 1.0), TEXTS)
    assert not has_learned(log(9.0, 4.0, 2.5), TEXTS)


def test_the_evaluation_counts_where_there_is_one_and_a_training_loss_may_be_a_multiple():
    told = course(
        [{"step": n, "loss": 8 * loss, "eval_loss": loss} for n, loss in enumerate((4.0, 1.0, 0.1))]
    )
    assert has_learned(told, ANSWERS)


def test_label_smoothing_keeps_every_loss_up():
    assert has_learned(log(4.0, 2.0, 1.0), ANSWERS, SimpleNamespace(label_smoothing_factor=0.1))


def test_few_losses_show_nothing():
    assert not has_learned(log(4.0, 0.1), ANSWERS)
    assert not has_learned()
