"""The review screen: one item after another, and a decision on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workup.errors import DataError, WorkupError
from workup.learning.review import decide, queue
from workup.learning.standing import standing
from workup.learning.tables import Item
from workup.learning.terminal import view

if TYPE_CHECKING:
    from rich.console import Console
    from sqlalchemy.orm import Session

_HELP = """\
  accept WHY                  it is what its sender says
  correct DIAGNOSIS; WHY      it is another diagnosis of the case book
  reject WHY                  nothing should be learned from it
  skip                        leave it for later
  quit"""
_PROMPT = "review> "


def review_all(session: Session, reviewer: str, console: Console) -> int:
    """Show what waits for this reviewer, item by item; every decision is kept at once. How many were made."""
    waiting = queue(session, reviewer)
    if not waiting:
        console.print(f"  Nothing waits for {reviewer}.", markup=False)
        return 0
    console.print(f"  {len(waiting)} items wait for {reviewer}.\n{_HELP}\n", markup=False)
    made = 0
    for item in waiting:
        console.print(view(item, standing(item), reviewer), soft_wrap=False)
        decided = _ask(session, item, reviewer, console)
        if decided is None:
            break
        made += decided
    console.print(f"  {made} decided.", markup=False)
    return made


def _ask(session: Session, item: Item, reviewer: str, console: Console) -> bool | None:
    """Whether a decision was made on the item; None: the reviewer is done."""
    while True:
        try:
            line = console.input(_PROMPT, markup=False).strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return None
        if line == "quit":
            return None
        if line == "skip":
            return False
        try:
            if _obey(session, item, reviewer, line):
                session.commit()
                console.print(f"  {standing(item).state}\n", markup=False)
                return True
            console.print(_HELP, markup=False)
        except WorkupError as error:
            console.print(f"  {error}", markup=False)


def _obey(session: Session, item: Item, reviewer: str, line: str) -> bool:
    """Whether the line was a decision."""
    verb, _, rest = line.partition(" ")
    if verb == "correct":
        name, semicolon, why = rest.partition(";")
        if not semicolon:
            raise DataError("say why, after a semicolon: correct Gout; tophi on both ears")
        decide(session, item, reviewer, "accept", why, name)
    elif verb == "accept":
        decide(session, item, reviewer, "accept", rest)
    elif verb == "reject":
        decide(session, item, reviewer, "reject", rest)
    else:
        return False
    return True
