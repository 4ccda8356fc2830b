"""workup learn intake, reference, review, status, drift, train"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from workup.cli import learn_train
from workup.cli.arguments import DATABASE, FROM_ENVIRONMENT, SKIP_BAD, SOURCE

if TYPE_CHECKING:
    from rich.console import Console

    from workup.learning.drift import Drift
    from workup.learning.intake import Taken
    from workup.learning.status import Status
    from workup.learning.tables import Item

_SHOWN = 10

app = typer.Typer(
    help="Take in cases and feedback, review them, and learn what was released.", no_args_is_help=True
)

Database = Annotated[str, DATABASE]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.callback()
def learn() -> None:
    """Take in cases and feedback, review them, and learn what was released."""


@app.command(short_help="Take cases and feedback into quarantine.")
def intake(
    source: Annotated[str, SOURCE],
    sender: Annotated[str, typer.Option("--from", metavar="NAME", help="Who sent the cases.")],
    database: Database = FROM_ENVIRONMENT,
    skip_bad: Annotated[int, SKIP_BAD] = 0,
    as_json: AsJson = False,
) -> None:
    """Take cases and feedback into quarantine: without identifiers, checked, and compared with every set.

    A row is a new case (text, diagnosis), or feedback on an answer: accepted (text, answer), corrected
    (text, answer, diagnosis) or rejected (text, answer, reason).
    """
    from workup.cli.arguments import list_dropped
    from workup.cli.console import counting, messages, output, print_json
    from workup.learning.store import opened

    with opened(database, create=True) as session:
        from workup.learning.intake import take_in

        with counting(messages(), "reading", 0) as progress:
            taken = take_in(session, source, sender, skip_bad, lambda done, total: progress(done))
        list_dropped(taken.dropped)
        if as_json:
            print_json(taken.to_json())
        else:
            _show_taken(output(), taken)


@app.command(short_help="Add a set that cases are compared with: a test, a canary.")
def reference(
    source: Annotated[str, SOURCE],
    role: Annotated[str, typer.Option("--as", metavar="SET", help="training, validation, test or canary.")],
    database: Database = FROM_ENVIRONMENT,
    skip_bad: Annotated[int, SKIP_BAD] = 0,
) -> None:
    """Add every text of a source to a set that incoming cases are compared with.

    Copies of a validation, test or canary text can never be released for training. Only the fingerprint and
    the sorted words of a text are kept. The case book's own cases need not be added.
    """
    from workup.cli.console import output
    from workup.compare.words import counted
    from workup.learning.store import opened

    with opened(database, create=True) as session:
        from workup.learning.references import add

        new = add(session, source, role, skip_bad)
    output().print(f"  {counted(new, 'new text')} in the {role} set", markup=False)


@app.command(short_help="Decide on what waits in quarantine.")
def review(
    number: Annotated[int | None, typer.Option("--item", metavar="N", help="Only this item.")] = None,
    reviewer: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who decides.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="It is what its sender says.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Nothing should be learned from it.")] = False,
    diagnosis: Annotated[
        str | None, typer.Option(metavar="NAME", help="It is this diagnosis of the case book.")
    ] = None,
    why: Annotated[str, typer.Option(metavar="REASON", help="Kept with the decision.")] = "",
    database: Database = FROM_ENVIRONMENT,
) -> None:
    """Decide on what waits in quarantine: two different reviewers must agree before a case is released.

    With --as alone, a screen for one item after another; without it, a list of what waits. With --item, that
    item in full, or a decision on it: --accept, --reject or --diagnosis, with --as and --why.
    """
    from workup.cli.console import output
    from workup.errors import DataError
    from workup.learning.store import opened

    chosen = [
        name
        for name, given in (("--accept", accept), ("--reject", reject), ("--diagnosis", diagnosis))
        if given
    ]
    if len(chosen) > 1:
        raise DataError(f"{' and '.join(chosen)} exclude each other")
    if (chosen or why) and number is None:
        raise DataError("say which item is meant: --item N; workup learn review lists them")
    if why and not chosen:
        raise DataError("say what is decided: --accept, --reject or --diagnosis NAME")
    with opened(database) as session:
        from workup.learning import review as reviews
        from workup.learning.release import standing_among
        from workup.learning.reviewing import review_all
        from workup.learning.terminal import view

        if number is None and reviewer is None:
            _show_queue(output(), reviews.queue(session))
        elif number is None:
            review_all(session, str(reviewer), output())
        else:
            item = reviews.item_of(session, number)
            if chosen:
                reviews.decide(
                    session, item, reviewer or "", "reject" if reject else "accept", why, diagnosis
                )
            output().print(view(item, standing_among(session, item), reviewer), soft_wrap=False)


@app.command(short_help="Say what waits, for whom, and what can be released.")
def status(database: Database = FROM_ENVIRONMENT, as_json: AsJson = False) -> None:
    """Say what waits in quarantine, for whom, what speaks against it, and what training may use."""
    from workup.cli.console import output, print_json
    from workup.learning.store import opened

    with opened(database) as session:
        from workup.learning.status import status as counted

        found = counted(session)
    if as_json:
        print_json(found.to_json())
    else:
        _show_status(output(), found)


@app.command(short_help="Say whether incoming cases still look like the training cases.")
def drift(
    database: Database = FROM_ENVIRONMENT,
    days: Annotated[int, typer.Option(min=1, help="How far back from the newest item is recent.")] = 30,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Draw the result.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether recent cases still look like the training cases, by specialty, and draw it.

    Exit status: 0, no drift; 1, drift.
    """
    from workup.cli.arguments import require_writable
    from workup.cli.console import messages, output, print_json
    from workup.learning.store import opened

    require_writable(plot)
    with opened(database) as session, messages().status("  comparing"):
        from workup.learning.drift import drift as compared

        found = compared(session, days)
    if plot is not None:
        from workup.learning.drift_plot import save

        save(found, plot)
    if as_json:
        print_json(found.to_json())
    else:
        _show_drift(output(), found)
    raise typer.Exit(int(any(shift.drifted for shift in found.shifts)))


