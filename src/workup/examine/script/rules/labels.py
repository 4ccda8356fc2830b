"""BATCHING: how labels are made."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from workup.examine.check import check
from workup.examine.finding import Finding
from workup.examine.script.facts import Facts
from workup.examine.script.kinds import kind_of
from workup.examine.script.roles import Roles
from workup.examine.script.rules.shared import ERROR, WARNING, found

_SAME_TOKENS = frozenset({"clone", "copy", "to", "contiguous", "cuda", "detach", "masked_fill"})
_STARTS = ("decoder_start_token_id", "_shift_right", "shift_tokens_right", "shift_right", "bos_token_id")


@check("SCR010", "batching")
def pads_in_labels(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """Labels are padded, and the pads count in the loss.

    What it checks
    Whether the ids of padded targets become labels while -100 is written nowhere in the script. Targets are
    padded by `padding="max_length"`, or by `padding=True` where several rows are tokenized together.

    Why it matters
    Pads are the easiest tokens to predict. The reported loss falls to almost nothing, while the text is
    learned late or not at all; a model that has only learned pads answers with nothing. A collator does not
    help: it replaces only the pads that it adds itself.

    Evidence
    The line that sets the labels, and the one that pads them.

    Example
    Wrong: `enc["labels"] = tokenizer(targets, padding="max_length").input_ids`. Right:
    `enc["labels"] = tokenizer(text_target=targets).input_ids`, padded by `DataCollatorForSeq2Seq`.

    Remedy
    Leave padding to the collator, or replace the pad id by -100 in the labels.

    When it is harmless
    On an easy task with enough steps the text is learned all the same; the loss misleads even then. Where the
    end token is the pad, or a collator for language models makes labels anew, nothing is said.

    Known limits
    Whether any target is shorter than the padding is not known to who only reads the script.

    Sources
    https://github.com/huggingface/transformers/issues/6238
    """
    if roles.masks_with_ignored or roles.pad_is_end or roles.relabels:
        return
    for place, call in padded_labels(facts, roles):
        yield found(
            facts,
            place,
            ERROR,
            "the targets are padded and -100 is written nowhere, so the pads count in the loss",
            "pad in the collator, or set the pads of the labels to -100",
            'labels = [token if token != tokenizer.pad_token_id else -100 for token in target["input_ids"]]',
            padded_at=facts.place(call),
        )


def padded_labels(facts: Facts, roles: Roles) -> Iterator[tuple[ast.expr, ast.Call]]:
    """Every expression that makes labels of padded ids, with the call that pads them."""
    for source in roles.label_sources:
        if _is_padded(facts, roles, source.tokenizing):
            yield source.labels, source.tokenizing
    for maker in roles.row_makers:
        for use in roles.tokenizings(maker.function):
            both = (
                use.arguments.get("text_target", 2) is not None and use.arguments.get("text", 0) is not None
            )
            if both and _is_padded(facts, roles, use.call):
                yield use.call, use.call


def _is_padded(facts: Facts, roles: Roles, call: ast.Call) -> bool:
    padding = facts.constant(facts.arguments(call).get("padding"))
    if padding == "max_length":
        return True
    if padding is not True and padding != "longest":
        return False
    maker = next((m for m in roles.row_makers if m.function in facts.around(call)), None)
    return maker.batched if maker is not None else _in_plain_loop(roles, facts, call)


def _in_plain_loop(roles: Roles, facts: Facts, call: ast.Call) -> bool:
    """Whether a call is made in a loop that trains, where a batch is tokenized at once."""
    return any(loop in facts.around(call) for loop in roles.plain_loops)


@check("SCR011", "batching")
def labels_as_decoder_input(facts: Facts) -> Iterator[Finding]:
    """The labels are given to the decoder as its input.

    What it checks
    Whether `decoder_input_ids` and `labels` are the same expression, in a call of the model or in a row.

    Why it matters
    The decoder then sees the very token it is to predict. The loss falls to almost nothing in a few steps,
    and generation, which has no such token to copy, is empty or garbage.

    Evidence
    The expression given for both.

    Example
    Wrong: `model(input_ids=ids, labels=y, decoder_input_ids=y)`. Right: `model(input_ids=ids, labels=y)`.

    Remedy
    Leave `decoder_input_ids` out: the model makes them from the labels, shifted by one.

    When it is harmless
    Never while training.

    Known limits
    Only the same names and columns are recognised as the same.

    Sources
    https://github.com/huggingface/transformers/issues/27714
    """
    for labels, decoder in _decoder_pairs(facts):
        if _same(facts, labels, decoder):
            yield found(
                facts,
                decoder,
                ERROR,
                f"decoder_input_ids and labels are both {ast.unparse(labels)}: the decoder sees the answer",
                "leave decoder_input_ids out; the model shifts the labels itself",
                "outputs = model(input_ids=input_ids, attention_mask=attention_mask, labels=labels)",
            )


@check("SCR012", "batching")
def labels_shifted_by_hand(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The targets are shifted by hand, so that their first token is never learned.

    What it checks
    Whether `decoder_input_ids` are targets without their last token and `labels` the same without their
    first, while the script puts no start token before them.

    Why it matters
    Generation begins with the start token. Training this way never shows it: the first token of an answer is
    never predicted, and answers miss their beginning.

    Evidence
    Both slices.

    Example
    Wrong: `model(decoder_input_ids=y[:, :-1], labels=y[:, 1:])`. Right: `model(labels=y)`.

    Remedy
    Give the whole targets as labels, and no `decoder_input_ids`.

    When it is harmless
    With targets that begin with the start token of the decoder.

    Known limits
    Only T5's family is judged; the targets of others may begin with a start token.

    Sources
    https://github.com/facebookresearch/fairseq/issues/2209
    """
    named = {getattr(node, "attr", getattr(node, "id", "")) for node in facts.nodes}
    if not roles.is_t5 or named & set(_STARTS):
        return
    for labels, decoder in _decoder_pairs(facts):
        if _slice(facts, labels) == ("1", "") and _slice(facts, decoder) == ("", "-1"):
            yield found(
                facts,
                labels,
                WARNING,
                "decoder_input_ids and labels are both shifted by hand: no first token is ever learned",
                "give the whole targets as labels and leave decoder_input_ids out",
                "outputs = model(input_ids=input_ids, attention_mask=attention_mask, labels=targets)",
            )


