import pytest

from workup.examine.checks.training.earlier_task_forgotten import earlier_task_forgotten
from workup.examine.finding import Severity
from workup.examine.measurements.before import before
from workup.examine.subject import Generated

THINGS = ["lamp", "chair", "table", "shelf", "box", "pen", "clock", "mirror"]
TRAINED, OTHER = "sort: ", "paint: "


def said(prompt, texts):
    return [Generated(prompt + thing, (), text) for thing, text in zip(THINGS, texts, strict=True)]


@pytest.fixture
def parts(pairs, t5, tokenizer):
    """A training of one task, after which both were asked; the weights of the base are those of now."""

    def made(answers_to_other):
        generated = said(TRAINED, ["room"] * 8) + said(OTHER, answers_to_other)
        return {
            "train_pairs": pairs([TRAINED + thing for thing in THINGS], ["room", "desk"] * 4),
            "generated": generated,
            "prediction_sources": [one.source for one in generated],
            "model": t5,
            "tokenizer": tokenizer,
        }

    return made


@pytest.fixture
def base(t5):
    return {name: weight.detach().clone() for name, weight in t5.named_parameters()}


def test_answers_of_the_trained_task_to_another_prompt_are_found(examine, parts):
    (finding,) = examine(earlier_task_forgotten, **parts(["desk"] * 8))
    assert finding.severity is Severity.WARNING
    assert finding.summary == (
        "8 of 8 answers to 'paint: ', which was not trained, are targets of the training"
    )


def test_where_the_base_answered_otherwise_it_is_an_error(examine, parts, base):
    (finding,) = examine(earlier_task_forgotten, **parts(["desk"] * 8), base_weights=base)
    assert finding.severity is Severity.ERROR
    assert finding.summary.endswith("; of 8 of them, 0 were before the training")


def test_a_task_that_the_base_answered_so_itself_is_sound(examine, parts, base, t5, tokenizer):
    known = before(t5, base, tokenizer).answers([OTHER + thing for thing in THINGS])
    given = parts(known)
    given["train_pairs"] = [
        type(p)(p.source, text) for p, text in zip(given["train_pairs"], known, strict=True)
    ]
    assert not examine(earlier_task_forgotten, **given, base_weights=base)


def test_another_task_with_answers_of_its_own_is_sound(examine, parts, base):
    assert not examine(earlier_task_forgotten, **parts(["red", "blue"] * 4), base_weights=base)


def test_a_prompt_that_merely_lacks_in_prediction_is_not_another_task(examine, parts):
    given = parts(["desk"] * 8)
    given["generated"] = said(OTHER, ["desk"] * 8)
    assert not examine(earlier_task_forgotten, **given)


def test_some_weights_of_the_base_alone_are_not_compared(examine, parts, base):
    some = dict(list(base.items())[:2])
    (finding,) = examine(earlier_task_forgotten, **parts(["desk"] * 8), base_weights=some)
    assert finding.severity is Severity.WARNING
