"""The registry as MLflow shows it: a run and a model version for each version, aliases for what serves.

MLflow is a mirror and decides nothing. What serves, why, and whether every byte is as it was published is
read from the registry's own files: a decision there appears by one link or not at all, names the checksum of
its version and of the decision before it, and is never written over. An alias is a row that anybody may
change. So everything here can be made again from the registry, and `sync` does only what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from workup.errors import RegistryError
from workup.recipe import Recipe, leaves
from workup.registry import tracking
from workup.registry.export import plain_files
from workup.registry.figures import curves, figures
from workup.registry.lines import CANDIDATE, SERVING
from workup.registry.pyfunc import export_pyfunc
from workup.registry.registry import Registry
from workup.registry.version import CARD, MANIFEST, Version

if TYPE_CHECKING:
    from mlflow.entities import Run

    from workup.registry.tracking import Store

# Beside the model itself, what people look at.
_SHOWN = (CARD, MANIFEST, "recipe.yaml", "evaluation.json", "report.html")
_CHECKSUM, _DECIDED = "workup.checksum", "workup.decided"
_LOCK, _PATIENCE = ".mirror.lock", 60.0  # seconds
_LONGEST = 5000  # characters of a value; MLflow's own bounds are 6000 and more


@dataclass
class Mirrored:
    """What was done.

    Attributes:
        place: the address of the store.
        added: the versions that are new there.
        aliases: of each line, the version that each alias names.
        left_out: why versions are not there: each is damaged, or cannot be read by this Workup.
    """

    place: str
    added: list[str] = field(default_factory=list)
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def sync(registry: Registry, line: str | None = None) -> Mirrored:
    """Make MLflow show what the registry holds; what is there already is left as it is.

    Only one process at a time does this for a registry; another one waits for it, up to a minute.

    Args:
        line: only this one; None: every line.

    Raises:
        RegistryError: MLflow is not installed, cannot be reached, or refused something; or another process
            took too long. The registry does not change by that.
    """
    found = Mirrored(tracking.place(registry))
    try:
        with tracking.quiet("the mirror of a registry"), _alone(registry):
            store = tracking.opened(registry)
            for name in registry.lines() if line is None else [line]:
                _line(store, registry, name, found)
    except RegistryError:
        raise
    except Exception as error:  # of MLflow, its database, its server or its object store: many kinds
        first = (str(error).splitlines() or [""])[0]
        raise RegistryError(f"MLflow at {found.place}: {type(error).__name__}: {first}") from error
    return found


def follow(registry: Registry, line: str) -> str | None:
    """Mirror a line after something was published or decided, if it is wanted; what failed, in a sentence.

    Never raises for MLflow's sake: the registry has what was done, and the next `sync` mirrors it.
    """
    if not tracking.is_wanted(registry):
        return None
    try:
        sync(registry, line)
    except RegistryError as error:
        return tracking.missed(line, str(error))
    return None


def model_name(line: str) -> str:
    """The name of a line among the registered models of MLflow."""
    return f"workup-{line}"


@contextmanager
def _alone(registry: Registry) -> Iterator[None]:
    """Keep every other process from mirroring: what both miss, both would add.

    The lock of a killed process ends with it.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(registry.folder / _LOCK, timeout=_PATIENCE):
            yield
    except Timeout:
        raise RegistryError(
            f"another process mirrors {registry.folder}, and had not ended after {_PATIENCE:.0f} s"
        ) from None


def _line(store: Store, registry: Registry, line: str, found: Mirrored) -> None:
    for version in _missing(store, registry, line):
        try:
            version.require_usable()
        except RegistryError as error:  # the others need not wait for it
            found.left_out.append(str(error))
            continue
        _add(store, registry, version)
        found.added.append(version.name)
    found.aliases[line] = _aliases(store, registry, line)


def _missing(store: Store, registry: Registry, line: str) -> list[Version]:
    """The versions that MLflow does not have, oldest first."""
    if not store.client.search_registered_models(f"name = '{model_name(line)}'"):
        store.client.create_registered_model(model_name(line), description=f"Workup's line {line}")
    known = _known(store, line)
    return [version for version in registry.versions(line) if version.checksum not in known]


