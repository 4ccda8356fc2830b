"""workup check-script"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from workup.examine.report import Report
    from workup.examine.script.fixes import Fix
    from workup.examine.script.source import Script

# A line of a diff, by its first character.
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def check_script(
    script: Annotated[Path, typer.Argument(help="A Python file or a notebook. Nothing of it is run.")],
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be mended without a doubt; the diff is shown first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Mend without asking.")] = False,
    version: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="VERSION", help="Of transformers: 4.57, 5, 5.18.  [default: the installed one]"
        ),
    ] = None,
    sarif: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write the findings as SARIF 2.1.0.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look for faults of a fine-tuning script without running it; exit status 1 when there is an error."""
    from workup.cli.arguments import own_version, require_writable
    from workup.cli.console import output, print_json
    from workup.examine.report.as_json import to_json
    from workup.examine.report.sarif import to_sarif
    from workup.examine.report.terminal import show
    from workup.examine.script.check import examine_script, uses_transformers
    from workup.examine.script.source import read_script
    from workup.examine.script.versions import wanted_version
    from workup.files import write_json

    require_writable(sarif)
    wanted = wanted_version(version)
    read = read_script(script)
    console = output()
    mended, written = _mend(console, read, wanted, yes=yes, shown=not as_json) if fix else (None, False)
    report = examine_script(read_script(script) if written else read, wanted)
    if sarif is not None:
        write_json(sarif, to_sarif(report.worst_first, version=own_version(), where=str(script)))
    if as_json:
        about: dict[str, object] = {"script": str(script), "transformers": wanted}
        about |= {"diff": mended.diff if mended else "", "written": written} if fix else {}
        print_json(about | to_json(report))
    elif not uses_transformers(read):
        console.print(
            f"  {script} imports nothing of transformers: there is nothing to look at.", markup=False
        )
    else:
        show(report, console)
        told = f"\n  {_counts(report)}, for" if report.findings else "  Checked for"
        console.print(f"{told} transformers {wanted}.")
    if report.exit_status or (mended is not None and not written):
        raise typer.Exit(1)


def _mend(
    console: Console, script: Script, version: str, *, yes: bool, shown: bool
) -> tuple[Fix | None, bool]:
    """What can be mended, and whether it was: after the diff was shown and the user agreed."""
    from rich.text import Text

    from workup.examine.script.fixes import fix_of

    fix = fix_of(script, version)
    if fix is None:
        if shown:
            console.print("  There is nothing here that can be mended without a doubt.\n")
        return None, False
    watched = shown and sys.stdin.isatty() and sys.stdout.isatty()
    for line in fix.diff.splitlines() if shown else ():
        console.print(Text(line, style=_COLOURS.get(line[:1], "")), soft_wrap=True)
    if not yes and not (watched and typer.confirm(f"Write this to {script.path}?")):
        if shown:
            console.print(f"\n  Nothing was written{'' if watched else ': say --yes to write it'}.\n")
        return fix, False
    fix.write()
    if shown:
        console.print(f"\n  Written to {script.path}. What is left:\n", markup=False)
    return fix, True


def _counts(report: Report) -> str:
    """How many findings of each severity, in words."""
    from workup.examine.finding import Severity

    found = [finding.severity for finding in report.findings]
    told = [
        f"{found.count(severity)} {severity.name.lower()}{'' if found.count(severity) == 1 else 's'}"
        for severity in sorted(Severity, reverse=True)
    ]
    return ", ".join(told)
