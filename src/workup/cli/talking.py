"""The conversation of `workup diagnose`: findings are typed one by one, and the differential moves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from workup.cli.console import output
from workup.clinic.assess.conversation import Conversation, Move
from workup.clinic.assess.terminal import percent, view
from workup.errors import DataError, SaveError, WorkupError
from workup.files import write_json

if TYPE_CHECKING:
    from workup.clinic.assess import Assessment, Diagnoser

_HELP = """\
  Type what you know of the patient, a line at a time: "58 year old man", "crushing chest pain", "no fever".
  why          everything that is said of the case so far, with reasons
  undo         take the last line back
  case         the case so far
  save FILE    the case and the answer, as JSON
  new          another patient
  quit"""
_PROMPT = "case> "


def talk(diagnoser: Diagnoser) -> None:
    """Ask for lines until the input ends or `quit` is said."""
    console = output()
    console.print(f"  {diagnoser.notice}\n{_HELP}\n", markup=False)
    conversation = Conversation(diagnoser.assess)
    while True:
        try:
            line = console.input(_PROMPT, markup=False).strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if line == "quit":
            return
        if line == "new":
            conversation = Conversation(diagnoser.assess)
        elif line:
            try:
                _obey(line, conversation, console)
            except WorkupError as error:
                console.print(f"  {error}", markup=False)


def _obey(line: str, conversation: Conversation, console: Console) -> None:
    verb, _, rest = line.partition(" ")
    latest = conversation.latest
    if line == "help":
        console.print(_HELP, markup=False)
    elif line == "undo":
        taken = conversation.undo()
        console.print(f"  taken back: {taken}" if taken else "  nothing was said yet", markup=False)
    elif line == "case":
        console.print(f"  {conversation.text or 'nothing was said yet'}", markup=False)
    elif line == "why" or verb == "save":
        if latest is None:
            raise DataError("nothing was said yet")
        if line == "why":
            console.print(view(latest), soft_wrap=False)
        else:
            _save(rest, conversation.said, latest, console)
    else:
        _show(conversation.say(line), conversation.moves(), console)


def _show(latest: Assessment, moves: Sequence[Move], console: Console) -> None:
    """The differential with its moves; the danger signs in full."""
    for flag in latest.red_flags:
        console.print(f"  [bold red]! {flag.title}.[/] {flag.advice}")
    for doubt in latest.doubts:
        console.print(f"  ? {doubt}", markup=False)
    if latest.abstained:
        console.print(f"  {'Not sure yet' if latest.abstained == 'unsure' else 'No diagnosis'}: {latest.why}")
    if latest.differential:
        console.print(_moved(moves), soft_wrap=False)


def _moved(moves: Sequence[Move]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2))
    for move in moves:
        table.add_row(percent(move.now), move.direction, move.name)
    return table


def _save(name: str, said: Sequence[str], latest: Assessment, console: Console) -> None:
    if not name.strip():
        raise SaveError("say where to: save case.json")
    path = Path(name.strip()).expanduser()
    if path.exists():
        raise SaveError(f"{path} is there already; choose another name")
    if not path.parent.is_dir():
        raise SaveError(f"there is no folder {path.parent}")
    write_json(path, {"said": list(said), **latest.to_json()})
    console.print(f"  saved to {path}", markup=False)
