"""Letting a version serve, or the one before it serve again."""

from __future__ import annotations

from collections.abc import Collection

from workup.errors import RegistryError, SaveError
from workup.registry.decisions import Decision, account
from workup.registry.evidence import Evidence
from workup.registry.gates import Verdict, judge
from workup.registry.golden import fingerprint, golden_cases
from workup.registry.registry import Registry
from workup.registry.reserved import unreserved
from workup.registry.version import Version


def promote(
    registry: Registry,
    version: Version,
    *,
    reserved: Collection[str] | None = None,
    by: str | None = None,
    why: str = "",
    override: str | None = None,
) -> Decision:
    """Let a version serve in its line if it passes every gate, or in spite of one, for a stated reason.

    A refusal is a decision too and is kept with its numbers; nothing else changes by it.

    Args:
        reserved: see `gates`.

    Raises:
        RegistryError: it serves already, or cannot be used (`Version.require_usable`); the reason of the
            override is empty; or another decision was taken at the same time.
        SaveError: the decision cannot be written; nothing changes then.
    """
    if override is not None and not override.strip():
        raise RegistryError(
            "an override needs its reason in words: it is kept, and read by whoever audits this"
        )
    decisions = registry.decisions(version.line)
    if decisions.serving == version.number:
        raise RegistryError(f"{version.name} serves already")
    version.require_usable()
    now_serving = None if decisions.serving is None else registry.version(version.line, decisions.serving)
    verdicts = gates(registry, version, now_serving, reserved)
    passed = all(verdict.passed for verdict in verdicts)
    try:
        return decisions.append(
            "promote" if passed or override is not None else "refuse",
            version.number,
            version.checksum,
            by=by or account(),
            why=why,
            override=None if passed else override,
            gates=[verdict.to_json() for verdict in verdicts],
        )
    except OSError as error:
        raise SaveError(f"nothing was decided; {decisions.folder} cannot be written to: {error}") from None


def gates(
    registry: Registry, version: Version, serving: Version | None, reserved: Collection[str] | None = None
) -> tuple[Verdict, ...]:
    """What every gate says of a version, against the one that serves.

    Args:
        reserved: fingerprints of what must not be learned from, as `learning.reservations` looks them up;
            None: there is no learning store.
    """
    theirs: Evidence | None = serving.evidence if serving is not None else None
    verdicts = (*judge(version.evidence, theirs), unreserved(version, reserved))
    golden = fingerprint(golden_cases(version.line, registry.golden))
    if golden == version.evidence.golden:
        return verdicts
    told = (
        f"it was asked the cases of list {version.evidence.golden}, and the registry's is now {golden}: "
        "publish the run again"
    )
    outdated = {"golden cases", "red-flag cases"}
    return tuple(
        Verdict(one.gate, False, told, one.numbers) if one.gate in outdated else one for one in verdicts
    )


def rollback(registry: Registry, line: str, *, by: str | None = None, why: str = "") -> Decision:
    """Let the version serve again that served before the one that does.

    Raises:
        RegistryError: none served before, or that one cannot be used; or another decision was taken at the
            same time.
        SaveError: the decision cannot be written; nothing changes then.
    """
    decisions = registry.decisions(line)
    if len(decisions.served) < 2:
        serving = f"{line}@{decisions.serving}" if decisions.serving else "nothing"
        raise RegistryError(f"{serving} serves in {line}, and no version served before it to roll back to")
    version = registry.version(line, decisions.served[-2])
    version.require_usable()
    try:
        return decisions.append("rollback", version.number, version.checksum, by=by or account(), why=why)
    except OSError as error:
        raise SaveError(f"nothing was decided; {decisions.folder} cannot be written to: {error}") from None
