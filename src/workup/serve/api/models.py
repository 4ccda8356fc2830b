"""The models: which there are, which serve, and letting another one serve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from workup.errors import RegistryError
from workup.learning.reservations import reserved_now
from workup.registry import Registry, Version, promote, rollback
from workup.registry.decisions import Decision
from workup.registry.promotion import gates
from workup.serve.api.asking import Asking, Operator, Reader
from workup.serve.api.case import Text
from workup.serve.api.mirror import mirrored
from workup.serve.api.schemas import CONFLICT, MISSING, Cursor, Given, Limit, Page, Signed, page
from workup.serve.audit.chain import Entry, append
from workup.serve.idempotency import Key, Sent, once_apart
from workup.serve.problems import Fault, Problem

router = APIRouter(prefix="/models", tags=["models"], responses=CONFLICT)
Body = TypeVar("Body", bound=Given)
State = Literal["serving", "candidate", "published"]
Why = Annotated[str, Field(max_length=2000, description="What to write down beside the decision.")]


class Model(BaseModel):
    """A model.

    `loaded`: this process has it in memory. `conditions`: how many it knows. `data` is the fingerprint of
    what it was trained on. `by` and `when` say who published it; empty for a plain run.
    """

    name: str
    model_checksum: str
    state: State
    loaded: bool
    conditions: int
    data: str
    workup: str
    by: str
    when: str


class ModelPage(Page[Model]):
    """Models by name."""


class Gate(BaseModel):
    """What one gate says of a version against the one that serves."""

    gate: str
    passed: bool
    told: str


class Shown(Signed, Model):
    """A model, with what each gate says of it; none for a plain run."""

    gates: list[Gate]


class Promotion(Given):
    """Let a version serve, such as general@3, if it passes every gate; `override`: although one fails."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"model": "general@3", "why": "agreed in the board"}]}
    )

    model: Annotated[str, Field(pattern=r"^[a-z0-9-]+@[1-9]\d{0,8}$")]
    why: Why = ""
    override: Text | None = None