def _known(store: Store, line: str) -> dict[str, Any]:
    """MLflow's versions of a line by the checksum of ours: their numbers need not be the same."""
    found = store.client.search_model_versions(f"name = '{model_name(line)}'")
    return {one.tags[_CHECKSUM]: one for one in found if _CHECKSUM in one.tags}


def _add(store: Store, registry: Registry, version: Version) -> None:
    """A finished run, then the model version that refers to it: one without the other was killed half way."""
    client, tags = store.client, _tags(version)
    for left in client.search_runs([store.experiment], f"tags.`{_CHECKSUM}` = '{version.checksum}'"):
        client.delete_run(left.info.run_id)
    run = client.create_run(store.experiment, run_name=version.name, tags=tags)
    _log(store, run, version)
    _put_model(store, registry, run, version)
    client.set_terminated(run.info.run_id)
    client.create_model_version(
        model_name(version.line),
        f"{run.info.artifact_uri}/model",
        run_id=run.info.run_id,
        tags=tags,
        description=version.manifest.note or None,
    )


def _tags(version: Version) -> dict[str, str]:
    told = version.manifest
    values = {
        "version": version.name,
        "line": version.line,
        "number": str(version.number),
        "checksum": version.checksum,
        "weights": told.weights,
        "data": told.data,
        "run": told.run,
        "by": told.by,
        "published": told.when,
    }
    return {f"workup.{name}": value for name, value in values.items()}


def _log(store: Store, run: Run, version: Version) -> None:
    from mlflow.entities import Metric, Param

    when, identifier = run.info.start_time, run.info.run_id
    recipe = Recipe.load(version.folder / "recipe.yaml")
    store.client.log_batch(
        identifier,
        params=[Param(path, str(value)[:_LONGEST]) for path, value in leaves(recipe)],
        metrics=[
            *(Metric(name, value, when, 0) for name, value in figures(version).items()),
            *(Metric(name, value, when, step) for name, step, value in curves(version)),
        ],
    )
    for name in _SHOWN:
        if (version.folder / name).is_file():
            store.client.log_artifact(identifier, str(version.folder / name))


def _put_model(store: Store, registry: Registry, run: Run, version: Version) -> None:
    """The model as a pyfunc among the run's artifacts: uploaded; in the registry's own store, linked."""
    if store.artifacts is None:
        with TemporaryDirectory() as scratch:
            made = export_pyfunc(version, Path(scratch) / "model")
            store.client.log_artifacts(run.info.run_id, str(made), "model")
        return
    folder = Path(unquote(urlsplit(run.info.artifact_uri).path)) / "model"
    made = export_pyfunc(version, folder) / "artifacts" / "model"
    for name, path in plain_files(version).items():
        (made / name).unlink()
        registry.blobs.link(version.manifest.files[path], made / name)


def _aliases(store: Store, registry: Registry, line: str) -> dict[str, str]:
    """Let MLflow's aliases name what serves and what waits, and each version its last decision."""
    known, name = _known(store, line), model_name(line)
    there: Mapping[str, str] = store.client.get_registered_model(name).aliases
    found = {}
    for alias, version in ((SERVING, registry.serving(line)), (CANDIDATE, registry.candidate(line))):
        if version is not None and version.checksum in known:
            found[alias] = version.name
            theirs = str(known[version.checksum].version)
            if str(there.get(alias)) != theirs:
                store.client.set_registered_model_alias(name, alias, theirs)
        elif alias in there:
            store.client.delete_registered_model_alias(name, alias)
    decided = {decision.version: decision for decision in registry.decisions(line).all}
    for number, decision in decided.items():
        one = known.get(registry.version(line, number).checksum)
        if one is None:
            continue
        told = _told([str(decision), decision.why, decision.override and f"override: {decision.override}"])
        if one.tags.get(_DECIDED) != told:
            store.client.set_model_version_tag(name, str(one.version), _DECIDED, told)
    return found


def _told(parts: Sequence[str | None]) -> str:
    return "; ".join(part for part in parts if part)[:_LONGEST]
