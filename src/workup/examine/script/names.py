"""Where the names of a script come from: one pass over its tree, and the scopes of Python.

Only simple data flow is followed: names assigned once, or last before their use in a straight line.
"""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workup.examine.script.source import Script

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (
    *(ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),
    *_COMPREHENSIONS,
)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)
_CHANGING_METHODS = frozenset(
    {"append", "extend", "insert", "update", "pop", "setdefault", "remove", "clear"}
)
_FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "TypeError", "Exception"})
_ASKS_FIRST = frozenset({"hasattr", "__version__", "version", "signature", "__dataclass_fields__"})


@dataclass(frozen=True)
class Binding:
    """One way a name gets its value.

    Attributes:
        value: the assigned expression, or what is iterated over.
        origin: the dotted name of what is imported.
        index: where what is iterated over holds tuples: the place in them.
    """

    how: Literal["assigned", "iterated", "parameter", "defined", "imported", "other"]
    node: ast.AST
    value: ast.expr | None = None
    origin: str = ""
    index: int | None = None


class Names:
    """The names of a script."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.parents: dict[ast.AST, ast.AST] = {}
        self.calls: list[ast.Call] = []
        self.classes: dict[str, ast.ClassDef] = {}
        self.nodes: list[ast.AST] = []
        self._bindings: dict[ast.AST, dict[str, list[Binding]]] = defaultdict(lambda: defaultdict(list))
        self.changed: set[str] = set()
        self._star = False
        for node in ast.walk(script.tree):
            self.parents.update(dict.fromkeys(ast.iter_child_nodes(node), node))
        for node in _in_order(script.tree):
            self.nodes.append(node)
            self._note(node)

    # ---- places and surroundings -------------------------------------------------------------------

    def place(self, node: ast.AST) -> str:
        """Where a node stands, for people."""
        return self.script.place(getattr(node, "lineno", 1))

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside out."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def scope(self, node: ast.AST) -> ast.AST:
        """The function, class, comprehension or module that a node stands in."""
        return next(outer for outer in self.around(node) if isinstance(outer, _SCOPES))

    def function(self, node: ast.AST) -> Function | None:
        """The function that a node stands in; None at the top of the script."""
        return next((outer for outer in self.around(node) if isinstance(outer, Function)), None)

    def guarded(self, node: ast.AST) -> bool:
        """Whether the script is prepared for a name to be missing: by `try`, or by asking for the version."""
        inner = node
        for outer in self.around(node):
            if isinstance(outer, ast.Try) and any(_forgives(handler) for handler in outer.handlers):
                return True
            if isinstance(outer, ast.If | ast.IfExp) and inner is not outer.test and _asks(outer.test):
                return True
            inner = outer
        return False

    # ---- names -------------------------------------------------------------------------------------

    def uses(self, package: str) -> bool:
        """Whether anything of a package is imported."""
        imported = (b for names in self._bindings.values() for bs in names.values() for b in bs)
        return (self._star and package == "transformers") or any(
            binding.origin.partition(".")[0] == package for binding in imported if binding.how == "imported"
        )

    def bindings(self, name: str, at: ast.AST) -> list[Binding]:
        """Every way in which a name, used at a node, may have got its value, in the order of the text."""
        scope, first = self.scope(at), True
        while True:
            if (first or not isinstance(scope, ast.ClassDef)) and name in self._bindings.get(scope, {}):
                return self._bindings[scope][name]
            if isinstance(scope, ast.Module):
                return []
            scope, first = self.scope(scope), False

    def binding(self, name: ast.Name) -> Binding | None:
        """How a name got its value, where that is certain: the only way, or the last before it."""
        found = self.bindings(name.id, name)
        if not found or self.scope(found[0].node) is not self.scope(name):
            return found[0] if len(found) == 1 else None
        before = [one for one in found if self.precedes(one, name)]
        if not before:
            return None
        return before[-1] if len(found) == 1 or self._is_straight(before[-1].node) else None

    def precedes(self, binding: Binding, name: ast.Name) -> bool:
        """Whether a binding stands before a use of its name, and is not the assignment that the use is in."""
        at = binding.node
        if binding.how == "iterated" and isinstance(self.scope(at), _COMPREHENSIONS):
            return True  # `x for x in rows`
        if (at.lineno, at.col_offset) >= (name.lineno, name.col_offset):  # type: ignore[attr-defined]
            return False
        holder = next((outer for outer in self.around(at) if isinstance(outer, _ASSIGNMENTS)), None)
        return holder is None or holder not in self.around(name)

    def _is_straight(self, node: ast.AST) -> bool:
        """Whether a statement is always come to: it is in no branch and no loop."""
        statement = next((outer for outer in (node, *self.around(node)) if isinstance(outer, ast.stmt)), None)
        return statement is not None and isinstance(self.parents[statement], ast.Module | Function)

    def resolve(self, expr: ast.expr) -> ast.expr:
        """The expression behind a name, through any number of names; the name itself where it is unknown."""
        while isinstance(expr, ast.Name):
            binding = self.binding(expr)
            if binding is None or binding.how != "assigned" or binding.value is None:
                break
            expr = binding.value
        return expr

    def defined(self, expr: ast.expr | None) -> Function | None:
        """The function of this script that an expression names or is; `partial(f, ...)` counts as f."""
        match expr:
            case ast.Lambda():
                return expr
            case ast.Call(args=[first, *_]) if self.origin(expr.func) == "functools.partial":
                return self.defined(first)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                owner = next((one for one in self.around(expr) if isinstance(one, ast.ClassDef)), None)
                methods = [part for part in owner.body if isinstance(part, ast.FunctionDef)] if owner else []
                return next((method for method in methods if method.name == name), None)
            case ast.Name():
                binding = self.binding(expr)
                if binding is None or binding.how == "assigned":
                    return self.defined(binding.value) if binding else None
                is_function = isinstance(binding.node, ast.FunctionDef | ast.AsyncFunctionDef)
                return binding.node if binding.how == "defined" and is_function else None  # type: ignore[return-value]
        return None

    def origin(self, expr: ast.AST, seen: frozenset[str] = frozenset()) -> str:
        """The dotted name of something imported, as "transformers.Trainer"; "" for anything else.

        A class of the script that adds no `__init__` counts as its base.
        """
        if isinstance(expr, ast.Attribute):
            base = self.origin(expr.value, seen)
            return f"{base}.{expr.attr}" if base else ""
        if not isinstance(expr, ast.Name):
            return ""
        found = self.bindings(expr.id, expr)
        if not found:
            star = self._star and not hasattr(builtins, expr.id)
            return f"transformers.{expr.id}" if star else ""
        origins = {one.origin for one in found if one.how == "imported"}
        if len(origins) == 1 and all(one.how == "imported" for one in found):
            return origins.pop()
        defined = self.classes.get(expr.id)
        if defined is None or len(defined.bases) != 1 or _has_init(defined) or expr.id in seen:
            return ""
        return self.origin(defined.bases[0], seen | {expr.id})

    # ---- the pass ----------------------------------------------------------------------------------

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    local = alias.asname or alias.name.partition(".")[0]
                    self._bind(
                        node, local, Binding("imported", node, None, alias.name if alias.asname else local)
                    )
            case ast.ImportFrom(module=str(module), names=names, level=0):
                for alias in names:
                    self._star |= alias.name == "*" and module.partition(".")[0] == "transformers"
                    origin = f"{_short(module)}.{alias.name}"
                    self._bind(node, alias.asname or alias.name, Binding("imported", node, None, origin))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._bind(node, node.name, Binding("defined", node))
                if isinstance(node, ast.ClassDef):
                    self.classes[node.name] = node
            case ast.arg(arg=name):
                self._bind(node, name, Binding("parameter", node))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._assign(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._assign(target, value)
            case ast.AugAssign(target=target):
                self._assign(target, None)
            case ast.For(target=target, iter=iterated) | ast.comprehension(target=target, iter=iterated):
                self._assign(target, iterated, "iterated")
            case ast.withitem(optional_vars=ast.expr() as target):
                self._assign(target, None)
            case ast.Call(func=function):
                self.calls.append(node)
                if isinstance(function, ast.Attribute) and function.attr in _CHANGING_METHODS:
                    self.changed.add(_name(function.value))

    def _assign(
        self,
        target: ast.expr,
        value: ast.expr | None,
        how: Literal["assigned", "iterated"] = "assigned",
        index: int | None = None,
    ) -> None:
        if isinstance(target, ast.Name):
            self._bind(target, target.id, Binding(how if value else "other", target, value, index=index))
        elif isinstance(target, ast.Tuple | ast.List):
            for place, element in enumerate(target.elts):
                if how == "iterated" and index is None:
                    self._assign(element, value, how, place)
                else:
                    self._assign(element, _element(value, place, len(target.elts)))
        elif isinstance(target, ast.Starred):
            self._assign(target.value, None)
        elif isinstance(target, ast.Subscript):
            self.changed.add(_name(target.value))

    def _bind(self, at: ast.AST, name: str, binding: Binding) -> None:
        self._bindings[self.scope(at)][name].append(binding)


def dotted(expr: ast.AST) -> str:
    """An expression of names and dots as text, such as "model.config"; "" for any other."""
    if isinstance(expr, ast.Attribute):
        base = dotted(expr.value)
        return f"{base}.{expr.attr}" if base else ""
    return _name(expr)


def parameters(function: Function) -> list[str]:
    """The names under which a function takes what it is called with, in their order."""
    named = [*function.args.posonlyargs, *function.args.args]
    return [argument.arg for argument in named if argument.arg not in {"self", "cls"}]


def _in_order(root: ast.AST) -> Iterator[ast.AST]:
    """Every node below one, in the order of the text; a chain of a thousand operators is no obstacle."""
    waiting = [*ast.iter_child_nodes(root)][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [*ast.iter_child_nodes(node)][::-1]


def _name(expr: ast.AST) -> str:
    return expr.id if isinstance(expr, ast.Name) else ""


def _short(module: str) -> str:
    """transformers gives every public name at its top."""
    return "transformers" if module.partition(".")[0] == "transformers" else module


def _has_init(defined: ast.ClassDef) -> bool:
    return any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in defined.body)


def _forgives(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or any(_name(node) in _FORGIVING for node in ast.walk(handler.type))


def _asks(test: ast.expr) -> bool:
    return any(getattr(node, "attr", getattr(node, "id", "")) in _ASKS_FIRST for node in ast.walk(test))


def _element(value: ast.expr | None, place: int, length: int) -> ast.expr | None:
    """The part of a tuple that one of several targets gets."""
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == length:
        return value.elts[place]
    return None
