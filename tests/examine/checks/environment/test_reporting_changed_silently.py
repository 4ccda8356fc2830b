import pytest
from transformers import Seq2SeqTrainingArguments

from examination import only_newer
from workup.examine.checks.environment.reporting_changed_silently import (
    _VARIABLES,
    reporting_changed_silently,
)
from workup.examine.finding import Severity
from workup.examine.subject import versions


@pytest.fixture(autouse=True)
def no_tracker(monkeypatch):
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


def findings(path, installed=None, **changes):
    arguments = Seq2SeqTrainingArguments(str(path), use_cpu=True, **changes)
    return reporting_changed_silently(arguments=arguments, versions=installed or versions())


@only_newer
def test_a_named_project_gets_nothing_when_report_to_is_unset(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_PROJECT", "colours")
    (finding,) = findings(tmp_path)
    assert finding.severity is Severity.NOTE
    assert finding.evidence["signs"] == ["WANDB_PROJECT"]
    assert 'report_to="wandb"' in finding.remedy.code


@only_newer
def test_event_files_of_earlier_runs_tell_that_reporting_was_wanted(tmp_path):
    (tmp_path / "runs" / "Jan01").mkdir(parents=True)
    (tmp_path / "runs" / "Jan01" / "events.out.tfevents.1.host").touch()
    (finding,) = findings(tmp_path)
    assert 'report_to="tensorboard"' in finding.remedy.code


@only_newer
def test_a_run_name_is_for_a_tracker(tmp_path):
    (finding,) = findings(tmp_path, run_name="third try")
    assert finding.evidence["signs"] == ["run_name"]


def test_no_reporting_is_sound_where_nothing_asks_for_it(tmp_path):
    assert not findings(tmp_path)
    assert not findings(tmp_path, report_to="none")


def test_a_tracker_that_is_named_is_sound(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_PROJECT", "colours")
    assert not findings(tmp_path, report_to="wandb")


def test_transformers_4_reports_to_all_and_is_not_judged(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_PROJECT", "colours")
    assert not findings(tmp_path, {"transformers": "4.57.6"})
    assert not findings(tmp_path, {"torch": "2.13.0"})
