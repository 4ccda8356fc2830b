"""One check on given parts, as the runner makes it."""

from workup.examine.measurements import MEASUREMENTS
from workup.examine.runner import run


def findings_of(check, subject):
    """The findings of a check on a subject; a check that breaks fails the test instead of looking silent."""
    report = run(subject, [check], MEASUREMENTS)
    assert not report.broken, report.broken
    return report.findings
