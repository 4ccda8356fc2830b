"""A source with every fault that can be looked for in it, and a word on what could not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workup.data.about import about
from workup.data.check import Fault, Roles, check, checks, unreadable
from workup.data.describe import longest_column
from workup.data.rows import Row, require_columns, separate
from workup.data.sources import stream


@dataclass(frozen=True)
class Checked:
    """The usable rows, the columns' roles, the faults, and which kinds were and were not looked for."""

    rows: Sequence[Row]
    roles: Roles
    faults: Sequence[Fault]
    looked_for: tuple[str, ...]
    not_looked_for: tuple[str, ...]

    @property
    def errors(self) -> int:
        """The number of faults that are errors."""
        return sum(fault.severity == "error" for fault in self.faults)


def check_source(source: str, roles: Roles | None = None) -> Checked:
    """Read a source and check it in the given roles, or in those it is installed with.

    Where no text is named, it is the column with the longest texts.

    Raises:
        DataError: there is no such source, or a role's column is missing.
    """
    known = about(source)
    rows, bad = separate(stream(source))
    faults = list(unreadable(bad))
    looked_for = ["schema"]
    if roles is None and known is not None:
        own, argument = known
        roles = own.roles
        looked_for += own.checks
        faults += own.faults(argument)
    if not rows:
        faults.append(Fault("schema", "error", source, "", "holds no row that can be used"))
        return Checked(rows, roles or Roles(()), faults, tuple(looked_for), ())
    roles = roles or Roles(())
    if not roles.texts:
        roles = replace(roles, texts=(longest_column(rows),))
    require_columns(rows, roles.named(), source)
    faults += check(rows, roles)
    possible = tuple(checks(roles))
    everything = checks(Roles(roles.texts, answer="?", split="?"))
    looked_for += (kind for kind in possible if kind not in looked_for)
    return Checked(rows, roles, faults, tuple(looked_for), tuple(k for k in everything if k not in possible))
