"""How the texts of a script begin: the constant that stands before what comes from a row."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Literal

from workup.examine.script.facts import Facts
from workup.examine.script.names import Function, parameters

# Methods that leave the beginning of a text as it is.
_SAME_BEGINNING = frozenset({"strip", "rstrip", "tolist"})


@dataclass(frozen=True)
class Lead:
    """How a text begins: a constant, and what comes after it.

    Attributes:
        then: nothing more; a column of a row; a parameter of the function; what a person types; or who knows.
        name: of the column or the parameter.
        node: the expression, for its place.
        more: whether something else comes after that.
    """

    text: str
    then: Literal["end", "column", "parameter", "typed", "unknown"]
    node: ast.expr
    name: str = ""
    more: bool = False


def leads(
    facts: Facts, expr: ast.expr, given: dict[str, ast.expr] | None = None, depth: int = 0
) -> list[Lead]:
    """How a text may begin; several where it is an element of a literal list.

    Args:
        given: what the parameters of the function that is being followed stand for.
    """
    given = given or {}
    if depth > 12:
        return [Lead("", "unknown", expr)]

    def inner(part: ast.expr) -> list[Lead]:
        return leads(facts, part, given, depth + 1)

    match expr:
        case ast.Constant(value=str(text)):
            return [Lead(text, "end", expr)]
        case ast.JoinedStr(values=parts):
            return _joined(facts, expr, list(parts), given, depth)
        case ast.FormattedValue(value=value, format_spec=None):
            return inner(value)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined(facts, expr, [left, right], given, depth)
        case ast.BinOp(left=left, op=ast.Mod()):
            return _template(inner(left), r"%[^%]", expr)
        case ast.Call(func=ast.Attribute(value=template, attr="format")):
            return _template(inner(template), r"(?<!{){(?!{)", expr)
        case ast.Call(func=ast.Attribute(value=text, attr=method)) if method in _SAME_BEGINNING:
            return inner(text)
        case ast.Call(func=ast.Name(id="input")):
            return [Lead("", "typed", expr)]
        case ast.Call(func=ast.Name(id="str" | "list"), args=[text]):
            return inner(text)
        case ast.Call():
            return _returned(facts, expr, given, depth)
        case ast.ListComp(elt=element):
            return inner(element)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) if elements:
            return [lead for element in elements for lead in inner(element)]
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            known = _elements_of(facts, expr.value)
            values = [_value_at(row, name) for row in known]
            if known and all(values):
                return [lead for value in values if value is not None for lead in inner(value)]
            return [Lead("", "column", expr, name)]
        case ast.Name(id=name):
            return _named(facts, expr, name, given, depth)
    return [Lead("", "unknown", expr)]


def _joined(
    facts: Facts, expr: ast.expr, parts: list[ast.expr], given: dict[str, ast.expr], depth: int
) -> list[Lead]:
    """The first part; as long as parts end, what comes after them."""
    text = ""
    for number, part in enumerate(parts, 1):
        found = leads(facts, part, given, depth + 1)
        if len(found) != 1:
            return [Lead(text, "unknown", expr)]
        text += found[0].text
        if found[0].then != "end":
            more = found[0].more or number < len(parts)
            return [Lead(text, found[0].then, expr, found[0].name, more)]
    return [Lead(text, "end", expr)]


def _template(found: list[Lead], hole: str, expr: ast.expr) -> list[Lead]:
    """A text up to its first hole; what fills it is a row's as a rule, but nobody knows."""
    if len(found) != 1 or found[0].then != "end":
        return [Lead("", "unknown", expr)]
    pieces = re.split(hole, found[0].text, maxsplit=1)
    return [Lead(pieces[0], "unknown" if len(pieces) > 1 else "end", expr)]


def _named(facts: Facts, expr: ast.Name, name: str, given: dict[str, ast.expr], depth: int) -> list[Lead]:
    binding = facts.binding(expr)
    if binding is None:
        return [Lead("", "unknown", expr)]
    if binding.how == "parameter":
        if name in given:
            return leads(facts, given[name], {}, depth + 1)
        return [Lead("", "parameter", expr, name)]
    if binding.how == "assigned" and binding.value is not None:
        return leads(facts, binding.value, given, depth + 1)
    if binding.how == "iterated":
        known = _elements_of(facts, expr)
        if known:
            return [lead for element in known for lead in leads(facts, element, given, depth + 1)]
        column = binding.value
        if isinstance(column, ast.Subscript) and isinstance(column.slice, ast.Constant):
            return [Lead("", "column", expr, str(column.slice.value))]
    return [Lead("", "unknown", expr)]


def _returned(facts: Facts, call: ast.Call, given: dict[str, ast.expr], depth: int) -> list[Lead]:
    """What a function of the script returns, if it has one way to return."""
    function = facts.defined(call.func)
    returned = _only_return(function) if function is not None else None
    if function is None or returned is None or any(isinstance(arg, ast.Starred) for arg in call.args):
        return [Lead("", "unknown", call)]
    passed = dict(zip(parameters(function), call.args, strict=False))
    passed |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    return [
        Lead(lead.text, lead.then, call, lead.name, lead.more)
        for lead in leads(facts, returned, {**given, **passed}, depth + 1)
    ]


def _only_return(function: Function) -> ast.expr | None:
    if isinstance(function, ast.Lambda):
        return function.body
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    return returns[0].value if len(returns) == 1 else None


def _elements_of(facts: Facts, expr: ast.expr) -> list[ast.expr]:
    """What a loop variable may be, where the loop is over a list that is written out."""
    binding = facts.binding(expr) if isinstance(expr, ast.Name) else None
    if binding is None or binding.how != "iterated" or binding.value is None:
        return []
    listed = facts.resolve(binding.value)
    if not isinstance(listed, ast.List | ast.Tuple):
        return []
    if binding.index is None:
        return list(listed.elts)
    rows = [row for row in listed.elts if isinstance(row, ast.Tuple | ast.List)]
    whole = len(rows) == len(listed.elts) and all(len(row.elts) > binding.index for row in rows)
    return [row.elts[binding.index] for row in rows] if whole else []


def _value_at(row: ast.expr, name: str) -> ast.expr | None:
    """The value of a dict that is written out."""
    if not isinstance(row, ast.Dict):
        return None
    pairs = zip(row.keys, row.values, strict=True)
    return next((v for k, v in pairs if isinstance(k, ast.Constant) and k.value == name), None)
