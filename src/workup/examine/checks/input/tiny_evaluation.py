"""INP007"""

from __future__ import annotations

from workup.evaluation.metrics import Proportion
from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.texts import Size

# Below these lower ends of the interval of a perfect score, it proves little (fewer than 35 rows) or next to
# nothing (fewer than 12).
_SOME, _LITTLE = 0.9, 0.75


@check("INP007", "input")
def tiny_evaluation(evaluation_size: Size) -> Finding | None:
    """The evaluation has too few rows to say anything.

    What it checks
    How many different rows the evaluation has, and how sure even a perfect score on them would be.

    Why it matters
    Five right answers of five are what a model that is right in six of ten cases gives one time in thirteen.
    Differences between two trainings, and the choice of the best epoch, are then a matter of luck.

    Evidence
    The number of rows, of different rows, and the 95 % interval of a perfect score.

    Example
    Wrong: five sentences typed in by hand. Right: a few hundred rows that were set aside.

    Remedy
    Set more rows aside, or give every score with its interval.

    When it is harmless
    When the evaluation only serves to see that the code runs.

    Known limits
    Says nothing about whether the rows resemble those that come later. Rows that depend on one another count
    as if they did not.

    Sources
    Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference",
    https://doi.org/10.1080/01621459.1927.10502953
    """
    rows, distinct = evaluation_size.rows, evaluation_size.distinct
    low, _ = Proportion(distinct, distinct).interval
    if low >= _SOME:
        return None
    told = f"{rows} rows" if rows == distinct else f"{rows} rows, {distinct} of them different"
    return Finding(
        Severity.WARNING if low < _LITTLE else Severity.NOTE,
        f"the evaluation has {told}; all of them right would mean {low:.0%} to 100% in truth",
        Remedy("set more rows aside for the evaluation, or give every score with its interval"),
        {"rows": rows, "different rows": distinct, "perfect score, lower end": round(low, 3)},
    )
