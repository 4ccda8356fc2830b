import logging
import sys
import warnings

import pytest

from workup.examine.capture.silence import silence


def library():
    """A call that warns, always from the same line."""
    warnings.warn("beware", UserWarning, stacklevel=1)


def test_nothing_is_heard_within(capfd):
    with silence():
        print("spoken")
        print("shouted", file=sys.stderr)
        logging.getLogger("library").critical("logged")
        library()
    assert capfd.readouterr() == ("", "")
    logging.getLogger("library").critical("logged afterwards")


@pytest.fixture
def told(monkeypatch):
    """The warnings that are shown, each once for a place, as Python does unless it is told otherwise."""
    shown = []
    monkeypatch.setitem(globals(), "__warningregistry__", {})
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = lambda message, *_, **__: shown.append(str(message))
        yield shown


def another_library():
    with warnings.catch_warnings():
        warnings.simplefilter("always")


def test_a_warning_that_was_shown_is_not_shown_again_because_of_an_examination(told):
    library()
    with silence():
        another_library()
        library()
    library()
    assert told == ["beware"]


def test_a_warning_that_an_examination_provoked_is_shown_when_the_script_provokes_it(told):
    with silence():
        library()
    library()
    assert told == ["beware"]


def test_a_warning_that_is_due_again_stays_so(told):
    library()
    another_library()
    with silence():
        pass
    library()
    assert told == ["beware", "beware"]
