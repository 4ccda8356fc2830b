"""An operator's page: which versions serve, what is switched off, and how fast answers are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from workup.learning.labels import labels
from workup.registry import Registry, Version
from workup.registry.decisions import Decision
from workup.serve import switches
from workup.serve.api.asking import Asking
from workup.serve.api.models import Decided, Promotion, Rollback, promoted, rolled_back
from workup.serve.page.asking import REFUSED, Operator, told
from workup.serve.page.frame import respond
from workup.serve.page.guard import OwnForm
from workup.serve.page.latency import latencies, outcomes

router = APIRouter(prefix="/operation", include_in_schema=False)
_DECISIONS = 8


@dataclass(frozen=True)
class LineView:
    """A line of the registry: its versions, newest first, and the newest decisions about them."""

    name: str
    serving: Version | None
    candidate: Version | None
    versions: Sequence[Version]
    decisions: Sequence[Decision]
    can_roll_back: bool


@router.get("")
def overview(request: Request, asking: Operator) -> Response:
    """Everything at a glance."""
    return _page(request, asking)


@router.post("/promote", dependencies=[OwnForm])
def promote(
    request: Request,
    asking: Operator,
    model: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
    override: Annotated[str, Form()] = "",
) -> Response:
    """Let a version serve; where a gate refuses it, the page says which and why."""

    def work() -> str:
        decided = promoted(Promotion(model=model, why=why, override=override or None), asking)
        return _told(f"{decided.model} serves now", decided)

    return _done(request, asking, work)


@router.post("/rollback", dependencies=[OwnForm])
def roll_back(
    request: Request, asking: Operator, line: Annotated[str, Form()] = "", why: Annotated[str, Form()] = ""
) -> Response:
    """Let the version before serve again."""

    def work() -> str:
        decided = rolled_back(Rollback(line=line, why=why), asking)
        return _told(f"{decided.model} serves again", decided)

    return _done(request, asking, work)


@router.post("/switch", dependencies=[OwnForm])
def turn(
    request: Request,
    asking: Operator,
    scope: Annotated[str, Form()] = "",
    off: Annotated[bool, Form()] = True,
    why: Annotated[str, Form()] = "",
) -> Response:
    """Stop answers, of one specialty or all, or let them go on."""

    def work() -> str:
        with asking.service.database.session() as session:
            turned = switches.set(session, scope, off, asking.caller.name, why, asking.request)
        whose = "all answers" if turned.scope == switches.ALL else f"answers in {turned.scope}"
        return f"{whose.capitalize()} are {'stopped' if off else 'given'} from now on."

    return _done(request, asking, work)


def _told(what: str, decided: Decided) -> str:
    """What was done, and why MLflow does not show it where it should."""
    return f"Done: {what}. {decided.mirror or ''}".rstrip()


def _done(request: Request, asking: Asking, work: Callable[[], str]) -> Response:
    """The page after something was done, or could not be."""
    try:
        return _page(request, asking, done=work())
    except REFUSED as error:
        return _page(request, asking, problem=told(error))


def _page(request: Request, asking: Asking, done: str = "", problem: str = "") -> Response:
    service = asking.service
    measured = service.metrics.text().decode()
    with service.database.reading() as session:
        off = list(switches.off(session).values())
    registry = Registry(service.settings.registry) if service.settings.registry else None
    given: dict[str, Any] = {
        "held": service.models.all(),
        "broken": service.models.problems,
        "lines": [_line(registry, name) for name in registry.lines()] if registry else None,
        "off": off,
        "specialties": sorted({one.specialty for one in labels()}),
        "latencies": latencies(measured),
        "outcomes": outcomes(measured),
    }
    return respond(request, "operation", 422 if problem else 200, done=done, problem=problem, **given)


def _line(registry: Registry, name: str) -> LineView:
    decisions = registry.decisions(name)
    return LineView(
        name=name,
        serving=registry.serving(name),
        candidate=registry.candidate(name),
        versions=registry.versions(name)[::-1],
        decisions=decisions.all[: -_DECISIONS - 1 : -1],
        can_roll_back=len(decisions.served) > 1,
    )