app.command(short_help="Learn what was released, and publish a candidate.")(learn_train.train)


def _show_taken(console: Console, taken: Taken) -> None:
    from workup.cli.views import table

    console.print(
        f"  {len(taken.items)} in quarantine, {len(taken.copies)} known already, {len(taken.barred)} barred, "
        f"{len(taken.dropped)} dropped"
    )
    if taken.barred:
        console.print("  [yellow]Barred, for they must never be trained on[/]:")
    for place, copy in taken.barred[:_SHOWN]:
        console.print(f"    {place}: {copy}", markup=False)
    if len(taken.barred) > _SHOWN:
        console.print(f"    ... and {len(taken.barred) - _SHOWN} more", style="dim")
    if suspicions := taken.suspicions():
        view = table("look twice", "items")
        for kind, count in suspicions.most_common():
            view.add_row(kind, str(count))
        console.print(view)


def _show_queue(console: Console, waiting: Sequence[Item]) -> None:
    from workup.cli.views import table
    from workup.learning.standing import standing

    console.print(f"  {len(waiting)} items wait for a decision")
    if not waiting:
        return
    view = table("item", "state", "diagnosis", "from", "look twice")
    for item in waiting[:_SHOWN]:
        kinds = dict.fromkeys(flag.kind for flag in item.flags)
        told = (str(item.id), standing(item).state, item.diagnosis or "none", item.sender, ", ".join(kinds))
        view.add_row(*(escape(cell) for cell in told))
    for column in view.columns[1:]:
        column.justify = "left"
    console.print(view)
    if len(waiting) > _SHOWN:
        console.print(f"  ... and {len(waiting) - _SHOWN} more", style="dim")


def _show_status(console: Console, found: Status) -> None:
    from workup.cli.views import table
    from workup.compare.words import counted

    taken = found.taken
    console.print(
        f"  {counted(taken['files'], 'file')} taken in: {taken['quarantined']} items, {taken['copies']} rows "
        f"known already, {taken['barred']} barred, {taken['dropped']} dropped"
    )
    oldest = f"; the oldest since {found.oldest:%Y-%m-%d}" if found.oldest else ""
    console.print(f"  {counted(sum(found.releasable.values()), 'example')} can be released{oldest}")
    tables: tuple[tuple[str, Mapping[str, int]], ...] = (
        ("state", found.states),
        ("look twice, of those that wait", found.suspicions),
        ("waiting for", found.waiting),
        ("can be released", found.releasable),
        ("compared with, besides the case book", found.references),
    )
    for title, counts in tables:
        if any(counts.values()):
            view = table(title, "")
            for name, count in counts.items():
                if count:
                    view.add_row(escape(name), str(count))
            console.print(view)


def _show_drift(console: Console, found: Drift) -> None:
    from workup.cli.views import table
    from workup.learning.drift import ALPHA, TESTS

    drifted = [shift for shift in found.shifts if shift.drifted]
    console.print(
        f"  {found.cases} cases of {found.days} days; {len(found.shifts)} comparisons, {len(drifted)} of "
        f"them drift (p < {ALPHA} after Holm's correction for all of them)"
    )
    if drifted:
        view = table("drift", "measure", "cases", "size", "p", "what")
        for s in sorted(drifted, key=lambda shift: -shift.size):
            cells = (s.specialty, s.measure, str(s.recent), f"{s.size:.2f}", f"{s.corrected:.1g}", s.told)
            view.add_row(*map(escape, cells))
        view.columns[-1].justify = "left"
        console.print(view)
    for told in found.untested:
        console.print(f"  not tested: {told}", markup=False, style="dim")
    for measure, test in TESTS.items():
        if any(shift.measure == measure for shift in found.shifts):
            console.print(f"  {measure}: {test}", markup=False, style="dim")
