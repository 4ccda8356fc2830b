import json
import shutil
from pathlib import Path

import pytest

from workup.examine.report.as_json import schema

# Pads up to the full length, which count in the loss.
PADDED = ("--set", "tokens.padding=max_length", "--set", "tokens.mask_label_pads=false")


def refused(done):
    """What a refused command says."""
    assert (done.status, done.out) == (2, ""), done
    assert done.err.startswith("workup: ")
    assert "Traceback" not in done.err
    return done.err


@pytest.fixture
def recipe(colour_recipe, tmp_path):
    """The colour task as a file, with its data; enough epochs for it to be learned."""
    colour_recipe.change("training.epochs", 40).save(tmp_path / "recipe.yaml")
    return "recipe.yaml"


def test_a_run_that_learned_is_sound_and_keeps_its_report(workup, learned_run, tmp_path):
    run = shutil.copytree(learned_run.folder, tmp_path / "run")
    done = workup("examine", "run")
    assert done.status == 0, done
    assert "error" not in done.out
    assert len(done.out.splitlines()) <= 25
    assert json.loads((run / "report.json").read_text())["exit_status"] == 0
    page = (run / "report.html").read_text()
    for plot in ("Loss over the training", "Learning rate", "Loss by kind of label"):
        assert f"<figcaption>{plot}</figcaption>" in page


def test_a_recipe_is_examined_before_its_training_and_nothing_is_written(workup, recipe, tmp_path):
    before = sorted(tmp_path.iterdir())
    done = workup("examine", recipe)
    assert done.status == 0, done
    assert "After the training, `workup examine RUN`" in done.out
    assert sorted(tmp_path.iterdir()) == before


def test_a_faulty_recipe_is_an_error_with_the_command_that_mends_it(workup, recipe, tmp_path):
    done = workup("examine", recipe, *PADDED, "--html", "page.html", "--sarif", "found.sarif")
    assert done.status == 1, done
    assert "error BAT003 (batching)" in done.out
    assert f"workup train recipe.yaml {' '.join(PADDED)} --set tokens.mask_label_pads=true" in done.out
    assert "workup explain" in done.out
    assert "BAT003" in (tmp_path / "page.html").read_text()
    results = json.loads((tmp_path / "found.sarif").read_text())["runs"][0]["results"]
    assert ("BAT003", "error") in {(result["ruleId"], result["level"]) for result in results}
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert places == {"recipe.yaml"}


def test_the_json_of_a_real_report_is_as_its_schema_describes_it(workup, recipe):
    from jsonschema import Draft202012Validator

    done = workup("examine", recipe, *PADDED, "--json")
    tree = json.loads(done.out)
    assert [fault.json_path for fault in Draft202012Validator(schema()).iter_errors(tree)] == []
    assert {plot["title"] for plot in tree["plots"]} >= {"Loss by kind of label"}
    assert done.status == tree["exit_status"] == 1


def test_any_checkpoint_folder_is_examined_and_says_what_it_lacks(workup, tiny_t5, tmp_path):
    folder = shutil.copytree(tiny_t5, tmp_path / "checkpoint")
    (folder / "training_args.bin").write_bytes(b"c__builtin__\nexit\n.")
    done = workup("examine", "checkpoint")
    assert done.status == 0, done
    assert "Not checked:" in done.out
    assert "training_args.bin was not opened: it is a pickle" in done.out
    assert not (folder / "report.json").exists()


def test_stored_weights_are_compared_with_those_loaded_unless_they_are_a_pickle(workup, tiny_t5, tmp_path):
    import torch
    from safetensors.torch import load_file

    folder = shutil.copytree(tiny_t5, tmp_path / "checkpoint")
    weights = folder / "model.safetensors"
    unmade = {skipped["check"] for skipped in json.loads(workup("examine", folder, "--json").out)["skipped"]}
    assert "MOD015" not in unmade
    torch.save(load_file(weights), folder / "pytorch_model.bin")
    weights.unlink()
    told = workup("examine", "checkpoint").out
    assert "The weights are a pickle and were not compared with what is loaded" in told


