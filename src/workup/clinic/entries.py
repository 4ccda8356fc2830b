"""YAML files of typed entries: every fault of a file is reported at once, with its line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workup.data.rows import BadRow
from workup.errors import DataError

Text = Annotated[str, Field(min_length=1)]

# libyaml reads the book ten times faster than Python does, but not every PyYAML is built with it.
if TYPE_CHECKING:
    from yaml import SafeLoader as _SafeLoader
else:
    _SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Faulty(DataError):
    """A file of entries breaks its schema: every fault, with its line and field."""

    def __init__(self, faults: Sequence[BadRow]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Entry(BaseModel):
    """A frozen record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Kind = TypeVar("Kind", bound=Entry)


class _Loader(_SafeLoader):
    """YAML that refuses a key written twice in one mapping, where plain YAML keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"key {key!r} stands twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return dict(super().construct_mapping(node, deep))


Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Parsed(Generic[Kind]):
    """A file as far as it follows the schema, every fault of the rest, and where the entries stand.

    `sound` is the file without its faulty entries; None where nothing can be used.
    """

    place: str
    sound: Kind | None
    faults: Sequence[BadRow]
    lines: Lines


def parse(text: str, place: str, kind: type[Kind]) -> Kind:
    """Read one file as `kind`.

    Raises:
        Faulty: the YAML is broken, or an entry breaks the schema.
    """
    parsed = parse_sound(text, place, kind, ())
    if parsed.sound is None:
        raise Faulty(parsed.faults)
    return parsed.sound


def parse_sound(text: str, place: str, kind: type[Kind], lists: Collection[str]) -> Parsed[Kind]:
    """Read one file as `kind` without what breaks the schema.

    `lists` names the lists whose items can be left out: for a fault, the innermost of them that holds it.
    """
    try:
        root, data = _load(text)
    except (yaml.YAMLError, TypeError, ValueError) as error:  # also a list as a key, or the 31st of June
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        return Parsed(place, None, [BadRow(f"{place}:{line}", "", f"not valid YAML: {problem}")], Lines(None))
    faults: list[BadRow] = []
    left_out: set[Path] = set()
    while True:
        lines = Lines(root, left_out)
        try:
            return Parsed(place, kind.model_validate(_without(data, left_out)), faults, lines)
        except ValidationError as error:
            found = [(_original(path, left_out), reason) for path, reason in _found(error)]
        if not left_out:  # later faults only follow: a list that lost all its items is too short
            faults = [
                BadRow(f"{place}:{lines.of(*path)}", ".".join(map(str, path)), reason)
                for path, reason in found
            ]
        left_out = left_out | {_entry(path, lists) for path, _ in found}
        if () in left_out:
            return Parsed(place, None, faults, lines)


def _load(text: str) -> tuple[yaml.Node | None, Any]:
    """A YAML text as nodes, which know their lines, and as plain values."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()


def _found(error: ValidationError) -> list[tuple[Path, str]]:
    """What is wrong, and where; pydantic also calls a list too short whose items are only faulty."""
    return [
        (found["loc"], found["msg"])
        for found in error.errors()
        if found["type"] != "too_short" or len(found["input"]) < found["ctx"]["min_length"]
    ]


def _entry(path: Path, lists: Collection[str]) -> Path:
    """The innermost item of one of the lists on a path; () where there is none."""
    ends = [n for n in range(1, len(path)) if path[n - 1] in lists and isinstance(path[n], int)]
    return path[: ends[-1] + 1] if ends else ()


def _without(data: Any, left_out: Collection[Path]) -> Any:
    """A copy of nested values without some items of its lists."""
    for path in sorted(left_out, reverse=True):
        data = _removed(data, path)
    return data


def _removed(data: Any, path: Path) -> Any:
    step, rest = path[0], path[1:]
    if not rest:
        return [item for number, item in enumerate(data) if number != step]
    copy = data.copy()
    copy[step] = _removed(data[step], rest)
    return copy


def _original(path: Path, left_out: Collection[Path]) -> Path:
    """Where in the file stands what `path` leads to when the items are left out."""
    whole: Path = ()
    for step in path:
        for *above, number in sorted(left_out):
            if (*above,) == whole and isinstance(step, int) and isinstance(number, int) and number <= step:
                step += 1
        whole = (*whole, step)
    return whole


class Lines:
    """Where the entries of a file stand that was read without some items of its lists."""

    def __init__(self, root: yaml.Node | None, left_out: Collection[Path] = ()) -> None:
        self._root = root
        self._left_out = left_out

    def of(self, *path: str | int) -> int:
        """The line, from 1, of the entry that `path` leads to, or of the nearest one above that exists."""
        return _line_of(self._root, _original(path, self._left_out))

    def whole(self, *path: str | int) -> bool:
        """Whether nothing was left out of the entry."""
        original = _original(path, self._left_out)
        return all(out[: len(original)] != original for out in self._left_out)


def _line_of(node: yaml.Node | None, path: Path) -> int:
    line = 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if str(step) not in pairs:
                break
            key, node = pairs[str(step)]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
