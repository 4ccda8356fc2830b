"""What the page on the loaders shows is what they do."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "loaders.md"
EXAMPLES = re.findall(r"```json\n(.*?)```\n\n```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize(("name", "example"), [*zip(["fhir", "phenopackets"], EXAMPLES, strict=True)])
def test_an_example_of_the_page_reads_as_shown(tmp_path, name, example):
    document, text = example
    path = tmp_path / "example.json"
    path.write_text(document, encoding="utf-8")
    (row,) = import_module(f"workup.clinic.formats.{name}").read(str(path))
    assert row.values["text"] == " ".join(text.split())
