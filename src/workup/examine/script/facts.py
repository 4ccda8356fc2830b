"""What is known about a script: where names come from, and which values are constant.

What is not known is None or UNKNOWN, never a guess.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from workup.examine.script.names import Names, dotted
from workup.examine.script.source import Script

# Expressions nested deeper than this are not computed.
_DEEPEST = 100


class Unknown(Enum):
    """The value of an expression that is not constant."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass
class Arguments:
    """What a call is given; `complete` is false where a `*` or `**` could hold more."""

    positional: list[ast.expr] = field(default_factory=list)
    keywords: dict[str, ast.expr] = field(default_factory=dict)
    complete: bool = True

    def get(self, name: str, position: int | None = None) -> ast.expr | None:
        """An argument by name, or by its place among the positional ones."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    def lacks(self, name: str, position: int | None = None) -> bool:
        """Whether an argument is certainly not given."""
        return self.complete and self.get(name, position) is None


class Facts(Names):
    """The facts of a script."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._depth = 0

    def constant(self, expr: ast.AST | None) -> object:
        """The value of an expression that can only have one; UNKNOWN for all others."""
        if expr is None or self._depth > _DEEPEST:
            return UNKNOWN
        self._depth += 1
        try:
            return self._constant(expr)
        finally:
            self._depth -= 1

    def _constant(self, expr: ast.AST) -> object:
        match expr:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                binding = self.binding(expr)
                if binding is None or binding.how != "assigned":
                    return UNKNOWN
                assigned = self.constant(binding.value)
                return UNKNOWN if isinstance(assigned, list | dict) and name in self.changed else assigned
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                values = [self.constant(element) for element in elements]
                if UNKNOWN in values:
                    return UNKNOWN
                return tuple(values) if isinstance(expr, ast.Tuple) else values
            case ast.Dict(keys=keys, values=given):
                pairs = [(self.constant(k), self.constant(v)) for k, v in zip(keys, given, strict=True)]
                if any(UNKNOWN in pair or not isinstance(pair[0], str | int) for pair in pairs):
                    return UNKNOWN
                return dict(pairs)
            case ast.JoinedStr(values=parts):
                texts = [self.constant(part) for part in parts]
                return "".join(map(str, texts)) if UNKNOWN not in texts else UNKNOWN
            case ast.FormattedValue(value=value, format_spec=None, conversion=-1):
                return self.constant(value)
            case ast.Subscript(value=container, slice=key):
                return _item(self.constant(container), self.constant(key))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                number = self.constant(operand)
                return -number if isinstance(number, int | float) else UNKNOWN
            case ast.BinOp(left=left, op=operator, right=right):
                return _computed(self.constant(left), operator, self.constant(right))
        return UNKNOWN

    def arguments(self, call: ast.Call) -> Arguments:
        """The arguments of a call, with keyword dicts unfolded."""
        found = Arguments()
        for value in call.args:
            if isinstance(value, ast.Starred):
                found.complete = False
                break
            found.positional.append(value)
        for keyword in call.keywords:
            if keyword.arg is not None:
                found.keywords[keyword.arg] = keyword.value
            else:
                self._unfold(keyword.value, found)
        return found

    def _unfold(self, expr: ast.expr, into: Arguments) -> None:
        """The items of `**expr`."""
        known = self.resolve(expr)
        changed = isinstance(expr, ast.Name) and expr.id in self.changed
        if isinstance(known, ast.Dict) and not changed:
            for key, value in zip(known.keys, known.values, strict=True):
                name = self.constant(key)
                if key is None:
                    self._unfold(value, into)
                elif isinstance(name, str):
                    into.keywords[name] = value
                else:
                    into.complete = False
        elif isinstance(known, ast.Call) and dotted(known.func) == "dict" and not known.args and not changed:
            inner = self.arguments(known)
            into.keywords.update(inner.keywords)
            into.complete &= inner.complete
        else:
            into.complete = False


def _item(container: object, key: object) -> object:
    try:
        return container[key]  # type: ignore[index]
    except (TypeError, LookupError):
        return UNKNOWN


def _computed(left: object, operator: ast.operator, right: object) -> object:
    """The sum of two texts, or what four operations make of two numbers."""
    if isinstance(left, str) and isinstance(right, str) and isinstance(operator, ast.Add):
        return left + right
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return UNKNOWN
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div() if right:
            return left / right
        case ast.FloorDiv() if right:
            return left // right
    return UNKNOWN
