"""Versions, gates and decisions on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from workup.registry.comparison import Comparison
from workup.registry.decisions import Decision
from workup.registry.registry import Registry
from workup.registry.verify import Verification
from workup.registry.version import Version

_SIGNS = {True: ("✓", "green"), False: ("✗", "red")}
_NOTHING = "-"


def lines_view(registry: Registry) -> RenderableType:
    """Every line, with what serves and what waits."""
    table = _table("line", "serving", "candidate", "versions")
    for line in registry.lines():
        serving, candidate = registry.serving(line), registry.candidate(line)
        table.add_row(line, _name(serving), _name(candidate), str(len(registry.versions(line))))
    return table


def line_view(registry: Registry, line: str) -> RenderableType:
    """The versions of a line, and every decision about them."""
    serving, candidate = registry.serving(line), registry.candidate(line)
    table = _table("version", "", "run", "published", "by", "weights", "first right", "note")
    for version in registry.versions(line):
        state = "serving" if version == serving else "candidate" if version == candidate else ""
        manifest, evidence = version.manifest, version.evidence
        table.add_row(
            version.name,
            state,
            manifest.run,
            manifest.when[:16].replace("T", " "),
            manifest.by,
            manifest.weights,
            str(evidence.top1),
            manifest.note,
        )
    decisions = registry.decisions(line).all
    if not decisions:
        return Group(table, Text(), Text("No decision has been taken yet."))
    return Group(table, Text(), *(_decided(decision) for decision in decisions))


def version_view(version: Version, state: str, gates: Sequence[dict[str, Any]]) -> RenderableType:
    """One version: what it is, and what each gate says of it now."""
    manifest = version.manifest
    size = sum((version.folder / name).stat().st_size for name in manifest.files)
    facts = {
        "run": manifest.run,
        "published": f"{manifest.when} by {manifest.by}, with Workup {manifest.workup}",
        "note": manifest.note,
        "weights": manifest.weights,
        "data": manifest.data,
        "learned": str(version.learned or ""),
        "conditions": str(manifest.conditions),
        "files": f"{len(manifest.files)}, {size / 1e6:.1f} MB, in {version.folder}",
    }
    parts: list[RenderableType] = [Text.assemble((version.name, "bold"), f"  {state}" if state else "")]
    parts += [Text(f"  {name:<11}{value}") for name, value in facts.items() if value]
    return Group(*parts, Text(), gates_view(gates))


def gates_view(gates: Sequence[dict[str, Any]]) -> RenderableType:
    """What each gate says, a line each."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    for gate in gates:
        sign, colour = _SIGNS[gate["passed"]]
        table.add_row(Text(sign, style=colour), Text(gate["gate"], style="bold"), Text(gate["told"]))
    return table


def comparison_view(a: Version, b: Version, found: Comparison) -> RenderableType:
    """Two versions, specialty by specialty."""
    if not found.rows:
        return Text(f"{a.name} and {b.name} were tested on no two cases in common: nothing can be compared.")
    table = _table("", "cases", a.name, b.name, "difference (95 %)", "p, corrected", "")
    for row in found.rows:
        verdict = "worse" if row.worse else "better" if row.better else ""
        table.add_row(
            row.name,
            str(row.cases),
            f"{row.a.value:.1%}",
            f"{row.b.value:.1%}",
            f"{row.effect.difference:+.1%} ({row.effect.low:+.1%} to {row.effect.high:+.1%})",
            f"{row.p:.2g}",
            Text(verdict, style="red" if row.worse else "green"),
        )
    return Group(table, *(Text(line, style="dim") for line in _uncompared(a, b, found)))


def decision_view(decision: Decision) -> RenderableType:
    """What was decided, and why."""
    return (
        Group(gates_view(decision.gates), Text(), _decided(decision))
        if decision.gates
        else _decided(decision)
    )


def verification_view(found: Verification, version: str | None) -> RenderableType:
    """What a verification found: of one version, by the name it was asked for; None: of everything."""
    looked_at = (
        version
        if version is not None
        else f"{found.versions} versions, {found.blobs} files ({found.bytes / 1e6:.1f} MB) and "
        f"{found.decisions} decisions"
    )
    count = len(found.problems)
    result = f"{count} problem{'s' * (count > 1)}" if count else "all as published"
    unfinished = "a publish was killed here, or still runs; it harms nothing"
    return Group(
        *(Text(problem, style="red") for problem in found.problems),
        Text(f"{looked_at}: {result}"),
        *(Text(f"{path}: {unfinished}", style="dim") for path in found.unfinished),
    )


def _decided(decision: Decision) -> Text:
    told = Text(f"{decision.number}. {decision}")
    if decision.action != "refuse" and decision.before is not None:
        told.append(f"; before it {decision.line}@{decision.before} served", style="dim")
    if decision.failed:
        told.append(f"\n   did not pass: {', '.join(decision.failed)}", style="red")
    if decision.override:
        told.append(f"\n   promoted all the same: {decision.override}", style="yellow")
    if decision.why:
        told.append(f"\n   {decision.why}")
    return told


def _uncompared(a: Version, b: Version, found: Comparison) -> Iterator[str]:
    for version, count in ((a, found.only_a), (b, found.only_b)):
        if count:
            yield f"{count} cases were left out: only {version.name} was tested on them."
    if found.left_out:
        yield f"Too few cases in common to compare: {', '.join(found.left_out)}."


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _name(version: Version | None) -> str:
    return version.name if version is not None else _NOTHING
