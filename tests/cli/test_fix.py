import pytest

from workup.recipe import Recipe

PADDED = {"tokens.padding": "max_length", "tokens.mask_label_pads": False}
OUTDATED = """\
from transformers import AutoTokenizer, Trainer
tokenizer = AutoTokenizer.from_pretrained("t5-small")  # small
trainer = Trainer(tokenizer=tokenizer)
"""


def refused(done):
    """What a refused command says."""
    assert (done.status, done.out) == (2, ""), done
    assert done.err.startswith("workup: ")
    assert "Traceback" not in done.err
    return done.err


@pytest.fixture
def saved(colour_recipe, tmp_path):
    """Writes the colour task, changed, as recipe.yaml; returns the recipe."""

    def save(**changes):
        recipe = colour_recipe
        for path, value in changes.items():
            recipe = recipe.change(path, value)
        recipe.save(tmp_path / "recipe.yaml")
        return recipe

    return save


def test_the_diff_of_a_recipe_is_shown_and_nothing_is_written(workup, saved, tmp_path):
    saved(**PADDED)
    before = sorted(tmp_path.iterdir())
    done = workup("fix", "recipe.yaml")
    assert "-  mask_label_pads: false" in done.out
    assert "+  mask_label_pads: true" in done.out
    assert "tokens.mask_label_pads: BAT003" in done.out
    assert "Nothing was written" in done.out
    assert sorted(tmp_path.iterdir()) == before


def test_the_mended_recipe_is_written_beside_the_other_and_never_over_anything(workup, saved, tmp_path):
    recipe = saved(**PADDED)
    text = (tmp_path / "recipe.yaml").read_text()
    assert "Written to recipe.fixed.yaml" in workup("fix", "recipe.yaml", "--write").out
    fixed = Recipe.load(tmp_path / "recipe.fixed.yaml")
    assert "tokens.mask_label_pads" in [difference.path for difference in recipe.diff(fixed)]
    assert (tmp_path / "recipe.yaml").read_text() == text
    assert "exists and nothing is written over" in refused(workup("fix", "recipe.yaml", "--write"))


def test_a_sound_recipe_has_nothing_to_mend(workup, saved):
    saved(**{"training.epochs": 40.0})
    done = workup("fix", "recipe.yaml", "--write")
    assert done.status == 0, done
    assert "Nothing was found that a change of the recipe would mend" in done.out


def test_a_remedy_is_proved_by_training_both(workup, saved, tmp_path):
    saved(**{"training.epochs": 40.0, "tokens.append_eos": False})
    done = workup("fix", "recipe.yaml", "--write", "--retrain", "--runs", "both")
    assert "Mechanism: gone: TOK005" in done.out
    assert "Harm: confirmed" in done.out
    assert "the remedy is proved" in done.out
    assert (tmp_path / "recipe.fixed.yaml").is_file()
    assert (tmp_path / "both" / "after" / "model").is_dir()


def test_a_mended_recipe_that_is_not_better_is_taken_back(workup, saved, tmp_path):
    saved(**PADDED, **{"training.epochs": 40.0})
    done = workup("fix", "recipe.yaml", "--write", "--retrain")
    assert done.status == 1
    assert "Mechanism: gone: BAT003" in done.out
    assert "Harm: no effect" in done.out
    assert "It is not better, so recipe.fixed.yaml was taken back" in done.out
    assert not (tmp_path / "recipe.fixed.yaml").exists()
    assert (tmp_path / "recipe.yaml").is_file()


def test_a_script_is_patched_beside_itself(workup, tmp_path):
    (tmp_path / "train.py").write_text(OUTDATED)
    shown = workup("fix", "train.py")
    assert "+trainer = Trainer(processing_class=tokenizer)" in shown.out
    assert not (tmp_path / "train.fixed.py").exists()
    assert "Written to train.fixed.py" in workup("fix", "train.py", "--write").out
    patched = (tmp_path / "train.fixed.py").read_text()
    assert "processing_class" in patched
    assert "# small" in patched
    assert (tmp_path / "train.py").read_text() == OUTDATED


def test_a_patched_script_that_no_longer_crashes_is_better(workup, tmp_path):
    crashing = "import transformers\nargs = transformers.TrainingArguments('out', evaluation_strategy='no')\n"
    (tmp_path / "train.py").write_text(crashing)
    done = workup("fix", "train.py", "--write", "--retrain")
    assert "it crashed before, and does not now" in done.out, done
    assert (tmp_path / "train.fixed.py").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing.yaml"], "there is nothing at nothing.yaml"),
        (["empty"], "is no run: it holds no recipe.yaml"),
        (["notes.txt"], "neither a recipe"),
        (["recipe.yaml", "--runs", "there"], "--runs is the folder of --retrain"),
        (["notebook.ipynb", "--retrain"], "is a notebook"),
    ],
)
def test_wrong_input_is_one_clear_error(workup, saved, tmp_path, arguments, told):
    saved()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "notebook.ipynb").write_text("{}")
    assert told in refused(workup("fix", *arguments))
