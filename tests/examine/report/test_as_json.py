import json

import pytest
from jsonschema import Draft202012Validator

from workup.examine.report import Plot, Report, Series
from workup.examine.report.as_json import schema, to_json


@pytest.fixture(scope="module")
def faults_of():
    """`faults_of(tree)`: where a tree departs from the schema."""
    described = schema()
    Draft202012Validator.check_schema(described)
    validator = Draft202012Validator(described)
    return lambda tree: [fault.json_path for fault in validator.iter_errors(tree)]


def test_it_holds_everything_as_plain_values(faulty):
    tree = to_json(faulty)
    assert json.loads(json.dumps(tree, allow_nan=False)) == tree
    finding = tree["findings"][0]
    assert (finding["check"], finding["severity"], finding["stage"]) == ("TRA901", "error", "training")
    assert finding["evidence"] == {"loss": "nan", "steps": [1, 2], "by kind": {"text": 3.14159}}
    assert finding["remedy"]["change"] == {"training.learning_rate": 1e-4}
    assert [skipped["part"] for skipped in tree["skipped"]] == ["model"]
    assert tree["broken"] == [{"check": "ENV901", "error": "ValueError: ours"}]
    assert tree["exit_status"] == 1


@pytest.mark.parametrize("kind", ["faulty", "sound", "unchecked"])
def test_it_is_as_the_schema_describes_it(kind, request, faults_of):
    assert faults_of(to_json(request.getfixturevalue(kind))) == []


def test_plots_are_as_the_schema_describes_them(faults_of):
    lines = Plot("Loss", "step", "nats", (Series("training", ((1, 2.0), (2, 1.5))),))
    bars = Plot("Loss by kind", "kind", "nats", (Series("loss", (("text", 2.0),)),), bars=True)
    tree = to_json(Report((), (), (), (), (lines, bars)))
    assert faults_of(tree) == []
    assert tree["plots"][0]["series"] == [{"name": "training", "points": [[1, 2.0], [2, 1.5]]}]
    assert [plot["kind"] for plot in tree["plots"]] == ["lines", "bars"]


def test_the_schema_refuses_what_is_no_report(faulty, faults_of):
    tree = to_json(faulty)
    tree["findings"][0]["severity"] = "fatal"
    tree["stages"].pop()
    del tree["verdict"]
    assert sorted(faults_of(tree)) == ["$", "$.findings[0].severity", "$.stages"]


def test_a_command_may_add_keys_of_its_own(faulty, faults_of):
    assert faults_of({"script": "train.py"} | to_json(faulty)) == []
