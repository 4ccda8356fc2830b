"""Real scripts in processes of their own: they do what they do unwatched, and what is wrong is told."""

import json
import re
import textwrap

PADDED = 'tokenizer(text_target=batch["colour"], padding="max_length", max_length=24)["input_ids"]'


def without_times(text):
    return re.sub(r"'\w*(runtime|per_second)': '[^']*'", "", text)


def test_a_sound_script_does_the_same_watched_or_not_and_nothing_is_blamed(start, scripts, tiny_t5, tmp_path):
    script = scripts.trainer(after=scripts.reloading + scripts.asking)
    arguments = ("--base", tiny_t5, "--epochs", 12)
    alone = start(script, *arguments, folder="alone")
    watched = start(script, *arguments, options=["--report", tmp_path / "report"], folder="watched")
    assert (alone.status, watched.status) == (0, 0), watched.err
    assert without_times(watched.out) == without_times(alone.out)
    model = "trained/model.safetensors"
    assert (tmp_path / "watched" / model).read_bytes() == (tmp_path / "alone" / model).read_bytes()
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert {found["severity"] for found in report["findings"]} <= {"note"}, report["findings"]
    assert not report["broken"]
    missing = {skipped["part"] for skipped in report["skipped"]}
    assert missing <= {"compute_metrics", "in_training", None}
    assert "which is our fault" not in watched.err


def test_weights_that_a_reload_loses_are_told(start, scripts, tiny_t5, tmp_path):
    after = """
        from peft import LoraConfig, PeftModel, get_peft_model

        state = {f"module.{name}": weight for name, weight in model.state_dict().items()}
        fresh = type(model)(model.config)
        print(len(fresh.load_state_dict(state, strict=False).unexpected_keys))

        model.save_pretrained("kept")
        config = LoraConfig(task_type="SEQ_2_SEQ_LM", target_modules=["q", "v"], init_lora_weights=False)
        model = get_peft_model(model, config)
        for folder in ("with_its_base", "with_another_base"):
            model.save_pretrained(folder)
        PeftModel.from_pretrained(AutoModelForSeq2SeqLM.from_pretrained("kept"), "with_its_base")
        AutoModelForSeq2SeqLM.from_pretrained("with_another_base")
    """
    script = scripts.trainer(after=after)
    start(script, "--base", tiny_t5, "--epochs", 4, options=["--report", "told"])
    report = json.loads((tmp_path / "here" / "told" / "report.json").read_text())
    (found,) = [one for one in report["findings"] if one["check"] == "MOD015"]
    assert found["severity"] == "error"
    assert found["evidence"]["loadings with it"] == 2
    assert re.search(r"before and \S+ after", found["harm"])
    assert not report["broken"]


def test_what_costs_hours_is_told_before_the_first_step_and_can_end_the_script(
    start, scripts, tiny_t5, tmp_path
):
    script = scripts.trainer(labels=PADDED)
    ended = start(
        script, "--base", tiny_t5, "--epochs", 12, options=["--stop-on", "error", "--report", "told"]
    )
    found = json.loads((tmp_path / "here" / "told" / "report.json").read_text())["findings"]
    assert "BAT003" in [one["check"] for one in found]
    assert "BAT003" in (tmp_path / "here" / "told" / "report.html").read_text()
    assert ended.status == 1
    assert "Before the first training step:" in ended.err
    assert "BAT003" in ended.err
    assert "nothing was trained" in ended.err
    assert ended.out == ""
    assert not (tmp_path / "here" / "trained").exists()


def test_a_plain_loop_is_watched_too(start, scripts, tiny_t5):
    ended = start(scripts.loop, tiny_t5, options=[])
    before, after = ended.err.split("Before the first training step:")[1].split("! input")
    assert ended.status == 1
    assert "BAT003" in before
    assert "every training source begins with 'name the colour: '; 1 of 1 texts to predict lack it" in after
    assert "<pad>" in ended.out


LAUNCHER = ("-m", "accelerate.commands.launch", "--cpu", "--num_processes", "1")


def test_a_launcher_does_not_take_what_was_found_for_a_crash(start, scripts, tiny_t5):
    ended = start(scripts.loop, tiny_t5, options=[], launcher=LAUNCHER)
    assert ended.status == 0, ended.err
    assert "BAT003" in ended.err
    assert "Errors were found; the exit status is the script's own, 0, for the launcher's sake." in ended.err
    assert "Traceback" not in ended.err


def test_a_crash_is_told_as_python_tells_it_and_then_explained(start, scripts, tiny_t5):
    script = scripts.trainer(after='trainer.predict(data["nowhere"])')
    arguments = ("--base", tiny_t5, "--epochs", 1)
    alone = start(script, *arguments, folder="here")
    watched = start(script, *arguments, options=[], folder="here")
    assert (alone.status, watched.status) == (1, 1)
    trace = alone.err[alone.err.index("Traceback") :]
    assert trace in watched.err
    assert "This error is none of those that `workup explain` lists." in watched.err.split(trace)[1]
    assert "found nothing" not in watched.err


