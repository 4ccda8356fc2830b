"""Changes to a script's text that keep its formatting and comments: what they are, and how they are made.

Only `--fix` needs this module, and with it LibCST.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

Changed = cst.CSTNode | cst.FlattenSentinel[cst.CSTNode]
Span = tuple[type[cst.CSTNode], int, int, int, int]

_KINDS: dict[type[ast.AST], type[cst.CSTNode]] = {
    ast.Call: cst.Call,
    ast.With: cst.With,
    ast.Name: cst.Name,
    ast.Attribute: cst.Attribute,
    ast.Subscript: cst.Subscript,
    ast.alias: cst.ImportAlias,
    ast.Constant: cst.SimpleString,
}


@dataclass(frozen=True)
class Edit:
    """A change of one node of the script's tree."""

    node: ast.AST
    change: Callable[[cst.CSTNode], Changed]


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made; whatever they do not touch stays as it is, to the letter."""
    lines = text.split("\n")
    by_span: dict[Span, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_span[_span(edit.node, lines)].append(edit)
    return MetadataWrapper(cst.parse_module(text)).visit(_Editor(by_span)).code


def rename_argument(old: str, new: str, value: str | None = None) -> Callable[[cst.CSTNode], Changed]:
    """Give an argument of a call another name, and another value where one is given."""

    def change(node: cst.CSTNode) -> Changed:
        assert isinstance(node, cst.Call)
        return node.with_changes(args=[renamed(arg) for arg in node.args])

    def renamed(arg: cst.Arg) -> cst.Arg:
        if arg.keyword is None or arg.keyword.value != old:
            return arg
        arg = arg.with_changes(keyword=arg.keyword.with_changes(value=new))
        return arg if value is None else arg.with_changes(value=cst.parse_expression(value))

    return change


def remove_argument(name: str) -> Callable[[cst.CSTNode], Changed]:
    """Take an argument out of a call, and what is said beside it; comments before its neighbours stay."""

    def change(node: cst.CSTNode) -> Changed:
        assert isinstance(node, cst.Call)
        args = list(node.args)
        place = next(n for n, arg in enumerate(args) if arg.keyword is not None and arg.keyword.value == name)
        removed = args.pop(place)
        if place == len(args):
            if args:
                args[-1] = _ending_like(args[-1], removed)
            return node.with_changes(args=args)
        after = getattr(removed.comma, "whitespace_after", None)
        if not place:
            before = _with_comments_of(node.whitespace_before_args, after)
            return node.with_changes(args=args, whitespace_before_args=before)
        comma = args[place - 1].comma
        assert isinstance(comma, cst.Comma)
        comma = comma.with_changes(whitespace_after=_with_comments_of(comma.whitespace_after, after))
        args[place - 1] = args[place - 1].with_changes(comma=comma)
        return node.with_changes(args=args)

    return change


def name_first_argument(name: str) -> Callable[[cst.CSTNode], Changed]:
    """Give the first positional argument of a call its name."""

    def change(node: cst.CSTNode) -> Changed:
        assert isinstance(node, cst.Call)
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        first = node.args[0].with_changes(keyword=cst.Name(name), equal=equal)
        return node.with_changes(args=[first, *node.args[1:]])

    return change


def rename(new: str) -> Callable[[cst.CSTNode], Changed]:
    """Give a name, an attribute or an import another name."""

    def change(node: cst.CSTNode) -> Changed:
        if isinstance(node, cst.Attribute):
            return node.with_changes(attr=cst.Name(new))
        if isinstance(node, cst.ImportAlias):
            return node.with_changes(name=cst.Name(new))
        assert isinstance(node, cst.Name)
        return node.with_changes(value=new)

    return change


def wrap(template: str) -> Callable[[cst.CSTNode], Changed]:
    """Put an expression into a larger one, in which it stands as `{}`."""

    def change(node: cst.CSTNode) -> Changed:
        return cst.parse_expression(template.replace("{}", cst.Module([]).code_for_node(node)))

    return change


def unwrap_block(node: cst.CSTNode) -> Changed:
    """Put the lines of a `with` in its place, with the comments that stood before it and beside it."""
    assert isinstance(node, cst.With)
    assert isinstance(node.body, cst.IndentedBlock)
    first, *others = node.body.body
    comments = [*node.leading_lines]
    if node.body.header.comment is not None:
        comments.append(cst.EmptyLine(comment=node.body.header.comment))
    leading = [*comments, *getattr(first, "leading_lines", ())]
    return cst.FlattenSentinel([first.with_changes(leading_lines=leading), *others])


class _Editor(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, by_span: dict[Span, list[Edit]]) -> None:
        super().__init__()
        self.by_span = by_span

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Changed:  # type: ignore[override]
        found = self.get_metadata(PositionProvider, original_node, None)
        changed: Changed = updated_node
        if found is not None:
            start, end = found.start, found.end
            span = (type(original_node), start.line, start.column, end.line, end.column)
            for edit in self.by_span.get(span, ()):
                assert isinstance(changed, cst.CSTNode)
                changed = edit.change(changed)
        return changed


def _span(node: ast.AST, lines: Sequence[str]) -> Span:
    """Where LibCST sees a node: it counts characters, and the standard library bytes."""
    assert isinstance(node, ast.expr | ast.stmt | ast.alias)
    start, end = node.lineno, node.end_lineno or node.lineno
    return (
        _KINDS[type(node)],
        start,
        _characters(lines[start - 1], node.col_offset),
        end,
        _characters(lines[end - 1], node.end_col_offset or 0),
    )


def _characters(line: str, offset: int) -> int:
    return len(line.encode()[:offset].decode())


def _ending_like(arg: cst.Arg, removed: cst.Arg) -> cst.Arg:
    """An argument that has become the last one: the line ends as it did after the one that was removed."""
    own = getattr(arg.comma, "whitespace_after", None)
    has_comma = isinstance(removed.comma, cst.Comma)
    ending = (
        removed.comma.whitespace_after
        if isinstance(removed.comma, cst.Comma)
        else removed.whitespace_after_arg
    )
    if isinstance(ending, cst.ParenthesizedWhitespace):
        line = own.first_line if isinstance(own, cst.ParenthesizedWhitespace) else cst.TrailingWhitespace()
        after = ending.with_changes(first_line=line)
        if has_comma:
            return arg.with_changes(comma=cst.Comma(whitespace_after=after))
        return arg.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=after)
    if isinstance(own, cst.ParenthesizedWhitespace) and own.first_line.comment is not None:
        return arg  # its comment needs the end of its line
    return arg.with_changes(comma=removed.comma, whitespace_after_arg=removed.whitespace_after_arg)


def _with_comments_of(
    space: cst.BaseParenthesizableWhitespace, other: cst.BaseParenthesizableWhitespace | None
) -> cst.BaseParenthesizableWhitespace:
    """The space before an argument, with the lines of comments that stood before the next one."""
    if isinstance(space, cst.ParenthesizedWhitespace) and isinstance(other, cst.ParenthesizedWhitespace):
        return space.with_changes(empty_lines=[*space.empty_lines, *other.empty_lines])
    return space
