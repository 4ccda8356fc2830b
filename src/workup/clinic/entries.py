"""YAML files of typed entries: every fault of a file is reported at once, with its line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

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


def parse(text: str, place: str, kind: type[Kind]) -> Kind:
    """Read one file as `kind`.

    Raises:
        Faulty: the YAML is broken, or an entry breaks the schema.
    """
    try:
        return kind.model_validate(yaml.load(text, Loader=_Loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        raise Faulty([BadRow(f"{place}:{line}", "", f"not valid YAML: {problem}")]) from None
    except ValidationError as error:
        lines = Lines(text)
        raise Faulty(
            [
                BadRow(f"{place}:{lines.of(*found['loc'])}", ".".join(map(str, found["loc"])), found["msg"])
                for found in error.errors()
            ]
        ) from None


class Lines:
    """Where the entries of a YAML text stand."""

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text, Loader=_SafeLoader)

    def of(self, *path: Any) -> int:
        """The line, from 1, of the entry that `path` leads to, or of the nearest one above that exists."""
        return _line_of(self._root, path)


def _line_of(node: yaml.Node | None, path: Sequence[Any]) -> int:
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
