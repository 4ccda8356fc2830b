"""workup explain"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workup.examine.check import Check
    from workup.examine.crashes.crash import Crash


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            help="Code or name: of a check (BAT003), a rule for scripts (SCR010), a crash (CRA001).  "
            "[default: list all]"
        ),
    ] = None,
) -> None:
    """Print the documentation of a check, rule for scripts or crash; without a code, list all by stage."""
    from workup.cli.console import output

    console = output()
    for line, is_heading in _list() if code is None else _page(_find(code)):
        console.print(line, markup=False, style="bold" if is_heading else None)


def _all() -> tuple[Check | Crash, ...]:
    from workup.examine.checks import CATALOGUE
    from workup.examine.crashes import CRASHES
    from workup.examine.script.rules import RULES

    return (*RULES, *CRASHES, *CATALOGUE)


def _find(code: str) -> Check | Crash:
    """What has this code or name; of a check and a rule for scripts that share a name, the check.

    Raises:
        WorkupError: nothing has; the message names the nearest.
    """
    import difflib

    from workup.errors import WorkupError

    known = {key: one for one in _all() for key in (one.code, one.name)}
    found = known.get(code.upper()) or known.get(code.lower())
    if found is None:
        spelt = code.lower() if "-" in code else code.upper()
        near = difflib.get_close_matches(spelt, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`workup explain` lists them all"
        raise WorkupError(f"there is no check and no crash {code!r}; {hint}")
    return found


def _page(one: Check | Crash) -> Iterator[tuple[str, bool]]:
    """The lines of a page, and whether each is a heading."""
    from workup.examine import check
    from workup.examine.crashes import crash

    yield f"{one.code} {one.name} ({one.stage})", True
    for line in one.page.splitlines():
        yield line, line in (*check.HEADINGS, *crash.HEADINGS)


def _list() -> Iterator[tuple[str, bool]]:
    """The lines of the list, and whether each is a heading."""
    from workup.examine.finding import STAGES

    for stage in STAGES:
        yield stage, True
        for one in _all():
            if one.stage == stage:
                yield f"  {one.code}  {one.summary}", False