def _decoder_pairs(facts: Facts) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Labels with the decoder_input_ids beside them: of a call, a dict, or a row."""
    rows: dict[tuple[ast.AST | None, str], dict[str, ast.expr]] = {}
    for node in facts.nodes:
        if isinstance(node, ast.Call) and (kind_of(facts, node.func) == "model"):
            given = facts.arguments(node).keywords
            if "labels" in given and "decoder_input_ids" in given:
                yield given["labels"], given["decoder_input_ids"]
        elif isinstance(node, ast.Dict):
            keys = {
                facts.constant(key): value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            if "labels" in keys and "decoder_input_ids" in keys and not _is_unfolded(facts, node):
                yield keys["labels"], keys["decoder_input_ids"]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0]
            name = facts.constant(target.slice)
            if isinstance(target.value, ast.Name) and name in {"labels", "decoder_input_ids"}:
                row = rows.setdefault((facts.function(node), target.value.id), {})
                row[str(name)] = node.value
    for row in rows.values():
        if len(row) == 2:
            yield row["labels"], row["decoder_input_ids"]


def _is_unfolded(facts: Facts, node: ast.Dict) -> bool:
    return isinstance(facts.parents[node], ast.keyword)


def _same(facts: Facts, labels: ast.expr, decoder: ast.expr) -> bool:
    labels, decoder = _bare(facts, labels), _bare(facts, decoder)
    row = isinstance(decoder, ast.Subscript) and facts.constant(decoder.slice) == "labels"
    simple = isinstance(labels, ast.Name | ast.Attribute | ast.Subscript)
    return row or (simple and ast.dump(labels) == ast.dump(decoder))


def _bare(facts: Facts, expr: ast.expr) -> ast.expr:
    """Without copying and masking; through names."""
    expr = facts.resolve(expr)
    while isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute):
        if expr.func.attr not in _SAME_TOKENS:
            break
        expr = facts.resolve(expr.func.value)
    return expr


def _slice(facts: Facts, expr: ast.expr) -> tuple[str, str]:
    """The bounds of the last slice, as text; of anything else ("", "")."""
    expr = _bare(facts, expr)
    if not isinstance(expr, ast.Subscript):
        return "", ""
    last = expr.slice.elts[-1] if isinstance(expr.slice, ast.Tuple) else expr.slice
    if not isinstance(last, ast.Slice):
        return "", ""
    return (ast.unparse(last.lower) if last.lower else "", ast.unparse(last.upper) if last.upper else "")


RULES = (pads_in_labels, labels_as_decoder_input, labels_shifted_by_hand)
