import json

import pytest

FAULTY = """\
from transformers import AutoTokenizer, Trainer
tokenizer = AutoTokenizer.from_pretrained("t5-small")
trainer = Trainer(tokenizer=tokenizer)
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(FAULTY)
    return path


def test_findings_are_printed_with_place_and_remedy(workup, script):
    done = workup("check-script", "train.py", "--for", "5")
    assert done.status == 1
    assert "SCR001" in done.out
    assert "train.py:3" in done.out
    assert "processing_class" in done.out
    assert "1 error, 0 warnings, 0 notes, for transformers 5.18." in done.out


def test_a_healthy_script_ends_with_status_0(workup, script):
    script.write_text(FAULTY.replace("tokenizer=tok", "processing_class=tok"))
    done = workup("check-script", "train.py", "--for", "5.18")
    assert done.status == 0
    assert "found nothing" in done.out


def test_another_version_gives_other_findings(workup, script):
    assert workup("check-script", "train.py", "--for", "4.57").status == 0


def test_findings_come_as_json(workup, script):
    done = workup("check-script", "train.py", "--for", "5", "--json")
    found = json.loads(done.out)
    assert done.status == found["exit_status"] == 1
    assert (found["script"], found["transformers"]) == ("train.py", "5.18")
    assert [(one["check"], one["place"]) for one in found["findings"]] == [("SCR001", "train.py:3")]


def test_findings_come_as_sarif_with_their_lines(workup, script, tmp_path):
    assert workup("check-script", "train.py", "--for", "5", "--sarif", "found.sarif").status == 1
    (result,) = json.loads((tmp_path / "found.sarif").read_text())["runs"][0]["results"]
    assert result["ruleId"] == "SCR001"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
    refused = workup("check-script", "train.py", "--sarif", "nowhere/found.sarif")
    assert (refused.status, refused.out) == (2, "")


def test_a_script_without_transformers_has_nothing_to_look_at(workup, script):
    script.write_text("print('hello')\n")
    done = workup("check-script", "train.py")
    assert (done.status, done.out.count("\n")) == (0, 1)
    assert "imports nothing of transformers" in done.out


def test_fix_shows_the_diff_and_writes_nothing_unless_it_is_told_to(workup, script):
    done = workup("check-script", "train.py", "--for", "5", "--fix")
    assert done.status == 1
    assert (
        "-trainer = Trainer(tokenizer=tokenizer)\n+trainer = Trainer(processing_class=tokenizer)" in done.out
    )
    assert "--yes" in done.out
    assert script.read_text() == FAULTY


def test_fix_with_yes_writes_and_checks_again(workup, script):
    done = workup("check-script", "train.py", "--for", "5", "--fix", "--yes")
    assert done.status == 0
    assert "+trainer = Trainer(processing_class=tokenizer)" in done.out
    assert "found nothing" in done.out
    assert script.read_text() == FAULTY.replace("tokenizer=tok", "processing_class=tok")
    again = workup("check-script", "train.py", "--for", "5", "--fix", "--yes")
    assert "nothing here that can be mended" in again.out
    assert again.status == 0


def test_fix_in_json_holds_the_diff(workup, script):
    found = json.loads(workup("check-script", "train.py", "--for", "5", "--fix", "--yes", "--json").out)
    assert found["written"] is True
    assert "+trainer = Trainer(processing_class=tokenizer)" in found["diff"]
    assert found["findings"] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("trian.py",), "there is no file trian.py; did you mean 'train.py'?"),
        ((".",), "is a folder"),
        (("train.py", "--for", "newest"), "this is no version"),
        (("train.py", "--for", "3"), "known are transformers 4.57 to 5.x"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_status_2(workup, script, arguments, told):
    done = workup("check-script", *arguments)
    assert (done.status, done.out) == (2, "")
    assert told in done.err
    assert done.err.count("\n") == 1


def test_a_script_that_is_no_python_names_line_and_text(workup, script):
    script.write_text("import os\nfor x in:\n")
    done = workup("check-script", "train.py")
    assert (done.status, done.out) == (2, "")
    assert "train.py:2: this is not Python" in done.err
    assert "for x in:" in done.err
