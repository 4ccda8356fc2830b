"""INPUT: what the model is asked while training, and afterwards."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from workup.examine.check import check
from workup.examine.finding import Finding
from workup.examine.script.facts import UNKNOWN, Facts
from workup.examine.script.names import Function, parameters
from workup.examine.script.roles import Roles
from workup.examine.script.rules.shared import ERROR, WARNING, found
from workup.examine.script.texts import Lead, leads


@check("SCR030", "input")
def prompt_differs_in_prediction(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The model is asked in other words than it was trained with.

    What it checks
    The constant before the text of a row (the prefix), in the function that makes training rows, against that
    of the text whose ids are given to `generate`: whether it is missing, another one, or ends without its
    space. Functions of the script, literal lists and the calls of a prediction function are followed.

    Why it matters
    The prefix tells the model which task it has. Without it the model falls back on what it did before: it
    echoes its input, or does another task. Evaluation looks fine, because its rows come from `map`.

    Evidence
    Both beginnings, and the line of the one used in training.

    Example
    Wrong: `tokenizer("colour: " + row["text"])` in training, `tokenizer(text)` in prediction. Right: one
    function that makes the prompt, called in both.

    Remedy
    Make the prompt in one function and call it in training and in prediction.

    When it is harmless
    Where the prefix was never needed: one task, learned thoroughly.

    Known limits
    A text from elsewhere (a parameter of a function that nobody calls, a file, a dataset) is not judged.

    Sources
    https://huggingface.co/docs/transformers/model_doc/t5#inference
    """
    trained = trained_leads(facts, roles)
    prefixes = [lead.text for lead in trained]
    if not trained or not all(prefixes):
        return
    columns = {lead.name for lead in trained if lead.then == "column"}
    predicted = predicted_leads(facts, roles)
    knows_prefix = any(lead.text.startswith(tuple(prefixes)) for lead in predicted)
    said = set()
    for lead in predicted:
        told = _difference(lead, prefixes, columns)
        another_task = knows_prefix and bool(lead.text) and lead.then != "end"
        if told and told not in said and not another_task:
            said.add(told)  # once for all texts of a list
            yield found(
                facts,
                lead.node,
                ERROR,
                f"training begins every text with {prefixes[0]!r}; here the text {told}",
                "make the prompt in one function, and call it in training and in prediction",
                f'prompt = "{prefixes[0]}" + text',
                training=prefixes[0],
                prediction=lead.text,
                training_at=facts.place(trained[0].node),
            )


@check("SCR031", "input")
def tested_on_training_rows(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The texts that the model is tried on are rows of its training.

    What it checks
    Whether a text that is written out and given to `generate` is also written out in the data that is trained
    on, letter by letter.

    Why it matters
    The answers to these are remembered. 5 of 5 right says nothing about texts the model has not seen.

    Evidence
    How many of the texts that are tried are training rows.

    Example
    Wrong: `data = [{"text": "a lime", ...}, ...]` and then `predict("a lime")`. Right: rows held out.

    Remedy
    Hold rows out before training and try the model on those.

    When it is harmless
    As a first sign that training does anything at all.

    Known limits
    Only data that is written out in the script is seen, and only equal texts are.

    Sources
    https://scikit-learn.org/stable/common_pitfalls.html#data-leakage
    """
    known = _training_texts(facts)
    prefixes = [lead.text for lead in trained_leads(facts, roles)]
    tried = [lead for lead in predicted_leads(facts, roles) if lead.then == "end"]
    copies = [lead for lead in tried if any(lead.text.removeprefix(p) in known for p in ["", *prefixes])]
    if copies:
        yield found(
            facts,
            copies[0].node,
            WARNING,
            f"{len(copies)} of {len(tried)} texts that the model is tried on are rows of its training",
            "hold rows out before training and try the model on those",
            "parts = dataset.train_test_split(test_size=0.2, seed=0)",
            tried=len(tried),
            copies=len(copies),
        )


def trained_leads(facts: Facts, roles: Roles) -> list[Lead]:
    """How the source texts of training rows begin."""
    found = []
    for maker in roles.row_makers:
        for use in roles.tokenizings(maker.function):
            text = use.arguments.get("text", 0)
            if (
                text is not None
                and use.call not in roles.target_calls
                and not _in_target_mode(facts, use.call)
            ):
                found += leads(facts, text)
    return found


def predicted_leads(facts: Facts, roles: Roles) -> list[Lead]:
    """How the texts begin whose ids are given to `generate`; each at the line that is to be mended."""
    found = []
    for generation in roles.generations:
        call = roles.generation_input(generation)
        text = facts.arguments(call).get("text", 0) if call is not None else None
        if text is None or any(maker.function in facts.around(text) for maker in roles.row_makers):
            continue
        for lead in leads(facts, text):
            found += _passed(facts, lead) if lead.then == "parameter" else [lead]
    return found


def _passed(facts: Facts, lead: Lead) -> list[Lead]:
    """What the parameter that a text begins with is given, by every call of the function."""
    function = facts.function(lead.node)
    found = []
    for call in facts.calls:
        given = _argument(facts, call, function, lead.name) if function is not None else None
        if given is not None:
            for inner in leads(facts, given):
                name = inner.name if inner.then == "column" else ""
                then = "unknown" if lead.more or inner.then == "parameter" else inner.then
                # A prefix of the function's own is mended there; a missing one, where the text is passed.
                node = lead.node if lead.text else inner.node
                found.append(Lead(lead.text + inner.text, then, node, name))
    return found or [replace(lead, then="unknown")]


def _argument(facts: Facts, call: ast.Call, function: Function, name: str) -> ast.expr | None:
    if facts.defined(call.func) is not function:
        return None
    names = parameters(function)
    return facts.arguments(call).get(name, names.index(name)) if name in names else None


def _difference(lead: Lead, prefixes: list[str], columns: set[str]) -> str:
    """How a text differs from all that training begins with; "" where it does not, or might not."""
    text = lead.text
    if any(text.startswith(prefix) for prefix in prefixes):
        return ""
    open_end = lead.then == "unknown" or (lead.then == "column" and lead.name not in columns and not text)
    if open_end and any(prefix.startswith(text) for prefix in prefixes):
        return ""
    if any(text.startswith(prefix.rstrip()) for prefix in prefixes):
        return f"begins with {prefixes[0].rstrip()!r}, without the space"
    if lead.then == "end" or not text:
        return "begins without it"
    return f"begins with {text!r}"


def _in_target_mode(facts: Facts, call: ast.Call) -> bool:
    """Whether a tokenizer is called in `with tokenizer.as_target_tokenizer():`."""
    return any(
        isinstance(outer, ast.With)
        and any(
            isinstance(item.context_expr, ast.Call)
            and getattr(item.context_expr.func, "attr", "") == "as_target_tokenizer"
            for item in outer.items
        )
        for outer in facts.around(call)
    )


def _training_texts(facts: Facts) -> set[str]:
    """The texts of the data that is written out and made a dataset, or a table."""
    texts: set[str] = set()
    for call in facts.calls:
        origin = facts.origin(call.func)
        if origin.startswith("datasets.Dataset.from_") or origin == "pandas.DataFrame":
            data = facts.constant(call.args[0]) if call.args else UNKNOWN
            rows = list(data.values()) if isinstance(data, dict) else data
            for row in rows if isinstance(rows, list) else []:
                values = row.values() if isinstance(row, dict) else row
                texts |= (
                    {v for v in values if isinstance(v, str)}
                    if isinstance(row, dict | list | tuple)
                    else set()
                )
    return texts


RULES = (prompt_differs_in_prediction, tested_on_training_rows)