def test_a_script_that_exits_by_itself_reads_its_input_and_parses_its_arguments(start):
    script = """
        import argparse, sys

        parser = argparse.ArgumentParser()
        parser.add_argument("--name")
        print(parser.parse_args().name, sys.stdin.read(), "torch" in sys.modules)
        sys.exit(3)
    """
    ended = start(script, "--name", "x", options=[], stdin="typed")
    assert (ended.status, ended.out) == (3, "x typed False\n")
    assert "Nothing of a fine-tune was seen" in ended.err


def test_processes_that_a_script_starts_and_those_of_higher_rank_report_nothing(start):
    script = """
        import multiprocessing, os, sys

        def work(number):
            return number + 1

        if __name__ == "__main__":
            for way in ("fork", "spawn"):
                with multiprocessing.get_context(way).Pool(1) as pool:
                    print(pool.map(work, [1, 2]))
            if os.fork() == 0:
                sys.exit(5)
            os.wait()
    """
    ended = start(script, options=[])
    assert (ended.status, ended.out) == (0, "[2, 3]\n[2, 3]\n")
    assert ended.err.count("Nothing of a fine-tune was seen") == 1
    assert start(script, options=[], environment={"RANK": "1"}).err == ""


def test_a_check_of_ours_that_fails_is_told_as_our_fault_and_the_script_goes_on(start, scripts, tiny_t5):
    broken = """
        from workup.examine import checks
        from workup.examine.check import check

        @check("TRA901", "training")
        def broken(versions):
            \"\"\"A check with a fault of its own.\"\"\"
            raise ZeroDivisionError("ours")

        checks.CATALOGUE = (broken,)
    """
    ended = start(textwrap.dedent(broken) + scripts.loop, tiny_t5, options=["--stop-on", "error"])
    assert ended.status == 0
    assert ended.out
    assert "TRA901 failed itself, which is our fault and not yours: ZeroDivisionError: ours" in ended.err


def test_a_loop_that_never_steps_is_not_taken_for_a_sound_one(start, scripts, tiny_t5):
    ended = start(scripts.loop.replace("optimizer.step()", "pass"), tiny_t5, options=[])
    assert "No optimizer made a step: nothing was trained in this process." in ended.err


OWN_LOSS = """labels = batch.pop("labels")
        scores = model(**batch, decoder_input_ids=DECODER).logits
        loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), labels.flatten(), SETTINGS)"""


def with_own_loss(script, decoder, settings):
    own = OWN_LOSS.replace("DECODER", decoder).replace("SETTINGS", settings)
    return script.replace("loss = model(**batch).loss", own)


def test_labels_that_a_loss_of_the_scripts_own_is_fed_unshifted_are_found(start, scripts, tiny_t5):
    script = with_own_loss(scripts.loop, "labels", "ignore_index=0")
    ended = start(script, tiny_t5, options=[])
    assert ended.status == 1
    assert "error BAT005" in ended.err.split("Before the first training step:")[1]
    assert "BAT003" not in ended.err


def test_a_loss_that_cannot_be_read_is_said_to_hide_the_batches_and_nothing_is_blamed(
    start, scripts, tiny_t5
):
    script = with_own_loss(scripts.loop, "model._shift_right(labels)", "ignore_index=0, label_smoothing=0.1")
    ended = start(script, tiny_t5, options=[])
    assert ended.status == 0
    assert "The loss is the script's own, and no cross-entropy whose labels its gradient tells" in ended.err
    assert "No optimizer made a step" not in ended.err


def test_a_report_is_written_though_the_script_removed_its_folder(start, tmp_path):
    ended = start("import shutil\nshutil.rmtree('told')", options=["--report", "told"])
    assert ended.status == 0
    assert (tmp_path / "here" / "told" / "report.html").is_file()


def test_a_report_that_cannot_be_written_changes_no_exit_status(start):
    script = (
        "import pathlib, shutil\nshutil.rmtree('told')\npathlib.Path('told').touch()\nraise SystemExit(3)"
    )
    ended = start(script, options=["--report", "told"])
    assert ended.status == 3
    assert "told could not be written" in ended.err
    assert "Traceback" not in ended.err


def test_no_frame_of_ours_is_in_the_traceback_of_a_watched_call(start, tiny_t5, tmp_path):
    script = """
        import sys
        from transformers import AutoModelForSeq2SeqLM
        AutoModelForSeq2SeqLM.from_pretrained(sys.argv[1], no_such_argument=1)
    """
    alone, watched = start(script, tiny_t5), start(script, tiny_t5, options=[])
    assert (alone.status, watched.status) == (1, 1)
    assert alone.err[alone.err.index("Traceback") :] in watched.err


def test_the_remedy_of_a_crash_is_tried_where_it_ended_the_script(start, scripts, tiny_t5):
    usual = "DataCollatorForSeq2Seq(tokenizer, model=model)"
    script = scripts.trainer().replace(f"data_collator={usual}", "data_collator=default_data_collator")
    script = f"from transformers import default_data_collator\n{script}"
    done = start(script, "--base", tiny_t5, "--epochs", 2, options=["--confirm", "--budget", "600"])
    assert done.status == 1
    assert "error CRA040" in done.err
    assert (
        "tried   confirmed: DataCollatorForSeq2Seq; without the remedy the error comes again at once"
        in done.err
    )
    assert "Before the first training step" not in done.err, "a step of an experiment is none of the script"
    assert "which is our fault" not in done.err
