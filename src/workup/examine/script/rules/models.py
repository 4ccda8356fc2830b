"""MODEL and TOKENIZATION: what is loaded, and what becomes of it before training."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from workup.examine.check import check
from workup.examine.finding import Finding
from workup.examine.script.bases import SIZES, is_original, vocabulary
from workup.examine.script.facts import UNKNOWN, Facts
from workup.examine.script.kinds import kind_of, kind_of_class, loaded_class
from workup.examine.script.names import dotted
from workup.examine.script.roles import Roles
from workup.examine.script.rules.shared import ERROR, WARNING, found


@check("SCR060", "tokenization")
def tokenizer_of_another_model(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The tokenizer was made for another model.

    What it checks
    Whether the published names of tokenizer and model are of families with different vocabularies. T5 and
    FLAN-T5 of all sizes share one, so these are no fault.

    Why it matters
    The ids mean other words to the model: all that it knows is lost, and it learns as if from nothing.

    Evidence
    Both names.

    Example
    Wrong: `AutoTokenizer.from_pretrained("t5-small")` with `google/mt5-small`. Right: one name for both.

    Remedy
    Load both from one name.

    When it is harmless
    Never, unless the embeddings are replaced as well.

    Known limits
    Only names of original checkpoints are judged; a folder may hold anything. A script with several models or
    several tokenizers is not judged.

    Sources
    https://github.com/huggingface/transformers/issues/12763
    """
    names = {
        kind: {load.name for load in roles.loads if load.kind == kind} for kind in ("tokenizer", "model")
    }
    if any(len(found_names) != 1 for found_names in names.values()):
        return
    tokenizer, model = names["tokenizer"].pop() or "", names["model"].pop() or ""
    theirs, own = vocabulary(tokenizer), vocabulary(model)
    if theirs and own and theirs != own:
        load = next(load for load in roles.loads if load.kind == "tokenizer")
        yield found(
            facts,
            load.call,
            ERROR,
            f"the tokenizer is that of {tokenizer!r} ({theirs} vocabulary), the model {model!r} ({own})",
            "load both from one name",
            f'tokenizer = AutoTokenizer.from_pretrained("{model}")',
            tokenizer=tokenizer,
            model=model,
        )


