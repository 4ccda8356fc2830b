from pathlib import Path

import pytest

from workup.errors import RecipeError
from workup.pretraining.plan import Pairs, Plan

BUILTIN = Path(__file__).parents[2] / "plans" / "builtin.yaml"
GOOD = """\
corpus: texts
tokenizer: {kind: teacher, pieces: 620}
teacher: {folder: minilm}
distillation: {steps: 2, learning_rate: 1e-3}
learning:
  steps: 4
  learning_rate: 1e-3
  decoder_learning_rate: 1e-3
"""
ENCODER = GOOD.replace("teacher: {folder: minilm}", "encoder: {width: 32, heads: 2}")


def refused(tmp_path, text):
    """What is said about a plan with this text."""
    (tmp_path / "plan.yaml").write_text(text)
    with pytest.raises(RecipeError) as caught:
        Plan.load(tmp_path / "plan.yaml")
    return str(caught.value)


def test_the_plan_of_the_built_in_base_loads():
    plan = Plan.load(BUILTIN)
    assert plan.teacher
    assert len(plan.teacher.sha256) == 64
    assert [pairs.columns for pairs in plan.learning.pairs] == [
        ["text", "findings", "diagnosis"],
        ["text", "diagnosis", "differential"],
    ]


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_key(tmp_path):
    said = refused(tmp_path, GOOD.replace("  steps: 4", "  step: 4"))
    assert "plan.yaml:6: unknown key 'learning.step'; did you mean 'steps'?" in said


def test_a_plan_that_is_not_there_names_the_nearest(tmp_path):
    (tmp_path / "builtin.yaml").write_text(GOOD)
    with pytest.raises(RecipeError, match=r"there is no plan .*bultin.yaml; did you mean '.*builtin.yaml'"):
        Plan.load(tmp_path / "bultin.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "encoder: {width: 36}\n", "give either 'teacher' or 'encoder'"),
        (GOOD.replace("teacher: {folder: minilm}\n", ""), "give either 'teacher' or 'encoder'"),
        (ENCODER.replace("distillation: {steps: 2, learning_rate: 1e-3}\n", ""), "need a teacher"),
        (ENCODER.replace("kind: teacher", "kind: unigram"), "need a teacher"),
        (GOOD + "  gaps: 0\n", "learning needs 'pairs', or a share of 'gaps'"),
        (ENCODER.replace("heads: 2", "heads: 3"), "'width' 32 must be a multiple of 'heads' 3"),
        (GOOD + "held_out: 0\n", "held_out"),
    ],
    ids=["both", "neither", "tokenizer", "distillation", "nothing to learn", "heads", "nothing held out"],
)
def test_a_plan_that_cannot_be_followed_is_refused(tmp_path, text, said):
    assert said in refused(tmp_path, text)


def test_an_encoder_alone_needs_no_teacher(tmp_path):
    text = ENCODER.replace("kind: teacher", "kind: unigram")
    text = text.replace("distillation: {steps: 2, learning_rate: 1e-3}\n", "")
    (tmp_path / "plan.yaml").write_text(text)
    assert Plan.load(tmp_path / "plan.yaml").encoder.width == 32


@pytest.mark.parametrize("template", ["{text", "text}", "{}", "no column", "{text!r}"])
def test_a_template_with_bad_braces_is_refused_when_its_columns_are_asked_for(template):
    pairs = Pairs(source="rows.csv", prompts=["{text}", template], target="{diagnosis}", share=1.0)
    with pytest.raises(RecipeError, match=r"template '.*brace"):
        _ = pairs.columns


def test_a_plan_can_read_another_corpus_and_find_its_teacher_elsewhere(tmp_path):
    (tmp_path / "plan.yaml").write_text(GOOD.replace("folder: minilm", "folder: minilm, sha256: abc"))
    plan = Plan.load(tmp_path / "plan.yaml")
    changed = plan.reading("other").taught_by("elsewhere")
    assert (changed.corpus, changed.teacher.folder, changed.teacher.sha256) == ("other", "elsewhere", "abc")
    assert (plan.corpus, plan.teacher.folder) == ("texts", "minilm")
    assert changed.learning == plan.learning


def test_a_plan_without_teacher_cannot_be_taught(tmp_path):
    plan = Plan.load(BUILTIN).model_copy(update={"teacher": None})
    with pytest.raises(RecipeError, match="leave --teacher out"):
        plan.taught_by("elsewhere")
