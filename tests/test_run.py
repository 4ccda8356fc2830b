import json
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

import workup.run
from workup.errors import DataError, RunError, SaveError
from workup.recipe import Recipe
from workup.run import Run, examples, train


def weights(folder):
    return load_file(folder / "model" / "model.safetensors")


def equal(left, right):
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


@pytest.fixture
def slow_recipe(colour_recipe):
    """Enough steps that a training can be caught in the middle; with dropout-free tiny weights."""
    return colour_recipe.change("training.epochs", 60).change("training.checkpoint_every", 7)


def start(recipe, folder, *arguments, processes=None):
    """`workup train` in a process of its own."""
    path = folder.with_suffix(".yaml")
    recipe.save(path)
    launcher = ["accelerate.commands.launch", "--multi_gpu", "--num_machines=1", "--mixed_precision=no"]
    launcher += ["--dynamo_backend=no", "--main_process_port=0", f"--num_processes={processes}", "-m"]
    command = [sys.executable, "-m", *(launcher if processes else []), "workup", "train", str(path)]
    command += ["--out", str(folder), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_checkpoint(folder, process):
    for _ in range(1200):
        if list(folder.glob("checkpoints/checkpoint-*/complete")):
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    pytest.fail("no checkpoint appeared")


def test_a_run_leaves_a_complete_folder_that_answers(colour_recipe, tmp_path):
    recipe = colour_recipe.change("training.epochs", 30)
    run = train(recipe, tmp_path / "run")
    assert {p.name for p in (tmp_path / "run").iterdir()} == {
        "recipe.yaml",
        "model",
        "checkpoints",
        "log.jsonl",
        "run.json",
    }
    assert run.predict("a lemon from the market").answer == "yellow"
    assert Run.load(tmp_path / "run").predict("coal from a garden").answer == "black"


def test_the_stored_recipe_is_complete_and_names_its_environment(colour_recipe, tmp_path):
    train(colour_recipe, tmp_path / "run")
    stored = Recipe.load(tmp_path / "run" / "recipe.yaml")
    assert (
        stored.environment["torch"] == torch.__version__.split("+")[0]
        or stored.environment["torch"] == torch.__version__
    )
    assert stored.model_copy(update={"environment": {}}) == colour_recipe


def test_any_other_tool_loads_the_model_folder(colour_recipe, tmp_path):
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    run = train(colour_recipe, tmp_path / "run")
    model = AutoModelForSeq2SeqLM.from_pretrained(run.model_folder)
    assert AutoTokenizer.from_pretrained(run.model_folder).pad_token_id == model.config.pad_token_id


def test_a_model_folder_taken_out_of_its_run_answers_the_same(colour_recipe, tmp_path):
    run = train(colour_recipe, tmp_path / "run")
    (tmp_path / "run" / "model").rename(tmp_path / "alone")
    assert Run.load(tmp_path / "alone").predict("snow").source == run.recipe.prompt.prefix + "snow"


def test_the_log_holds_training_and_validation_losses(colour_recipe, tmp_path):
    train(colour_recipe, tmp_path / "run")
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert {line["kind"] for line in lines} == {"train", "validation"}


def test_cut_rows_are_kept_in_the_summary(colour_recipe, tmp_path):
    train(colour_recipe.change("tokens.source_length", 8), tmp_path / "run")
    summary = json.loads((tmp_path / "run" / "run.json").read_text())
    assert len(summary["cut_sources"]) == 24


def test_an_existing_folder_is_never_written_over(colour_recipe, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="nothing is written over"):
        train(colour_recipe, folder)
    assert [p.name for p in folder.iterdir()] == ["thesis.txt"]


def test_faulty_data_leaves_no_folder_behind(colour_recipe, colours, tmp_path):
    colours.write_text(colours.read_text().replace("yellow", "", 1))
    with pytest.raises(DataError, match="empty or NaN"):
        train(colour_recipe, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_resumed_training_must_keep_its_recipe(colour_recipe, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    colour_recipe.save(folder / "recipe.yaml")
    with pytest.raises(RunError, match=r"training\.batch_size: 8 there, 4 now"):
        train(colour_recipe.change("training.batch_size", 4), folder, resume=True)


def test_there_must_be_something_to_resume(colour_recipe, tmp_path):
    with pytest.raises(RunError, match="no training to resume"):
        train(colour_recipe, tmp_path / "run", resume=True)
    train(colour_recipe, tmp_path / "run")
    with pytest.raises(RunError, match="is finished"):
        train(colour_recipe, tmp_path / "run", resume=True)


@pytest.mark.parametrize("order", ["by_length", "shuffled"])
def test_a_killed_training_resumes_to_the_weights_of_an_uninterrupted_one(slow_recipe, tmp_path, order):
    recipe = slow_recipe.change("training.batch_order", order)
    whole = train(recipe, tmp_path / "whole")
    process = start(recipe, tmp_path / "killed")
    wait_for_checkpoint(tmp_path / "killed", process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "killed" / "model").exists(), "it was too late to kill it"
    with pytest.raises(RunError, match="has not finished; go on with: workup train"):
        Run.load(tmp_path / "killed")
    train(recipe, tmp_path / "killed", resume=True)
    assert equal(weights(tmp_path / "killed"), weights(whole.folder))
    steps = [
        json.loads(line)["step"] for line in (tmp_path / "killed" / "log.jsonl").read_text().splitlines()
    ]
    assert steps == sorted(steps), "a resumed log must not tell steps twice"


def test_ctrl_c_writes_a_checkpoint_and_says_how_to_resume(slow_recipe, tmp_path):
    folder = tmp_path / "stopped"
    process = start(slow_recipe.change("training.epochs", 2000), folder)
    wait_for_checkpoint(folder, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"workup train {folder}/recipe.yaml --out {folder} --resume" in said
    assert "Traceback" not in said
    step = int(said.split("after step ")[1].split()[0])
    assert (folder / "checkpoints" / f"checkpoint-{step}" / "complete").exists()


def test_two_processes_train_the_model_of_one_with_the_same_batches(colour_recipe, tmp_path):
    recipe = colour_recipe.change("training.batch_order", "shuffled").change("training.epochs", 2)
    recipe = recipe.change("data.limit", 16).change("training.evaluate_every", "never")
    one = train(recipe.change("training.batch_size", 8), tmp_path / "one")
    process = start(recipe.change("training.batch_size", 4), tmp_path / "two", processes=2)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    # Sums in another order differ by rounding, which an optimizer of relative steps blows up where a gradient
    # is nearly zero: single weights may differ, whole matrices hardly. Other batches differ by far more.
    others = train(recipe.change("training.batch_size", 8).change("seed", 1), tmp_path / "others")
    by_rounding = distances(weights(one.folder), weights(tmp_path / "two"))
    by_batches = distances(weights(one.folder), weights(others.folder))
    assert [name for name in by_batches if by_rounding[name] > by_batches[name] / 4] == []


def distances(first, second):
    """Of each weight matrix: the size of the difference as a share of the matrix's own size."""
    return {name: float((second[name] - one).norm() / one.norm()) for name, one in first.items()}


def test_a_full_disk_while_saving_is_one_clear_error_and_keeps_the_checkpoints(
    colour_recipe, tmp_path, monkeypatch
):
    whole = train(colour_recipe, tmp_path / "whole")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    saved = workup.run._save

    def save_on_a_full_disk(*arguments):
        monkeypatch.setattr("transformers.modeling_utils.safe_save_file", full)
        saved(*arguments)

    monkeypatch.setattr(workup.run, "_save", save_on_a_full_disk)
    with pytest.raises(SaveError, match=r"disk is full.*--resume"):
        train(colour_recipe, tmp_path / "run")
    assert not (tmp_path / "run" / "model").exists()
    monkeypatch.undo()
    train(colour_recipe, tmp_path / "run", resume=True)
    assert equal(weights(tmp_path / "run"), weights(whole.folder))


def test_weights_that_read_back_differently_are_not_kept(colour_recipe, tmp_path, monkeypatch):
    load = workup.run.models.load

    def altered(name):
        base = load(name)
        if "partial" in name:
            next(base.model.parameters()).data[0, 0] += 1
        return base

    monkeypatch.setattr(workup.run.models, "load", altered)
    with pytest.raises(RunError, match="read back differs"):
        train(colour_recipe, tmp_path / "run")
    assert not (tmp_path / "run" / "model").exists()


def test_a_training_continues_from_a_finished_run(colour_recipe, tmp_path):
    first = train(colour_recipe, tmp_path / "first")
    idle = colour_recipe.change("training.continue_from", str(first.folder)).change(
        "training.learning_rate", 1e-12
    )
    second = train(idle, tmp_path / "second")
    for name, weight in weights(first.folder).items():
        torch.testing.assert_close(weights(second.folder)[name], weight)


def test_a_low_rank_adapter_is_merged_into_a_plain_model(colour_recipe, tmp_path):
    pytest.importorskip("peft")
    recipe = colour_recipe.change("training.lora.rank", 4).change("training.learning_rate", 0.01)
    run = train(recipe, tmp_path / "run")
    assert not any("lora" in name for name in weights(run.folder))
    assert run.predict("snow").text is not None


def test_a_bart_goes_all_the_way(colour_recipe, tiny_bart, tmp_path):
    recipe = colour_recipe.change("base", str(tiny_bart)).change("training.epochs", 40)
    run = train(recipe, tmp_path / "run")
    losses = [json.loads(line)["loss"] for line in (run.folder / "log.jsonl").read_text().splitlines()]
    assert losses[-1] < losses[0] / 2
    assert run.predict("a cherry from the market").answer == "red"


def test_the_evaluation_is_kept_in_the_run(colour_recipe, tmp_path):
    run = train(colour_recipe, tmp_path / "run")
    evaluation = run.evaluate()
    stored = json.loads((run.folder / "evaluation.json").read_text())
    assert stored == json.loads(json.dumps(evaluation.to_json()))
    assert stored["examples"] == len(examples(colour_recipe).validation)


def test_another_file_can_be_evaluated(colour_recipe, tmp_path):
    run = train(colour_recipe, tmp_path / "run")
    (tmp_path / "other.csv").write_text("text,colour\na lemon,yellow\nthe sky,blue\n")
    evaluation = run.evaluate(str(tmp_path / "other.csv"))
    assert (len(evaluation.verdicts), evaluation.data) == (2, str(tmp_path / "other.csv"))
    assert not (run.folder / "evaluation.json").exists()


def test_a_folder_that_is_no_run_is_an_error(tmp_path):
    with pytest.raises(RunError, match="is not a run"):
        Run.load(tmp_path)
