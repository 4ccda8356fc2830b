"""OUTPUT: how a script judges its model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from workup.examine.check import check
from workup.examine.finding import Finding, Severity
from workup.examine.script.facts import Facts
from workup.examine.script.kinds import kind_of
from workup.examine.script.names import Binding, Function, parameters
from workup.examine.script.roles import Roles, Use, is_ignored
from workup.examine.script.rules.labels import padded_labels
from workup.examine.script.rules.shared import ERROR, WARNING, found

# Up to the default length the Trainer pads what was generated with the pad token.
_DEFAULT_LENGTH = 20


@check("SCR040", "output")
def ignored_labels_decoded(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """compute_metrics decodes labels that hold -100.

    What it checks
    Whether a function given as `compute_metrics` decodes its labels while nothing replaces -100 in it. With
    `predict_with_generate` and answers of more than 20 tokens, the predictions are judged as well: they are
    filled up with -100 where batches differ in length.

    Why it matters
    -100 is no token: the first evaluation ends with an OverflowError, often after hours of training.

    Evidence
    The line that decodes.

    Example
    Wrong: `tokenizer.batch_decode(labels)`. Right:
    `tokenizer.batch_decode(np.where(labels != -100, labels, tokenizer.pad_token_id))`.

    Remedy
    Replace -100 by the pad id in predictions and labels before decoding.

    When it is harmless
    Where labels are padded with the pad token, which is a fault of its own; then nothing is said.

    Known limits
    A helper in another file that replaces them is not seen.

    Sources
    https://github.com/huggingface/transformers/issues/22634
    """
    for function, trainer in roles.metrics:
        handled = handled_names(facts, function)
        for call in decodings(facts, roles, function):
            name, what = decoded_part(facts, function, call)
            if name in handled:
                continue
            if what == "labels" and not _padded_with_pads(facts, roles):
                yield _unreplaced(facts, call, ERROR, what, name)
            if what == "predictions" and _gets_ignored(facts, roles, trainer):
                yield _unreplaced(facts, call, WARNING, what, name)


@check("SCR041", "output")
def teacher_forced_scores(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The metrics are computed on the arg-max of logits, not on what the model generates.

    What it checks
    Whether a function given as `compute_metrics` takes an arg-max and decodes, for an encoder-decoder model
    that is trained without `predict_with_generate=True`.

    Why it matters
    These logits were computed with the right answer before every token. Such scores are far better than what
    the model does on its own: a token accuracy of 0.84 was measured beside an exact match of 0.03.

    Evidence
    The line that takes the arg-max.

    Example
    Wrong: `tokenizer.batch_decode(np.argmax(logits, axis=-1))`. Right: `predict_with_generate=True`, with
    predictions that are token ids already.

    Remedy
    Use Seq2SeqTrainer with `predict_with_generate=True`.

    When it is harmless
    As a cheap sign of progress, if nobody takes it for the quality of answers.

    Known limits
    An arg-max in another file is not seen.

    Sources
    https://github.com/huggingface/transformers/issues/10245
    """
    if not roles.is_seq2seq:
        return
    for function, trainer in roles.metrics:
        settings = roles.settings_of(trainer)
        if settings is None or not settings.arguments.complete or not decodings(facts, roles, function):
            continue
        generates = settings.arguments.get("predict_with_generate")
        if generates is not None and facts.constant(generates) is not False:
            continue
        taken = [call for call in roles.calls_in(function) if getattr(call.func, "attr", "") == "argmax"]
        if taken:
            yield found(
                facts,
                taken[0],
                WARNING,
                "the metrics decode the arg-max of logits, which were made with the right answer in view",
                "let the Trainer generate: Seq2SeqTrainer with predict_with_generate=True",
                "args = Seq2SeqTrainingArguments(..., predict_with_generate=True, generation_max_length=64)",
            )


def decodings(facts: Facts, roles: Roles, function: Function) -> list[ast.Call]:
    """The calls in a function that make texts of ids."""
    return [
        call
        for call in roles.calls_in(function)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"batch_decode", "decode"}
        and kind_of(facts, call.func.value) == "tokenizer"
    ]


def decoded_part(facts: Facts, function: Function, call: ast.Call) -> tuple[str, str]:
    """What is decoded as it came: its name, and "predictions" or "labels"; "" where it was worked on."""
    expr = call.args[0] if call.args else call
    parameter = next(iter(parameters(function)), "")
    if isinstance(expr, ast.Attribute) and ast.unparse(expr.value) == parameter:
        return ast.unparse(expr), {"predictions": "predictions", "label_ids": "labels"}.get(expr.attr, "")
    if not isinstance(expr, ast.Name):
        return "", ""
    before = [binding for binding in facts.bindings(expr.id, expr) if facts.precedes(binding, expr)]
    found = {_part(facts, binding, parameter) for binding in before} - {"itself"}
    return expr.id, found.pop() if len(found) == 1 else ""


def _part(facts: Facts, binding: Binding, parameter: str) -> str:
    """Which part of the parameter a name is bound to; "itself" for the first of a tuple of itself."""
    parent = facts.parents[binding.node]
    if isinstance(parent, ast.Tuple | ast.List):
        assign = facts.parents[parent]
        taken_apart = isinstance(assign, ast.Assign) and ast.unparse(assign.value) == parameter
        if taken_apart and len(parent.elts) == 2:
            return ("predictions", "labels")[parent.elts.index(binding.node)]  # type: ignore[arg-type]
    match binding.value:
        case ast.Subscript(value=ast.Name(id=name)) if name == getattr(binding.node, "id", None):
            return "itself"
        case ast.Attribute(attr="predictions", value=ast.Name(id=name)) if name == parameter:
            return "predictions"
        case ast.Attribute(attr="label_ids", value=ast.Name(id=name)) if name == parameter:
            return "labels"
    return ""


def handled_names(facts: Facts, function: Function) -> set[str]:
    """The names in statements that handle -100: that write it, or ask for what is below 0."""
    names: set[str] = set()
    for node in ast.walk(function):
        handles = is_ignored(node) or (isinstance(node, ast.Name) and facts.constant(node) == -100)
        below = isinstance(node, ast.Compare) and facts.constant(node.comparators[0]) == 0
        statement = next((o for o in facts.around(node) if isinstance(o, ast.stmt)), None)
        if (handles or below) and statement is not None:
            names |= {ast.unparse(o) for o in ast.walk(statement) if isinstance(o, ast.Name | ast.Attribute)}
    return names


def _padded_with_pads(facts: Facts, roles: Roles) -> bool:
    """Whether labels hold pads instead of -100, as far as rows go."""
    return not roles.masks_with_ignored and any(True for _ in padded_labels(facts, roles))


def _gets_ignored(facts: Facts, roles: Roles, trainer: Use) -> bool:
    """Whether generated answers can be longer than what the Trainer pads to by itself."""
    settings = roles.settings_of(trainer)
    if settings is None or facts.constant(settings.arguments.get("predict_with_generate")) is not True:
        return False
    length = facts.constant(settings.arguments.get("generation_max_length"))
    return isinstance(length, int) and length > _DEFAULT_LENGTH


def _unreplaced(facts: Facts, call: ast.Call, severity: Severity, what: str, name: str) -> Finding:
    return found(
        facts,
        call,
        severity,
        f"{name} ({what}) is decoded with the -100 that fills it up, which is no token",
        "replace -100 by the pad id before decoding",
        f"{name} = np.where({name} != -100, {name}, tokenizer.pad_token_id)",
    )


RULES = (ignored_labels_decoded, teacher_forced_scores)
