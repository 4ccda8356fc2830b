"""TRAINING: loops that are written out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from workup.examine.check import check
from workup.examine.finding import Finding
from workup.examine.script.facts import Facts
from workup.examine.script.kinds import kind_of
from workup.examine.script.roles import Roles
from workup.examine.script.rules.shared import WARNING, found

_SHUFFLES = frozenset({"shuffle", "train_test_split", "permutation", "randperm", "sample"})


@check("SCR074", "training")
def dropout_left_off(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """A training loop runs with the model in evaluation mode.

    What it checks
    Whether a loop with `backward()` in it never comes to `model.train()`: neither before it nor in it; or
    only before it, while `model.eval()` is called in it.

    Why it matters
    `from_pretrained` returns a model in evaluation mode, and an evaluation in the loop leaves it there.
    Dropout is off from then on: the model overfits sooner.

    Evidence
    The line of `eval()`, if there is one.

    Example
    Wrong: `model.train()` once, and `model.eval()` at the end of every epoch. Right: `model.train()` at the
    beginning of every epoch.

    Remedy
    Call `model.train()` at the beginning of every epoch.

    When it is harmless
    Where dropout is 0 or not wanted.

    Known limits
    A loop that calls functions of other files with the model is not judged.

    Sources
    https://github.com/huggingface/transformers/issues/10564
    """
    models = {load.made for load in roles.loads if load.kind == "model"}
    for loop in roles.plain_loops:
        if not models or roles.trainers or _gives_model_away(facts, loop):
            continue
        within = _mode_calls(facts, loop)
        anywhere = _mode_calls(facts, facts.script.tree)
        if any(name == "train" for name, _ in within):
            continue
        evals = [call for name, call in within if name == "eval"]
        if evals or not any(name == "train" for name, _ in anywhere):
            yield found(
                facts,
                evals[0] if evals else loop,
                WARNING,
                "model.eval() is called in the training loop, and train() never again: dropout stays off"
                if evals
                else "from_pretrained returns a model in evaluation mode, and nobody calls train()",
                "call model.train() at the beginning of every epoch",
                "model.train()",
            )


@check("SCR075", "training")
def rows_in_order(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """Training rows come in the order of the file.

    What it checks
    Whether a DataLoader that is looped over with `backward()` does not shuffle, or a Trainer is given
    `train_sampling_strategy="sequential"`, while nothing is shuffled anywhere in the script.

    Why it matters
    In a file that is sorted by answer the model forgets one answer while it learns the next; at the end it
    says the last one to everything.

    Evidence
    The DataLoader, or the strategy.

    Example
    Wrong: `DataLoader(rows, batch_size=8)`. Right: `DataLoader(rows, batch_size=8, shuffle=True)`.

    Remedy
    Shuffle.

    When it is harmless
    With rows that are in no order, or in one that is meant (a curriculum).

    Known limits
    Rows that were shuffled before they were saved are not known to be.

    Sources
    https://pytorch.org/docs/stable/data.html
    """
    if _shuffles_somewhere(facts):
        return
    for use in roles.settings:
        given = use.arguments.get("train_sampling_strategy")
        if given is not None and facts.constant(given) == "sequential":
            yield found(facts, given, WARNING, "training rows come in their order", "shuffle them")
    for loader in _training_loaders(facts, roles):
        arguments = facts.arguments(loader)
        given = arguments.get("shuffle", 2)
        sampled = any(arguments.get(name) for name in ("sampler", "batch_sampler"))
        unshuffled = arguments.complete if given is None else facts.constant(given) is False
        if unshuffled and not sampled and not _streams(facts):
            yield found(
                facts,
                loader,
                WARNING,
                "the DataLoader of the training does not shuffle: rows come in their order",
                "shuffle them",
                "loader = DataLoader(rows, batch_size=8, shuffle=True)",
            )


def _mode_calls(facts: Facts, within: ast.AST) -> list[tuple[str, ast.Call]]:
    """The calls of train() and eval() in a piece of the script, and in the functions it calls."""
    calls, seen, to_see = [], set(), [within]
    while to_see:
        piece = to_see.pop()
        if piece in seen:
            continue
        seen.add(piece)
        for node in ast.walk(piece):
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute) and node.func.attr in {"train", "eval"}:
                    calls.append((node.func.attr, node))
                behind = facts.defined(node.func)
                if behind is not None:
                    to_see.append(behind)
    return calls


def _gives_model_away(facts: Facts, loop: ast.AST) -> bool:
    """Whether the model is given to something of another file, which may change its mode."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Call) and facts.defined(node.func) is None and _is_foreign(facts, node.func):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(kind_of(facts, value) == "model" for value in given):
                return True
    return False


def _is_foreign(facts: Facts, function: ast.expr) -> bool:
    origin = facts.origin(function)
    return bool(origin) and origin.partition(".")[0] not in {"torch", "transformers", "accelerate", "tqdm"}


def _training_loaders(facts: Facts, roles: Roles) -> list[ast.Call]:
    """The DataLoaders that are looped over with `backward()`."""
    loaders = []
    for call in facts.calls:
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "backward"):
            continue
        loop = next((one for one in facts.around(call) if isinstance(one, ast.For)), None)
        for node in ast.walk(loop.iter) if loop is not None else ():
            made = facts.resolve(node) if isinstance(node, ast.Name) else node
            is_loader = (
                isinstance(made, ast.Call) and facts.origin(made.func) == "torch.utils.data.DataLoader"
            )
            if is_loader and isinstance(made, ast.Call) and made not in loaders:
                loaders.append(made)
    return loaders


def _shuffles_somewhere(facts: Facts) -> bool:
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in _SHUFFLES for call in facts.calls)


def _streams(facts: Facts) -> bool:
    """Whether rows may come from a stream, which cannot be shuffled by a loader."""
    named = {getattr(node, "id", getattr(node, "attr", "")) for node in facts.nodes}
    keywords = {node.arg for node in facts.nodes if isinstance(node, ast.keyword)}
    return "IterableDataset" in named or "streaming" in keywords


RULES = (dropout_left_off, rows_in_order)