def test_a_checkpoint_without_a_tokenizer_is_told_how_to_get_one(workup, tiny_t5, tmp_path):
    folder = shutil.copytree(tiny_t5, tmp_path / "checkpoint")
    for file in folder.glob("tokenizer*"):
        file.unlink()
    done = workup("examine", "checkpoint")
    assert "The folder holds no tokenizer: save it there" in done.out
    assert "holds no tokenizer" not in workup("examine", tiny_t5).out


def test_a_run_is_told_the_command_that_trains_its_recipe_anew():
    from workup.cli.examine import _command

    assert _command("run", Path("runs/colours"), []) == "workup train runs/colours/recipe.yaml"
    assert _command("folder", Path("checkpoint"), []) == ""


def test_a_damaged_checkpoint_is_refused(workup, tiny_t5, tmp_path):
    folder = shutil.copytree(tiny_t5, tmp_path / "checkpoint")
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:1000])
    assert "its weights cannot be read" in refused(workup("examine", "checkpoint"))
    (folder / "config.json").write_text("{")
    assert "checkpoint/config.json:1: not JSON" in refused(workup("examine", "checkpoint"))


def test_a_damaged_run_is_refused(workup, learned_run, tmp_path):
    run = shutil.copytree(learned_run.folder, tmp_path / "run")
    (run / "model" / "model.safetensors").write_bytes(b"")
    assert "cannot be loaded" in refused(workup("examine", "run"))
    assert not (run / "report.json").exists()


def test_an_unfinished_run_is_refused_with_how_to_go_on(workup, recipe, tmp_path):
    (tmp_path / "run").mkdir()
    shutil.copy(recipe, tmp_path / "run")
    assert "has not finished; go on with: workup train" in refused(workup("examine", "run"))


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("recipee.yaml", "there is nothing at recipee.yaml; did you mean 'recipe.yaml'?"),
        ("nowhere/recipe.yaml", "there is nothing at nowhere/recipe.yaml"),
        ("empty", "empty is empty; name a folder written by save_pretrained or a Trainer"),
        ("train.py", "train.py is a script; use `workup run train.py` or `workup check-script train.py`"),
        (
            "model.bin",
            "model.bin is no recipe (a YAML file); name a recipe, a run or the folder of a checkpoint",
        ),
        ("model/weights.bin", "weights.bin is no recipe (a YAML file); name model"),
        ("broken.yaml", "broken.yaml is not valid YAML"),
        ("wrong.yaml", "unknown key 'bases'"),
    ],
)
def test_what_cannot_be_examined_is_refused_with_what_to_do(workup, recipe, tmp_path, target, told):
    (tmp_path / "empty").mkdir()
    (tmp_path / "model").mkdir()
    for name in ("train.py", "model.bin", "model/config.json", "model/weights.bin"):
        (tmp_path / name).touch()
    (tmp_path / "broken.yaml").write_text("base: [")
    (tmp_path / "wrong.yaml").write_text("bases: builtin\n")
    assert told in refused(workup("examine", target))


def test_a_data_file_that_is_gone_is_refused(workup, recipe):
    said = refused(workup("examine", recipe, "--set", "data.source=colors.csv"))
    assert "no file, folder or installed source 'colors.csv'" in said


def test_only_a_recipe_can_be_changed(workup, tiny_t5):
    assert "--set changes a recipe" in refused(workup("examine", tiny_t5, "--set", "seed=1"))


@pytest.mark.parametrize("option", ["--html", "--sarif"])
def test_a_file_that_cannot_be_written_is_refused_before_the_work(workup, recipe, tmp_path, option):
    (tmp_path / "folder").mkdir()
    assert "folder is a folder; name a file" in refused(workup("examine", recipe, option, "folder"))
    assert "gone is no folder" in refused(workup("examine", recipe, option, "gone/page.html"))


def test_the_help_says_what_the_exit_status_means(workup):
    told = " ".join(workup("examine", "--help").out.split())
    assert "Exit status: 0, nothing serious was found; 1, errors were found; 2, it could not" in told
