"""The names of a script that a version of transformers does not know, by the table of `api_changes`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from packaging.version import Version

from workup.examine.api_changes import Change, changes
from workup.examine.script.facts import UNKNOWN, Facts
from workup.examine.script.kinds import Kind, kind_of, kind_of_class, loaded_class, made_class

_OWNERS: dict[Kind, str] = {
    "tokenizer": "tokenizer",
    "model": "model",
    "trainer": "Trainer",
    "config": "config",
    "generation config": "GenerationConfig",
    "arguments": "TrainingArguments",
    "encoding": "BatchEncoding",
}
_METHODS: frozenset[tuple[Kind, str]] = frozenset(
    {
        ("model", "generate"),
        ("model", "save_pretrained"),
        ("trainer", "train"),
        ("tokenizer", "add_special_tokens"),
    }
)


@dataclass(frozen=True)
class Outdated:
    """A name that the version does not know.

    Attributes:
        node: what stands in the script: an import's alias, an argument's value, an attribute.
        name: as it stands there.
        call: the call whose argument it is.
    """

    change: Change
    node: ast.AST
    name: str
    call: ast.Call | None = None

    def is_gone(self, version: str) -> bool:
        """Whether the version is too new for it; else it is too old."""
        return self.change.born is None or Version(version) >= Version(self.change.born)


def outdated(facts: Facts, version: str) -> Iterator[Outdated]:
    """Everything that does not work in a version of transformers and that the script is not prepared for."""
    for node in facts.nodes:
        for found in _candidates(facts, node):
            if not found.change.works_in(version) and not facts.guarded(node):
                yield found


def _candidates(facts: Facts, node: ast.AST) -> Iterator[Outdated]:
    match node:
        case ast.ImportFrom(module=str(module), level=0) if module.partition(".")[0] == "transformers":
            for name, at in ((module, node), *((alias.name, alias) for alias in node.names)):
                for change in _matching("transformers", name, {"import"}):
                    yield Outdated(change, at, name)
        case ast.Import():
            for alias in node.names:
                for change in _matching("transformers", alias.name, {"import"}):
                    yield Outdated(change, alias, alias.name)
        case ast.Attribute(attr=name, ctx=ast.Load()):
            origin = facts.origin(node)
            if origin == f"transformers.{name}":
                for change in _matching("transformers", name, {"import"}):
                    yield Outdated(change, node, name)
            owner = _OWNERS.get(kind_of(facts, node.value), "")
            for change in _matching(owner, name, {"attribute", "method"}) if owner else ():
                yield Outdated(change, node, name)
        case ast.Call():
            yield from _arguments(facts, node)


def _arguments(facts: Facts, call: ast.Call) -> Iterator[Outdated]:
    """The arguments of a call, and their values."""
    given = facts.arguments(call)
    for owner in _owners_of(facts, call):
        for name, value in given.keywords.items():
            for change in _matching(owner, name, {"argument"}):
                yield Outdated(change, value, name, call)
            constant = facts.constant(value)
            if constant is not UNKNOWN:
                for change in _matching(owner, f"{name}={constant}", {"value"}):
                    yield Outdated(change, value, f"{name}={constant}", call)
        sole = facts.constant(given.get("task", 0))
        if owner == "pipeline" and isinstance(sole, str):
            for change in _matching(owner, sole, {"value"}):
                yield Outdated(change, given.get("task", 0) or call, sole, call)


def _owners_of(facts: Facts, call: ast.Call) -> list[str]:
    """Under which names the table has what this call is given."""
    loaded = loaded_class(facts, call)
    if loaded:
        return ["from_pretrained"] if kind_of_class(loaded) == "model" else []
    made = made_class(facts, call)
    if made:
        return [made]
    called = kind_of(facts, call.func)
    if called in {"tokenizer", "model"}:
        return [called]
    if isinstance(call.func, ast.Attribute):
        owner, method = kind_of(facts, call.func.value), call.func.attr
        if owner == "tokenizer" and method == "encode":
            return ["tokenizer"]
        if (owner, method) in _METHODS:
            return [method]
    return []


def _matching(owner: str, name: str, kinds: Iterable[str]) -> Iterator[Change]:
    """The changes of a name; of several forms that match, the first."""
    fitting = (c for c in changes(owner) if c.kind in kinds and fnmatchcase(name, c.name))
    first = next(fitting, None)
    if first is not None:
        yield first
