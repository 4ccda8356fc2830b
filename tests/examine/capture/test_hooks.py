import importlib
import sys

import pytest

from workup.examine.capture.hooks import after_import


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module that can be imported, and is forgotten afterwards."""
    (tmp_path / "waited_for.py").write_text("NUMBER = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "waited_for"
    sys.modules.pop("waited_for", None)


def test_it_is_told_when_the_module_is_ready_and_nothing_is_imported_before(module):
    told = []
    with after_import({module: told.append}):
        assert module not in sys.modules
        imported = importlib.import_module(module)
    assert told == [imported]
    assert told[0].NUMBER == 1
    assert type(imported.__spec__.loader).__name__ == "SourceFileLoader"


def test_a_module_that_is_there_is_told_at_once(module):
    imported = importlib.import_module(module)
    told = []
    with after_import({module: told.append}):
        assert told == [imported]


def test_a_module_that_cannot_be_imported_fails_as_ever():
    with (
        after_import({"nowhere_to_be_found": print}),
        pytest.raises(ModuleNotFoundError, match="nowhere_to_be_found"),
    ):
        importlib.import_module("nowhere_to_be_found")


def test_afterwards_nobody_waits_any_more(module):
    before, told = list(sys.meta_path), []
    with after_import({module: told.append}):
        pass
    importlib.import_module(module)
    assert (sys.meta_path, told) == (before, [])
