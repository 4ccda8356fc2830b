"""The fault benchmark is complete and means what it says; its scripts are run by its own command."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The benchmark is no part of the package: it is run from the folder of the repository.
sys.path.append(str(ROOT))

from bench.faults import data, judge, page, table  # noqa: E402

from workup.examine.checks import CATALOGUE  # noqa: E402
from workup.examine.finding import STAGES  # noqa: E402

SCRIPTS = {one.script: one for one in (*table.FAULTS, *table.HEALTHY)}


def named(path):
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(params=table.FAULTS, ids=lambda fault: fault.name)
def fault(request):
    return request.param


@pytest.fixture
def twin(fault):
    (twin,) = [healthy for healthy in table.HEALTHY if healthy.name == fault.twin]
    return twin


def finding(code, severity="error", stage="batching"):
    return {"check": code, "severity": severity, "stage": stage, "summary": ""}


def test_every_script_stands_in_the_table_once_and_the_other_way_round():
    folders = [table.HERE / "scripts", table.HERE / "healthy"]
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    assert files == sorted(one.script for one in (*table.FAULTS, *table.HEALTHY))


def test_there_are_enough_faults_of_all_stages_and_families_and_enough_look_alikes():
    assert len(table.FAULTS) >= 40
    assert len(table.HEALTHY) >= 16
    assert {fault.stage for fault in table.FAULTS} == set(STAGES)
    assert {fault.family for fault in table.FAULTS} == {"t5", "mt5", "bart"}


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_compiles_and_says_its_exact_match(path):
    text = path.read_text(encoding="utf-8")
    compile(text, str(path), "exec")
    assert text.rstrip().splitlines()[-1].startswith('print(f"exact match: ')


def test_the_mark_of_a_fault_is_in_its_script_and_not_in_the_healthy_twin(fault, twin):
    faulty, healthy = (one.script.read_text(encoding="utf-8") for one in (fault, twin))
    assert fault.has or fault.lacks
    assert fault.has in faulty
    assert not fault.has or fault.has not in healthy
    assert fault.lacks in healthy
    assert not fault.lacks or fault.lacks not in faulty
    assert twin.family == fault.family


def test_a_faulty_script_differs_from_its_twin_in_few_lines(fault, twin):
    faulty, healthy = (set(one.script.read_text().splitlines()) for one in (fault, twin))
    assert 1 <= len(faulty ^ healthy) <= 40


def test_the_codes_of_all_faults_are_known():
    crashes = "".join(path.read_text() for path in (ROOT / "src/workup/examine/crashes").glob("*.py"))
    known = {check.code for check in CATALOGUE} | set(re.findall(r"\bCRA\d{3}\b", crashes))
    unknown = {fault.name: sorted(set(fault.codes) - known) for fault in table.FAULTS}
    assert {name: codes for name, codes in unknown.items() if codes} == {}


def test_no_note_stands_in_two_splits_and_all_rows_are_the_same_every_time():
    splits = data.splits()
    notes = [row["note"] for rows in splits.values() for row in rows]
    assert len(set(notes)) == len(notes)
    assert {name: len(rows) for name, rows in splits.items()} == data.SIZES
    assert splits == data.splits()


def test_the_first_finding_is_a_crash_then_an_error_then_a_warning():
    told = [finding("BAT003", "note"), finding("TRA003", "warning"), finding("OUT001"), finding("CRA050")]
    assert judge.first(told)["check"] == "CRA050"
    assert judge.first(told[:3])["check"] == "OUT001"
    assert judge.first(told[:2])["check"] == "TRA003"
    assert judge.first(told[:1]) is None


def test_a_fault_is_named_by_its_code_alone():
    (fault,) = [fault for fault in table.FAULTS if fault.name == "t5/pads_in_labels"]
    assert judge.verdict(fault, [finding("BAT003")]) == judge.Verdict(True, True, False)
    assert judge.verdict(fault, [finding("BAT004")]) == judge.Verdict(False, True, False)
    assert judge.verdict(fault, [finding("BAT003", "note")]) == judge.Verdict(False, False, True)
    assert judge.verdict(fault, None) == judge.Verdict(False, False, True)


def test_a_remedy_is_proved_by_the_experiment_on_the_right_cause():
    fault = next(one for one in table.FAULTS if one.codes == ("BAT003",))
    told = {"causes": ["BAT003", "TRA001"], "experiments": [{"cause": "BAT003", "proved": True}]}
    assert judge.confirmed(fault, told, None) == judge.Confirmed(ranked_first=True, proved=True)
    other = {"causes": ["TRA001", "BAT003"], "experiments": [{"cause": "TRA001", "proved": True}]}
    assert judge.confirmed(fault, other, {"proved": False}) == judge.Confirmed(
        ranked_first=False, proved=False
    )
    nothing = {"causes": [], "experiments": []}
    assert judge.confirmed(fault, nothing, None) == judge.Confirmed(False, False)
    assert judge.confirmed(fault, nothing, {"proved": True}) == judge.Confirmed(False, True)


@pytest.mark.parametrize(
    ("status", "match", "harm"),
    [(1, None, "crash"), (0, 0.5, "worse"), (0, 0.97, "none"), (0, 1.0, "better than true")],
)
def test_harm_is_measured_against_the_twin(status, match, harm):
    plain = {"status": status, "exact_match": match}
    assert judge.harm(plain, {"status": 0, "exact_match": 0.93}) == harm


def ran(match):
    return {"status": 0, "exact_match": match}


def test_the_summary_counts_faults_and_false_alarms():
    results = {
        "t5/pads_in_labels": {"workup": {"findings": [finding("BAT003")]}, "plain": ran(0.5)},
        "t5/five_test_rows": {"workup": {"findings": []}, "plain": ran(0.99)},
        "healthy/t5": {"workup": {"findings": [finding("OUT006")]}, "plain": ran(1.0)},
    }
    assert page.summary({"5.18.0": results})[-1] == (
        f"| 5.18.0 | 2 of {len(table.FAULTS)} | 1 (50%) | 1 (100%) | 1 (50%) | 1 (50%) | 1 | 1 | 0 |"
    )
