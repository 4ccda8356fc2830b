"""Every wrong input gets one clear error that says what to do, exit status 2, and writes nothing."""

import shutil

import pytest

GOOD = "id,text,colour\n1,a lemon,yellow\n2,a cherry,red\n3,the sky,blue\n4,snow,white\n"
PLAN = """\
corpus: texts
tokenizer: {kind: unigram}
encoder: {width: 16, heads: 2}
learning:
  steps: 2
  learning_rate: 1e-3
  decoder_learning_rate: 1e-3
"""


def refused(workup, tmp_path, *arguments):
    """Runs a command that must be refused; returns what it said."""
    before = sorted(tmp_path.rglob("*"))
    done = workup(*arguments)
    assert done.status == 2, done
    assert done.out == ""
    assert done.err.startswith("workup: ")
    assert "Traceback" not in done.err
    assert sorted(tmp_path.rglob("*")) == before, "nothing may be written"
    return done.err


@pytest.fixture
def train_on(workup, colour_recipe, tmp_path):
    """Tries to train on a data file with these bytes, and returns what was said."""

    def attempt(content, name="rows.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        colour_recipe.change("data.source", name).save(tmp_path / "recipe.yaml")
        return refused(workup, tmp_path, "train", "recipe.yaml")

    return attempt


def test_a_misspelt_column(train_on):
    said = train_on(GOOD.replace("colour", "color", 1))
    assert "rows.csv has no column 'colour', which target.template uses; did you mean 'color'?" in said


def test_an_empty_target(train_on):
    assert "rows.csv:2: colour: empty or NaN" in train_on(GOOD.replace("yellow", ""))


@pytest.mark.parametrize("cell", ["nan", "NaN", "   "])
def test_a_cell_that_is_no_value(train_on, cell):
    assert "rows.csv:3: text: empty or NaN" in train_on(GOOD.replace("a cherry", cell))


def test_a_byte_that_is_not_utf8(train_on):
    said = train_on(GOOD.replace("snow", "caf\xe9").encode("latin-1"))
    assert "rows.csv:5: not UTF-8" in said
    assert "iconv" in said


def test_a_broken_line_of_json(train_on):
    said = train_on('{"text": "a lemon", "colour": "yellow"}\n{"text": "a cherry", \n', "rows.jsonl")
    assert "rows.jsonl:2: not JSON" in said


def test_no_rows_at_all(train_on):
    assert "holds no rows" in train_on("id,text,colour\n")


def test_a_file_that_is_not_there(workup, colour_recipe, tmp_path):
    (tmp_path / "rows.csv").write_text(GOOD)
    colour_recipe.change("data.source", "row.csv").save(tmp_path / "recipe.yaml")
    assert "did you mean 'rows.csv'?" in refused(workup, tmp_path, "train", "recipe.yaml")


def test_a_broken_recipe(workup, tmp_path):
    (tmp_path / "recipe.yaml").write_text("base: builtin\ndata: {source: a.csv\n")
    said = refused(workup, tmp_path, "train", "recipe.yaml")
    assert "recipe.yaml is not valid YAML: line " in said


def test_an_unknown_key(workup, tmp_path):
    (tmp_path / "recipe.yaml").write_text("base: builtin\ndata: {source: a.csv}\ntraining:\n  epoch: 3\n")
    said = refused(workup, tmp_path, "train", "recipe.yaml")
    assert "recipe.yaml:4: unknown key 'training.epoch'; did you mean 'epochs'?" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("training.epoch=3", "did you mean 'training.epochs'?"),
        ("training.epochs=many", "cannot set training.epochs to 'many'"),
        ("training.epochs", "expected PATH=VALUE"),
        ("training.early_stopping=2", "training.checkpoint_every"),
    ],
)
def test_a_change_that_cannot_be_made(workup, colour_recipe, tmp_path, change, said):
    colour_recipe.change("training.evaluate_every", 5).save(tmp_path / "recipe.yaml")
    assert said in refused(workup, tmp_path, "train", "recipe.yaml", "--set", change)


