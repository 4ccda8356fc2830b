"""The tables of "How hard" in docs/service.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.page import fill

PAGE = Path(__file__).parent.parent / "docs" / "service.md"
BEGIN, END = "<!-- hardness -->\n", "<!-- hardness end -->"
_VICTIMS = {"all": "the whole server", "worker": "one process"}


def show(results: dict[str, Any]) -> None:
    """Fill the page between its marks."""
    tables = {"kills": _kills, "exchanges": _exchanges, "outages": _outages, "damage": _damage}
    parts = ["\n".join(tables[name](results[name])) for name in tables if name in results]
    fill(PAGE, BEGIN, END, "\n\n".join(parts))


def _kills(setups: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from _head(
        "killed (SIGKILL)",
        "database",
        "answers, not in the audit",
        "feedback taken, lost",
        "no answer",
        "sent again with its key",
        "stored twice",
        "chain",
    )
    for one in setups:
        killed = ", ".join(f"{_VICTIMS[victim]} {times} times" for victim, times in one["kills"].items())
        yield _row(
            f"{killed}; {_processes(one)}",
            one["database"],
            f"{one['answers']}, {one['answers_missing']}",
            f"{one['feedback']}, {one['feedback_lost']}",
            one["unanswered"],
            _sent_again(one),
            one["stored_twice"],
            _chain(one),
        )
    yield ""
    yield (
        f"{setups[0]['clients']} clients. No answer: the connection broke, so nothing was promised."
        f"{_surprises(setups)}"
    )


def _sent_again(one: dict[str, Any]) -> str:
    told = {"201": "taken", "409": "to be sent later"}
    sent = ", ".join(f"{times} {told.get(status, status)}" for status, times in one["sent_again"].items())
    return sent or "none"


def _exchanges(one: dict[str, Any]) -> Iterator[str]:
    versions = " and ".join(f"{times} by {name}" for name, times in one["by_version"].items())
    yield (
        f"**Another version serves, back and forth**: {one['exchanges']} promotions and rollbacks in turn "
        f"under {one['clients']} clients. {one['requests']} requests, {one['not_answered']} of them not "
        f"answered with 200; {versions}. {one['answers_missing']} answers are missing in the audit. An "
        f"exchange took {one['longest']:.1f} s at most, reading and trying the model."
    )


def _outages(ways: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from _head(
        "what happens",
        "requests meanwhile",
        "clear 503",
        "stored",
        "anything else",
        "not ready after",
        "and back after",
        "feedback taken, lost",
        "chain",
    )
    run = [way for way in ways if "not_run" not in way]
    for one in run:
        yield _row(
            f"{one['name']}; {_processes(one)}",
            one["within"],
            one["refused_clearly"],
            one["stored_within"],
            one["within"] - one["refused_clearly"] - one["stored_within"],
            _seconds(one["not_ready_after"]),
            _seconds(one["ready_again_after"]),
            f"{one['feedback']}, {one['feedback_lost']}",
            _chain(one),
        )
    yield from (f"\n{way['name']} was not run: {way['not_run']}." for way in ways if "not_run" in way)
    said = dict.fromkeys(why for way in run for why in way["why"] if "database" in why)
    told = dict.fromkeys(way["detail"] for way in run if way["detail"])
    yield ""
    yield (
        f"{run[0]['clients']} clients. Readiness says: {_quoted(said)}. The problem says: {_quoted(told)}."
        f"{_surprises(run)}"
    )


def _damage(ways: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from _head(
        "the weights are",
        "running: answered, failed",
        "says the same",
        "is ready",
        "started anew: ready",
        "a case is answered with",
        "red flags",
        "mended: ready after",
    )
    for one in ways:
        yield _row(
            one["name"],
            f"{one['running_answered']}, {one['running_failed']}",
            f"it died ({one['running_died']})" if one["running_died"] else _yes(one["running_same"]),
            _yes(one["running_ready"]),
            _yes(one["restarted_ready"]),
            f"{one['restarted_status']}, {one['restarted_diagnosis'] or 'no diagnosis'}",
            one["restarted_red_flags"],
            _seconds(one["ready_again_after"]),
        )
    yield ""
    said = ways[0]["restarted_why"][0].replace("\n  ", " ").replace("\n", " ")
    yield f"Started anew, readiness says: {_quoted([said])}."


def _surprises(found: Sequence[dict[str, Any]]) -> str:
    """The answers that are neither what was asked for nor a clear 503, of all the time."""
    told = Counter[str]()
    for one in found:
        told.update(one["surprises"])
    return "".join(f" Answered otherwise: {times} x {what}." for what, times in told.items())


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield "|" + "---|" * len(names)


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _processes(one: dict[str, Any]) -> str:
    return f"{one['processes']} process{'es' if one['processes'] > 1 else ''}"


def _chain(one: dict[str, Any]) -> str:
    audit = one["audit"]
    return audit["broken"] or f"whole, {audit['events']} events"


def _seconds(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.1f} s"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _quoted(texts: Sequence[str] | dict[str, None]) -> str:
    return ", ".join(f'"{text}"' for text in texts)
