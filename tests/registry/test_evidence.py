import pytest

from registry_versions import evidence, put
from workup.registry import RegistryError
from workup.registry.evidence import Evidence


def test_evidence_is_read_as_it_was_written(registry):
    told = evidence(golden="any")
    read = put(registry, told).evidence
    assert read.golden != "any", "the registry's own list"
    assert (read.cases, read.asked, read.second, read.examined) == (
        told.cases,
        told.asked,
        told.second,
        told.examined,
    )
    assert (read.promise, read.top1, read.forms) == (0.9, told.top1, ["findings"])


def test_what_was_not_made_is_none(registry):
    read = put(registry, evidence(second=None, examined=None)).evidence
    assert (read.second, read.examined) == (None, None)


@pytest.mark.parametrize("name", ["results.json", "evaluation.json", "report.json"])
@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_evidence_that_is_no_evidence_is_one_clear_error(tmp_path, passing, name, text):
    for path in passing.folder.glob("*.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / name).write_text(text)
    with pytest.raises(RegistryError, match="cannot be read"):
        Evidence.load(tmp_path)