def test_early_stopping_without_validation(workup, tmp_path):
    text = "base: builtin\ndata: {source: a.csv, split: none}\ntraining: {early_stopping: 2}\n"
    (tmp_path / "recipe.yaml").write_text(text)
    assert "needs validation rows" in refused(workup, tmp_path, "train", "recipe.yaml")


def test_a_base_without_its_tokenizer(workup, colour_recipe, tiny_t5, tmp_path):
    shutil.copytree(tiny_t5, tmp_path / "base")
    (tmp_path / "base" / "tokenizer.json").unlink()
    colour_recipe.change("base", "base").save(tmp_path / "recipe.yaml")
    assert "holds no tokenizer" in refused(workup, tmp_path, "train", "recipe.yaml")


def test_a_tokenizer_with_more_words_than_the_model_has_rows(workup, colour_recipe, tiny_t5, tmp_path):
    from transformers import AutoTokenizer

    shutil.copytree(tiny_t5, tmp_path / "base")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "base")
    tokenizer.add_tokens(["haemoglobin"])
    tokenizer.save_pretrained(tmp_path / "base")
    colour_recipe.change("base", "base").save(tmp_path / "recipe.yaml")
    said = refused(workup, tmp_path, "train", "recipe.yaml")
    assert "'haemoglobin'" in said
    assert "resize_token_embeddings" in said


def test_a_base_that_is_nowhere(workup, colour_recipe, tmp_path):
    colour_recipe.change("base", "t5-smal").save(tmp_path / "recipe.yaml")
    assert "is no folder here and could not be fetched" in refused(workup, tmp_path, "train", "recipe.yaml")


def test_a_run_folder_that_is_in_use(workup, colour_recipe, tmp_path):
    colour_recipe.save(tmp_path / "recipe.yaml")
    (tmp_path / "runs" / "recipe").mkdir(parents=True)
    (tmp_path / "runs" / "recipe" / "notes.txt").write_text("mine")
    assert "choose another folder with --out" in refused(workup, tmp_path, "train", "recipe.yaml")


@pytest.mark.parametrize("verb", [("evaluate",), ("predict", "x")])
def test_a_folder_that_is_no_run(workup, tmp_path, verb):
    name, *rest = verb
    assert "is not a run" in refused(workup, tmp_path, name, tmp_path, *rest)


@pytest.mark.parametrize("text", ["", "   ", "nan"])
def test_nothing_to_answer(workup, learned_run, tmp_path, text):
    assert "no text to answer" in refused(workup, tmp_path, "predict", learned_run.folder, text)


def test_a_file_of_inputs_that_is_not_there(workup, learned_run, tmp_path):
    said = refused(workup, tmp_path, "predict", learned_run.folder, "inputs.csv")
    assert "inputs.csv" in said


@pytest.fixture
def pretrain_with(workup, tmp_path):
    """Tries to follow a plan with this text, and returns what was said."""

    def attempt(text, *arguments):
        (tmp_path / "builtin.yaml").write_text(text)
        return refused(workup, tmp_path, "pretrain", "builtin.yaml", *arguments)

    return attempt


def test_a_plan_that_is_not_there(workup, tmp_path):
    (tmp_path / "builtin.yaml").write_text(PLAN)
    said = refused(workup, tmp_path, "pretrain", "bultin.yaml")
    assert said == "workup: there is no plan bultin.yaml; did you mean 'builtin.yaml'?\n"


def test_a_plan_with_an_unknown_key(pretrain_with):
    said = pretrain_with(PLAN.replace("  steps:", "  step:"))
    assert "builtin.yaml:5: unknown key 'learning.step'; did you mean 'steps'?" in said


def test_a_teacher_for_a_plan_that_has_none(pretrain_with):
    assert "leave --teacher out" in pretrain_with(PLAN, "--teacher", "minilm")
