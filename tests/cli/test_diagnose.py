import json

import pytest

HEART = "58 year old man, crushing chest pain radiating to the left arm, sweating. ECG: ST elevation in II."
SKIN = "42 year old woman, itchy silvery scaly plaques on both elbows and knees."


def test_a_case_is_answered_with_danger_first_and_the_notice_last(workup, diagnoser):
    told = workup("diagnose", diagnoser.run.folder, HEART).out
    assert told.index("! Signs of a heart attack") < told.index("Acute myocardial infarction")
    assert "validation cases" in told
    assert told.rstrip().endswith("A test, not a doctor.")


def test_a_file_is_answered_in_its_order_one_object_a_line(workup, diagnoser, tmp_path):
    (tmp_path / "cases.txt").write_text(f"{SKIN}\n{HEART}\n")
    lines = workup("diagnose", diagnoser.run.folder, "cases.txt", "--json").out.splitlines()
    assert [json.loads(line)["text"] for line in lines] == [SKIN, HEART]


def test_a_row_that_cannot_be_read_is_told_and_the_others_are_answered(workup, diagnoser, tmp_path):
    rows = [{"findings": "Symptoms: crushing chest pain, sweating, nausea."}, {"findings": ""}]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = workup("diagnose", diagnoser.run.folder, "cases.jsonl", "--json")
    first, second = map(json.loads, done.out.splitlines())
    assert first["differential"]
    assert second["case"] == 2
    assert "findings" in second["error"]
    assert done.status == 1


def test_the_schema_needs_no_run(workup):
    assert json.loads(workup("diagnose", "--schema").out)["required"][:2] == ["format", "diagnosis"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "name the run"),
        (("nowhere", "chest pain"), "nowhere"),
        (("{run}", ""), "empty"),
        (("{run}", "--json"), "conversation"),
    ],
)
def test_wrong_input_gets_one_clear_error(workup, diagnoser, arguments, reason):
    given = [str(diagnoser.run.folder) if argument == "{run}" else argument for argument in arguments]
    done = workup("diagnose", *given)
    assert done.status != 0
    assert reason in done.err
    assert len(done.err.strip().splitlines()) <= 2


def test_a_conversation_moves_the_differential_and_is_saved(workup, diagnoser, tmp_path, monkeypatch):
    first, second = "chest pain and sweating in a man of 58", "ST elevation in II and III"
    lines = iter([first, second, "why", "undo", "case", "save case.json", "save case.json", "quit"])
    monkeypatch.setattr("builtins.input", lambda prompt="": next(lines))
    told = workup("diagnose", diagnoser.run.folder).out
    assert f"taken back: {second}." in told
    assert "is there already" in told
    assert json.loads((tmp_path / "case.json").read_text())["said"] == [f"{first}."]