class Rollback(Given):
    """Let the version of a line serve again that served before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"line": "general", "why": "wrong answers to rashes"}]}
    )

    line: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    why: Why = ""


class Decided(Signed):
    """The decision, as the registry keeps it, and what changed in this process by it.

    `mirror`: why MLflow does not show it yet; null: it does, or none is there to show it.
    """

    decision: int
    action: Literal["promote", "rollback"]
    model: str
    before: str | None
    changed: list[str]
    mirror: str | None


@router.get("", summary="List models")
def models(asking: Reader, limit: Limit = 50, cursor: Cursor = None) -> ModelPage:
    """Every version of the registry; or the run, where the service answers from one."""
    found = _models(asking)
    items, following = page((((name,), found[name]) for name in sorted(found)), limit, cursor)
    return ModelPage(**asking.signature, items=list(items), next=following)


@router.get("/{name}", summary="Show a model", responses=MISSING)
def model(asking: Reader, name: Annotated[str, Path(max_length=200, examples=["general@3"])]) -> Shown:
    """What it was made of, and whether the gates would let it serve."""
    found = _models(asking)
    if name not in found:
        raise Problem(404, f"there is no model {name!r}; there are {', '.join(sorted(found))}")
    return Shown(**asking.signature, **dict(found[name]), gates=_gates(asking, name))


@router.post("/promote", summary="Let a version serve", response_model=Decided, responses=MISSING)
async def promote_once(promotion: Promotion, asking: Operator, key: Key = None) -> Response:
    """If a gate refuses it, that is kept too, and what served before still does."""
    return await _once("promote", promotion, asking, key, promoted)


@router.post(
    "/rollback", summary="Let the version before serve again", response_model=Decided, responses=MISSING
)
async def roll_back_once(back: Rollback, asking: Operator, key: Key = None) -> Response:
    """Requests that are being answered are answered by the version they were given to.

    Sent again without an `Idempotency-Key`, it goes back one version more.
    """
    return await _once("rollback", back, asking, key, rolled_back)


async def _once(
    what: str, given: Body, asking: Asking, key: str | None, decide: Callable[[Body, Asking], Decided]
) -> Response:
    """A decision stands in the registry, which no transaction of the database holds."""

    async def work() -> Decided:
        return await to_thread.run_sync(decide, given, asking)

    sent = Sent(key, asking.caller.name, f"/v1/models/{what}", given)
    return await once_apart(asking.service.database, sent, work, repeatable=False)


def promoted(promotion: Promotion, asking: Asking) -> Decided:
    """Let a version serve, if every gate lets it or in spite of one.

    Raises:
        Problem: 404, there is no such version; 409, a gate refuses it.
        RegistryError: see `registry.promote`.
    """
    registry, held = _registry(asking), asking.service.models.names
    version = _found(registry, promotion.model)
    decision = promote(
        registry,
        version,
        reserved=_reserved(asking),
        by=asking.caller.name,
        why=promotion.why,
        override=promotion.override,
    )
    if decision.action == "refuse":
        _write_down(asking, decision)
        mirrored(registry, decision.line)
        refused = [gate for gate in decision.gates if not gate["passed"]]
        told = f"{version.name} does not serve: {len(refused)} of {len(decision.gates)} gates refuse it"
        raise Problem(409, told, [Fault(field=gate["gate"], detail=gate["told"]) for gate in refused])
    return _decided(asking, registry, decision, held)


def rolled_back(back: Rollback, asking: Asking) -> Decided:
    """Let the version of a line serve again that served before.

    Raises:
        Problem: 404, there is no such line.
        RegistryError: see `registry.rollback`.
    """
    registry, held = _registry(asking), asking.service.models.names
    try:
        line = registry.line(back.line)
    except RegistryError as error:
        raise Problem(404, str(error)) from None
    decision = rollback(registry, line, by=asking.caller.name, why=back.why)
    return _decided(asking, registry, decision, held)


def _found(registry: Registry, name: str) -> Version:
    try:
        return registry.find(name)
    except RegistryError as error:
        raise Problem(404, str(error)) from None


def _registry(asking: Asking) -> Registry:
    folder = asking.service.settings.registry
    if folder is None:
        raise Problem(409, "the service answers from a run, which has no versions: start it with --registry")
    return Registry(folder)


def _models(asking: Asking) -> dict[str, Model]:
    """Those in memory, and those of the registry."""
    held = {one.name: one for one in asking.service.models.all()}
    if asking.service.settings.registry is None:
        return {
            name: Model(
                name=name,
                model_checksum=one.checksum,
                state="serving",
                loaded=True,
                conditions=len(one.diagnoser.known.conditions),
                data=one.diagnoser.known.data,
                workup="",
                by="",
                when="",
            )
            for name, one in held.items()
        }
    registry = _registry(asking)
    return {
        version.name: _of_version(version, _state(registry, version), version.name in held)
        for line in registry.lines()
        for version in registry.versions(line)
    }


def _of_version(version: Version, state: State, loaded: bool) -> Model:
    made = version.manifest
    return Model(
        name=version.name,
        model_checksum=version.checksum,
        state=state,
        loaded=loaded,
        conditions=made.conditions,
        data=made.data,
        workup=made.workup,
        by=made.by,
        when=made.when,
    )


def _state(registry: Registry, version: Version) -> State:
    if version == registry.serving(version.line):
        return "serving"
    return "candidate" if version == registry.candidate(version.line) else "published"


def _gates(asking: Asking, name: str) -> list[Gate]:
    if asking.service.settings.registry is None:
        return []
    registry = _registry(asking)
    version = registry.find(name)
    serving = registry.serving(version.line)
    found = gates(registry, version, serving if serving != version else None, _reserved(asking))
    return [Gate(gate=one.gate, passed=one.passed, told=one.told) for one in found]


def _reserved(asking: Asking) -> frozenset[str]:
    with asking.service.database.reading() as session:
        return reserved_now(session)


def _decided(asking: Asking, registry: Registry, decision: Decision, held: Mapping[str, str]) -> Decided:
    """`held`: the names of the models in memory before it. Between the two others may look what serves."""
    _write_down(asking, decision)
    changed = asking.service.models.refresh(since=held)
    before = f"{decision.line}@{decision.before}" if decision.before is not None else None
    return Decided(
        **asking.signature,
        decision=decision.number,
        action="rollback" if decision.action == "rollback" else "promote",
        model=f"{decision.line}@{decision.version}",
        before=before,
        changed=changed,
        mirror=mirrored(registry, decision.line),
    )


def _write_down(asking: Asking, decision: Decision) -> None:
    details: dict[str, Any] = {
        "decision": decision.number,
        "before": decision.before,
        "why": decision.why,
        "override": decision.override,
        "failed": decision.failed,
    }
    name = f"{decision.line}@{decision.version}"
    with asking.service.database.session() as session:
        append(
            session,
            Entry(decision.action, asking.caller.name, asking.request, name, decision.manifest, details),
        )
