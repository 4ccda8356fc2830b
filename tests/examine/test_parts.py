import pytest

from workup.examine.parts import Missing, Parts, UnknownPart, Unmeasurable
from workup.examine.subject import Subject


def parts_of(subject, **measurements):
    return Parts(subject, measurements)


def test_a_part_of_the_subject_is_given_by_name():
    assert parts_of(Subject(log=[{"loss": 1.0}])).get("log") == [{"loss": 1.0}]


def test_a_measurement_asks_for_parts_and_is_taken_once():
    taken = []

    def last_loss(log):
        taken.append(1)
        return log[-1]["loss"]

    parts = parts_of(Subject(log=[{"loss": 2.0}]), last_loss=last_loss)
    assert [parts.get("last_loss"), parts.get("last_loss")] == [2.0, 2.0]
    assert len(taken) == 1


def test_what_is_missing_is_named_through_every_measurement():
    def last_loss(log):
        return log[-1]

    def trend(last_loss):
        return last_loss

    with pytest.raises(Missing, match=r"needs the log history of the training \(log\)"):
        parts_of(Subject(), last_loss=last_loss, trend=trend).get("trend")


def test_a_parameter_with_a_default_may_be_missing():
    def named(log=None, versions=None):
        return log, bool(versions)

    assert parts_of(Subject(), named=named).get("named") == (None, True)


def test_a_measurement_that_fails_says_so_each_time_it_is_asked_for():
    def broken(versions):
        raise ValueError("no numbers")

    parts = parts_of(Subject(), broken=broken)
    for _ in range(2):
        with pytest.raises(Unmeasurable, match="broken could not be measured: ValueError: no numbers"):
            parts.get("broken")


def test_a_name_that_nobody_knows_is_a_fault_of_the_check():
    with pytest.raises(UnknownPart, match="'lgo'"):
        parts_of(Subject()).get("lgo")
