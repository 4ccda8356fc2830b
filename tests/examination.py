"""One check on given parts, as the runner makes it."""

import pytest
import transformers

from workup.examine.measurements import MEASUREMENTS
from workup.examine.runner import run

NEWER = int(transformers.__version__.partition(".")[0]) >= 5
only_newer = pytest.mark.skipif(not NEWER, reason="transformers 4 has not this fault")


def findings_of(check, subject):
    """The findings of a check on a subject; a check that breaks fails the test instead of looking silent."""
    report = run(subject, [check], MEASUREMENTS)
    assert not report.broken, report.broken
    return report.findings