@check("SCR061", "model")
def embeddings_untied(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """A model whose embeddings and head are one matrix is loaded with the two apart.

    What it checks
    Whether `tie_word_embeddings=False` is given to `from_pretrained` for a checkpoint that stores one matrix
    only: the first T5 generation, BART, mBART, Pegasus, Marian.

    Why it matters
    What is not stored is drawn at random: the head at least, in transformers 5 the embeddings too. Answers
    are garbage, even right after a perfect training. The message about missing keys looks like the harmless
    one.

    Evidence
    The name.

    Example
    Wrong: `from_pretrained("t5-small", tie_word_embeddings=False)`. Right: without it.

    Remedy
    Leave it out.

    When it is harmless
    With T5 v1.1, FLAN-T5 and mT5, which store two matrices.

    Known limits
    Only names of original checkpoints are judged.

    Sources
    https://github.com/huggingface/transformers/issues/27972
    """
    for load in roles.loads:
        given = load.arguments.get("tie_word_embeddings")
        untied = given is not None and facts.constant(given) is False
        if load.kind == "model" and untied and load.name and is_original(load.name) and roles.is_tied:
            yield found(
                facts,
                given or load.call,
                ERROR,
                f"{load.name!r} stores one matrix for embeddings and head, and the other is drawn at random",
                "leave tie_word_embeddings out",
                model=load.name,
            )


@check("SCR062", "model")
def embeddings_shrunk(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The embeddings are cut down to the length of the tokenizer.

    What it checks
    Whether `resize_token_embeddings(len(tokenizer))` meets a model of T5's family to whose tokenizer the
    script adds nothing, or fewer tokens than there are spare rows.

    Why it matters
    T5 has more rows than tokens (32128 and 32100): the matrix is cut. Checkpoints then no longer fit the base
    model, and ids above are lost. Nothing tells of it.

    Evidence
    Rows before and after.

    Example
    Wrong: `model.resize_token_embeddings(len(tokenizer))` as a matter of course. Right: only where the
    tokenizer is longer than the embeddings.

    Remedy
    Resize only upwards.

    When it is harmless
    Where nothing else ever loads the model: the rows that go are not used.

    Known limits
    Tokens whose number is not written out are not counted; then nothing is said.

    Sources
    https://github.com/huggingface/transformers/issues/4875
    """
    sizes = {SIZES[one] for one in roles.families if one in SIZES}
    added = _tokens_added(facts)
    if not roles.is_t5 or len(sizes) != 1 or added is None:
        return
    tokens, rows = sizes.pop()
    for call in facts.calls:
        is_resize = isinstance(call.func, ast.Attribute) and call.func.attr == "resize_token_embeddings"
        to_length = bool(call.args) and _is_length_of_tokenizer(facts, call.args[0])
        if is_resize and to_length and tokens + added < rows and not _compares_sizes(facts, call):
            yield found(
                facts,
                call,
                WARNING,
                f"the embeddings are cut from {rows} rows to {tokens + added}",
                "resize only upwards",
                "model.resize_token_embeddings(max(len(tokenizer), model.config.vocab_size))",
                rows=rows,
                rows_after=tokens + added,
            )


@check("SCR063", "model")
def weights_loaded_loosely(facts: Facts) -> Iterator[Finding]:
    """Weights are loaded with strict=False, and nobody looks at what did not fit.

    What it checks
    Whether `load_state_dict(..., strict=False)` is called and its result thrown away.

    Why it matters
    Keys that do not match are passed over. With a prefix such as "module." none match, nothing is loaded, and
    the trained model behaves exactly like its base.

    Evidence
    The line.

    Example
    Wrong: `model.load_state_dict(weights, strict=False)`. Right: `model.load_state_dict(weights)`.

    Remedy
    Load strictly, or look at the missing and unexpected keys that it returns.

    When it is harmless
    With a file that is meant to hold a part of the weights.

    Known limits
    The file is not opened.

    Sources
    https://github.com/pytorch/pytorch/issues/101107
    """
    for call in facts.calls:
        is_load = isinstance(call.func, ast.Attribute) and call.func.attr == "load_state_dict"
        loose = facts.constant(facts.arguments(call).get("strict", 1)) is False
        if is_load and loose and isinstance(facts.parents[call], ast.Expr):
            yield found(
                facts,
                call,
                WARNING,
                "load_state_dict(strict=False) passes over what does not fit, and its answer is thrown away",
                "load strictly, or look at the keys it returns",
                "missing, unexpected = model.load_state_dict(weights, strict=False)",
            )


@check("SCR064", "model")
def optimizer_made_too_early(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """The optimizer is made before the model gets other parameters.

    What it checks
    Whether an optimizer is made of `model.parameters()`, and the same model is afterwards loaded anew,
    resized with `resize_token_embeddings` or wrapped with `get_peft_model`, in the same part of the script.

    Why it matters
    The optimizer goes on to hold the old parameters. The loss is computed on the new ones, which never move.

    Evidence
    Both lines.

    Example
    Wrong: `AdamW(model.parameters())`, then `model = get_peft_model(model, config)`. Right: the optimizer
    last.

    Remedy
    Make the optimizer after everything that changes the model.

    When it is harmless
    Where another optimizer is made later.

    Known limits
    The lines are compared in the order of the text.

    Sources
    https://github.com/huggingface/transformers/pull/3532
    """
    made = [(call, _optimized(facts, call)) for call in facts.calls if kind_of(facts, call) == "optimizer"]
    for call in facts.calls:
        changed, what = _changed_model(facts, roles, call)
        if not changed:
            continue
        here = [one for one, name in made if name == changed and facts.function(one) is facts.function(call)]
        before = [one for one in here if one.lineno < call.lineno]
        if before and len(before) == len(here):
            yield found(
                facts,
                before[-1],
                ERROR,
                f"the optimizer holds parameters of {changed} from before {what} (line {call.lineno})",
                "make the optimizer after everything that changes the model",
                change_at=facts.place(call),
            )


def _optimized(facts: Facts, call: ast.Call) -> str:
    """The name of the model whose parameters an optimizer is given."""
    for node in ast.walk(call):
        if isinstance(node, ast.Attribute) and node.attr in {"parameters", "named_parameters"}:
            return node.value.id if isinstance(node.value, ast.Name) else ""
    return ""


def _changed_model(facts: Facts, roles: Roles, call: ast.Call) -> tuple[str, str]:
    """The name of the model that a call gives other parameters, and how; ("", "") for any other call."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "resize_token_embeddings":
        name = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
        return name, "resize_token_embeddings()"
    if facts.origin(call.func) == "peft.get_peft_model" and call.args and isinstance(call.args[0], ast.Name):
        return call.args[0].id, "get_peft_model()"
    assign = facts.parents[call]
    name = dotted(assign.targets[0]) if isinstance(assign, ast.Assign) else ""
    if kind_of_class(loaded_class(facts, call)) == "model" and _optimizes_after(roles, call):
        return name, "from_pretrained()"
    return "", ""


def _optimizes_after(roles: Roles, call: ast.Call) -> bool:
    """Whether a training with an optimizer of its own follows: a model may also be loaded for its use."""
    given = [use.call for use in roles.trainers if use.arguments.get("optimizers", 7) is not None]
    return any(training.lineno > call.lineno for training in [*given, *roles.plain_loops])


def _tokens_added(facts: Facts) -> int | None:
    """How many tokens the script adds to a tokenizer; None where that is not written out."""
    total = 0
    for call in facts.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"add_tokens", "add_special_tokens"}:
            given = facts.constant(call.args[0]) if call.args else UNKNOWN
            values = list(given.values()) if isinstance(given, dict) else [given]
            if UNKNOWN in values:
                return None
            total += sum(len(value) if isinstance(value, list | tuple) else 1 for value in values)
    return total


def _compares_sizes(facts: Facts, call: ast.Call) -> bool:
    """Whether a call is made on some condition: that the tokenizer is longer, as a rule."""
    return any(
        isinstance(outer, ast.If) and "len(" in ast.unparse(outer.test) for outer in facts.around(call)
    )


def _is_length_of_tokenizer(facts: Facts, expr: ast.expr) -> bool:
    expr = facts.resolve(expr)
    return (
        isinstance(expr, ast.Call)
        and isinstance(expr.func, ast.Name)
        and expr.func.id == "len"
        and bool(expr.args)
        and kind_of(facts, expr.args[0]) == "tokenizer"
    )


RULES = (
    tokenizer_of_another_model,
    embeddings_untied,
    embeddings_shrunk,
    weights_loaded_loosely,
    optimizer_made_too_early,
)
