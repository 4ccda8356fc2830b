"""Whether incoming cases are still like those that the model was trained on, by specialty.

Findings, lengths and unknown words of recent cases are compared with the case book's training cases; how sure
the model was, and how often its answers were accepted, with earlier feedback. Each comparison is a test of
its own, and all p-values are corrected together (Holm 1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from workup.clinic.cases import rows
from workup.errors import DataError
from workup.evaluation.estimate import Floats
from workup.evaluation.paired import holm
from workup.learning.tables import Item
from workup.learning.traits import Traits, traits_of, word_counts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Measure = Literal["findings", "length", "unknown words", "confidence", "accepted"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
ALL = "all specialties"
ALPHA = 0.05
# Fewer cases than this show nothing, on either side; more than so many add nothing but time.
_FEWEST, _MOST = 5, 300
_RESAMPLES = 9999
_TINY = 1e-12


@dataclass(frozen=True)
class Shift:
    """One measure of one specialty, recent cases against those they are compared with.

    Attributes:
        recent, before: how many cases are on either side.
        size: 0, alike, to 1, nothing in common. Of numbers the Kolmogorov-Smirnov distance, of findings
            Cramér's V, of the accepted rate the difference.
        p: of the test; `corrected` for all tests of the report.
        told: both sides in words.
    """

    specialty: str
    measure: Measure
    recent: int
    before: int
    size: float
    p: float
    corrected: float
    told: str

    @property
    def drifted(self) -> bool:
        """Whether chance is no longer a good explanation: at 5 % for the whole report."""
        return self.corrected < ALPHA


@dataclass(frozen=True)
class Drift:
    """Every comparison that could be made of the items of the last `days` days.

    `untested` says which could not, and why.
    """

    days: int
    cases: int
    shifts: tuple[Shift, ...]
    untested: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        shifts = [{**asdict(shift), "drifted": shift.drifted} for shift in self.shifts]
        return {"days": self.days, "cases": self.cases, "shifts": shifts, "untested": self.untested}


TESTS: Mapping[Measure, str] = {
    "findings": f"chi-squared of the counts of findings, {_RESAMPLES} permutations of the cases",
    "length": "two-sample Kolmogorov-Smirnov test of the number of words",
    "unknown words": "the same of the share of words that no other training case has",
    "confidence": "the same of the probability that the model gave",
    "accepted": "Fisher's exact test",
}


def drift(session: Session, days: int = 30) -> Drift:
    """Compare the items received within `days` days of the newest.

    Of each specialty at most the 300 newest items are looked at.

    Raises:
        DataError: the store is empty.
    """
    items = list(session.scalars(select(Item).options(lazyload("*")).order_by(Item.received.desc(), Item.id)))
    if not items:
        raise DataError("nothing has been taken in yet: there is no case to compare")
    border = items[0].received - timedelta(days=days)
    recent = _newest([item for item in items if item.received > border])
    earlier = [item for item in items if item.received <= border]
    shifts = [*_against_training(recent), *_against_earlier(recent, earlier)]
    corrected = holm([shift.p for shift in shifts]) if shifts else []
    done = tuple(replace(s, corrected=p) for s, p in zip(shifts, corrected, strict=True))
    return Drift(days, len(recent), done, tuple(_untested(done, recent, earlier)))


def _newest(items: Sequence[Item]) -> list[Item]:
    """The newest items of each specialty, in their order."""
    kept: dict[str | None, list[Item]] = {}
    for item in items:
        group = kept.setdefault(item.specialty, [])
        if len(group) < _MOST:
            group.append(item)
    return [item for group in kept.values() for item in group]


def _against_training(recent: Sequence[Item]) -> list[Shift]:
    book = [row.values for row in rows() if row.values["use"] == "train"]
    taught = word_counts(row["text"] for row in book)
    training = [(row["specialty"], traits_of(row["text"], taught, own=True)) for row in book]
    incoming = [(item.specialty, traits_of(item.text, taught, own=False)) for item in recent]
    shifts: list[Shift] = []
    for specialty in _specialties(recent):
        new = [t for s, t in incoming if specialty in (ALL, s)]
        old = [t for s, t in training if specialty in (ALL, s)]
        if len(new) >= _FEWEST and len(old) >= _FEWEST:
            shifts += _of_texts(specialty, new, old)
    return shifts


def _specialties(recent: Sequence[Item]) -> list[str]:
    return [ALL, *sorted({item.specialty for item in recent if item.specialty})]


def _of_texts(specialty: str, new: Sequence[Traits], old: Sequence[Traits]) -> list[Shift]:
    lengths = [np.array([t.words for t in side], dtype=np.float64) for side in (new, old)]
    unknown = [np.array([t.unknown for t in side], dtype=np.float64) for side in (new, old)]
    median, mean = [np.median(side) for side in lengths], [np.mean(side) for side in unknown]
    return [
        _of_findings(specialty, new, old),
        _numbers(specialty, "length", lengths, f"median {median[0]:.0f} words, {median[1]:.0f} in training"),
        _numbers(specialty, "unknown words", unknown, f"{mean[0]:.1%}, {mean[1]:.1%} in training"),
    ]


def _of_findings(specialty: str, new: Sequence[Traits], old: Sequence[Traits]) -> Shift:
    names = sorted({name for t in (*new, *old) for name in t.findings})
    column = {name: place for place, name in enumerate(names)}
    present = np.zeros((len(new) + len(old), len(names)), dtype=np.float32)
    for row, t in enumerate((*new, *old)):
        present[row, [column[name] for name in t.findings]] = 1
    size, p = association(present, len(new))
    shares = present[: len(new)].mean(axis=0), present[len(new) :].mean(axis=0)
    most = int(np.abs(shares[0] - shares[1]).argmax()) if names else None
    told = "no finding was read" if most is None else (
        f"most of all {names[most]}: {shares[0][most]:.0%} of cases, {shares[1][most]:.0%} in training"
    )  # fmt: skip
    return Shift(specialty, "findings", len(new), len(old), size, p, p, told)


def association(present: Any, new: int) -> tuple[float, float]:
    """Cramér's V between the side a case is on and the findings it has, and the p-value of no association.

    Args:
        present: (N, F), 1 where a case has a finding; the first `new` cases are the incoming ones.

    The statistic is Pearson's chi-squared of the 2 x F table of counts. Findings of one case hang together,
    so its textbook distribution does not hold; permuted are whole cases.
    """
    totals = present.sum(axis=0)
    count = float(totals.sum())
    if not 0 < present[:new].sum() < count:
        return 0.0, 1.0

    def chi_squared(counts: Any) -> Any:
        """Of (..., F) counts on the incoming side."""
        share = counts.sum(axis=-1, keepdims=True) / count
        expected = share * totals
        distance = ((counts - expected) ** 2 / totals).sum(axis=-1)
        # Where one side has no finding at all, nothing departs from what is expected: 0 of 0.
        return distance / np.maximum(share * (1 - share), _TINY)[..., 0]

    random = np.random.default_rng(0)
    observed = float(chi_squared(present[:new].sum(axis=0)))
    reached = 1
    for _ in range(_RESAMPLES // 99):
        sides = np.zeros((99, len(present)), dtype=np.float32)
        sides[:, :new] = 1
        reached += int((chi_squared(random.permuted(sides, axis=1) @ present) >= observed * (1 - 1e-6)).sum())
    return (observed / count) ** 0.5, reached / (_RESAMPLES + 1)


def _against_earlier(recent: Sequence[Item], earlier: Sequence[Item]) -> list[Shift]:
    shifts: list[Shift] = []
    for specialty in _specialties(recent):
        new, old = (
            [item for item in side if specialty in (ALL, item.specialty) and item.kind != "case"]
            for side in (recent, earlier)
        )
        if min(len(new), len(old)) >= _FEWEST:
            shifts.append(_accepted(specialty, new, old))
        sure = [
            np.array([item.confidence for item in side if item.confidence is not None], dtype=np.float64)
            for side in (new, old)
        ]
        if min(map(len, sure)) >= _FEWEST:
            told = f"median {np.median(sure[0]):.2f}, {np.median(sure[1]):.2f} before"
            shifts.append(_numbers(specialty, "confidence", sure, told))
    return shifts


def _accepted(specialty: str, new: Sequence[Item], old: Sequence[Item]) -> Shift:
    from scipy.stats import fisher_exact

    right = [sum(item.kind == "accepted" for item in side) for side in (new, old)]
    table = [[right[0], len(new) - right[0]], [right[1], len(old) - right[1]]]
    rates = right[0] / len(new), right[1] / len(old)
    told = f"{rates[0]:.0%} of answers, {rates[1]:.0%} before"
    p = float(fisher_exact(table).pvalue)
    return Shift(specialty, "accepted", len(new), len(old), abs(rates[0] - rates[1]), p, p, told)


def _numbers(specialty: str, measure: Measure, sides: Sequence[Floats], told: str) -> Shift:
    """Recent numbers, and those that they are compared with."""
    from scipy.stats import ks_2samp

    new, old = sides
    # The asymptotic p-value is cautious where there are few cases or ties, and never fails.
    found = ks_2samp(new, old, method="asymp")
    p = float(found.pvalue)
    return Shift(specialty, measure, len(new), len(old), float(found.statistic), p, p, told)


def _untested(done: Sequence[Shift], recent: Sequence[Item], earlier: Sequence[Item]) -> list[str]:
    """What could not be compared, and what it takes."""
    tested = {shift.specialty for shift in done if shift.measure == "length"}
    few = [name for name in _specialties(recent) if name not in tested]
    told = [f"{', '.join(few)}: fewer than {_FEWEST} recent cases"] if few else []
    measures = {shift.measure for shift in done}
    for measure in ("confidence", "accepted"):
        if measure not in measures:
            why = "no earlier item to compare with" if not earlier else f"fewer than {_FEWEST} with feedback"
            told.append(f"{measure}: {why}")
    return told
