"""De-identification of data rows, and the report on what was found in them."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workup.clinic.deidentify import LIMITS, deidentify
from workup.data.rows import BadRow, Row, refuse
from workup.errors import DataError, nearest


@dataclass(frozen=True)
class Finding:
    """One identifier in a row: the row's place ("notes.csv:12"), the column, the kind; never the text."""

    place: str
    column: str
    kind: str


def deidentify_row(
    row: Row, columns: Sequence[str] | None = None, known: Sequence[str] = ()
) -> tuple[Row, list[Finding]]:
    """The row with its text replaced, and what was found.

    Text is looked for in the given columns, or in all: strings, dates, and lists and mappings of them. The
    name of the column counts as a cue: "94" is found in a column "age", "4471" in a column "mrn". What is a
    number and no text stays.

    Raises:
        DataError: the row has no such column.
    """
    findings: list[Finding] = []
    values = dict(row.values)
    for column in values if columns is None else columns:
        if column not in values:
            raise DataError(f"{row.place} has no column {column!r}; {nearest(column, values)}")
        values[column], kinds = _clean(values[column], column, known)
        findings += [Finding(row.place, column, kind) for kind in kinds]
    return Row(values, row.place), findings


def _clean(value: Any, label: str, known: Sequence[str]) -> tuple[Any, list[str]]:
    """A cell without identifiers, and the kinds of those it held."""
    if isinstance(value, datetime.date):
        value = value.isoformat()
    if isinstance(value, str):
        return _clean_text(value, label, known)
    if isinstance(value, Mapping):
        cleaned = {key: _clean(item, str(key), known) for key, item in value.items()}
        return {key: item for key, (item, _) in cleaned.items()}, _joined(k for _, k in cleaned.values())
    if isinstance(value, (list, tuple)):
        items = [_clean(item, label, known) for item in value]
        return [item for item, _ in items], _joined(kinds for _, kinds in items)
    return value, []


def _clean_text(text: str, label: str, known: Sequence[str]) -> tuple[str, list[str]]:
    cue = f"{label.replace('_', ' ')}: "
    done = deidentify(cue + text, known)
    if done.text.startswith(cue):
        return done.text.removeprefix(cue), [identifier.kind for identifier in done.found]
    done = deidentify(text, known)  # the column's own name was taken for a part of an identifier
    return done.text, [identifier.kind for identifier in done.found]


def _joined(lists: Iterable[list[str]]) -> list[str]:
    return [item for items in lists for item in items]


@dataclass
class Report:
    """What was found in how many rows: counts by column and kind, and the places; and the rows left out."""

    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    dropped: list[BadRow] = field(default_factory=list)

    def add(self, findings: Iterable[Finding]) -> None:
        """Count one more row."""
        self.rows += 1
        self.findings += findings

    def counts(self) -> dict[str, Counter[str]]:
        """How often each kind was found in each column."""
        counts: dict[str, Counter[str]] = {}
        for finding in self.findings:
            counts.setdefault(finding.column, Counter())[finding.kind] += 1
        return counts

    def to_json(self) -> dict[str, Any]:
        """Counts, places and the limits, as plain values; the text that was found is in none of them."""
        kinds = Counter(finding.kind for finding in self.findings)
        return {
            "rows": self.rows,
            "dropped": [str(row) for row in self.dropped],
            "found": len(self.findings),
            "kinds": dict(kinds.most_common()),
            "columns": {column: dict(kinds.most_common()) for column, kinds in self.counts().items()},
            "places": [vars(finding) for finding in self.findings],
            "limits": LIMITS,
        }


def deidentified(
    records: Iterable[Row | BadRow], columns: Sequence[str] | None, report: Report, skip_bad: int = 0
) -> Iterator[Row]:
    """The rows of a stream, one at a time, without identifiers; what was found goes into the report.

    Raises:
        DataError: more rows than `skip_bad` cannot be read, or one lacks one of the columns.
    """
    records = iter(records)
    for record in records:
        if isinstance(record, Row):
            row, findings = deidentify_row(record, columns)
            report.add(findings)
            yield row
            continue
        report.dropped.append(record)
        if len(report.dropped) > skip_bad:
            report.dropped += (other for other in records if isinstance(other, BadRow))
            refuse(report.dropped, skip_bad)
