import pytest
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainingArguments, TrainingArguments

from workup.examine.checks.generation.teacher_forced_scores import teacher_forced_scores as check
from workup.examine.finding import Severity
from workup.examine.subject import Subject


def accuracy(prediction):
    return {"accuracy": float((prediction.predictions[0].argmax(-1) == prediction.label_ids).mean())}


def arguments(folder, kind=Seq2SeqTrainingArguments, **given):
    return kind(output_dir=str(folder), report_to=[], use_cpu=True, **given)


@pytest.fixture(scope="module")
def half_taught(tiny_t5, taught):
    """A model that has learned how answers go on, not how each begins."""
    pairs = [
        (f"a {thing}", f"{colour} and green and blue and white")
        for thing, colour in zip(
            ("lemon", "cherry", "sky", "coal"), ("yellow", "red", "blue", "black"), strict=True
        )
    ]
    return taught(tiny_t5, pairs, 25)


def test_scores_with_the_answer_given_are_told_apart_from_generated_answers(examined, half_taught, tmp_path):
    (finding,) = examined(check, half_taught, arguments=arguments(tmp_path), compute_metrics=accuracy)
    assert finding.severity is Severity.WARNING
    forced = finding.evidence["right tokens, the answer given"]
    assert forced - finding.evidence["right answers, generated"] >= 0.2


def test_where_both_scores_agree_it_is_a_note(examined, says_once, tmp_path):
    (finding,) = examined(check, says_once, arguments=arguments(tmp_path), compute_metrics=accuracy)
    assert finding.severity is Severity.NOTE
    assert finding.evidence["right answers, generated"] == 1.0


def test_a_plain_trainer_cannot_generate(examined, tiny_t5, tmp_path):
    model = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
    plain = arguments(tmp_path, TrainingArguments)
    (finding,) = examined(check, Subject(model=model, arguments=plain, compute_metrics=accuracy))
    assert finding.severity is Severity.WARNING


def test_scores_of_generated_answers_are_sound(examined, says_once, tmp_path):
    generating = arguments(tmp_path, predict_with_generate=True)
    assert not examined(check, says_once, arguments=generating, compute_metrics=accuracy)


def test_without_a_metric_only_the_loss_is_computed(examined, says_once, tmp_path):
    assert not examined(check, says_once, arguments=arguments(tmp_path))
