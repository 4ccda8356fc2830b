import inspect
from types import ModuleType

import pytest

from workup.examine.capture.seams import Guard, Seam, fit
from workup.examine.capture.watch import Watch


class Library:
    def double(self, number: int = 1, *, twice: bool = True) -> int:
        """Twice the number."""
        if number < 0:
            raise ValueError(number)
        return 2 * number

    @classmethod
    def make(cls) -> str:
        return cls.__name__


@pytest.fixture
def library():
    """A module with a class of its own, to be watched."""
    module = ModuleType("library")
    module.Library = type("Library", (), dict(vars(Library)))
    return module


@pytest.fixture
def watched(library):
    """`watched(method, observer)`: the class, its method observed by this generator function."""

    def fitted(method, observer):
        def begin(_, args, kwargs):
            observing = observer(*args, **kwargs)
            next(observing)
            return observing

        def end(observing, result):
            with pytest.raises(StopIteration):
                observing.send(result)

        fit(Seam("library", "Library", method, "observed"), library, Guard(begin, end))
        return library.Library

    return fitted


def test_arguments_and_result_are_seen_and_the_signature_stays(watched):
    told = []

    def observer(owner, *args, **kwargs):
        result = yield
        told.append((args, kwargs, result))

    owner = watched("double", observer)
    assert owner().double(4, twice=True) == 8
    assert told == [((4,), {"twice": True}, 8)]
    assert inspect.signature(owner.double) == inspect.signature(Library.double)
    assert owner.double.__doc__ == "Twice the number."


def test_a_call_that_fails_fails_as_ever_and_its_observer_is_closed(watched):
    told = []

    def observer(owner, number):
        try:
            yield
        finally:
            told.append("closed")

    with pytest.raises(ValueError, match="-1"):
        watched("double", observer)().double(-1)
    assert told == ["closed"]


def test_a_class_method_stays_one(watched):
    told = []

    def observer(owner):
        told.append((yield))

    owner = watched("make", observer)
    heir = type("Heir", (owner,), {})
    assert (owner.make(), heir.make(), told) == ("Library", "Heir", ["Library", "Heir"])


def test_a_method_that_this_version_lacks_is_not_made(library):
    fit(Seam("library", "Library", "nowhere", "observed"), library, Guard(None, None))
    assert not hasattr(library.Library, "nowhere")


@pytest.mark.parametrize("fails_before", [True, False])
def test_an_observer_that_fails_is_noted_once_and_the_call_goes_on(library, fails_before):
    watch = Watch(lambda report: False)

    def broken(*_):
        if fails_before:
            raise KeyError("ours")
        yield
        raise KeyError("ours")

    watch.seen.decoded = broken
    fit(Seam("library", "Library", "double", "decoded"), library, Guard(watch.begin, watch.end))
    assert [library.Library().double(3) for _ in range(2)] == [6, 6]
    assert len(watch.notes) == 1
    assert "KeyError: 'ours'" in watch.notes[0]
