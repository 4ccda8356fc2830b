"""MOD015"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.subject import Reload, Why

# Rounding to bfloat16 was measured to move the log-probability of a whole answer by up to 0.07. With one nat
# more a token, each right token is a third as likely as before.
_NOTICED, _SPOILED = 0.1, 1.0
_REMEDIES: dict[Why, Remedy] = {
    "lost its tie": Remedy(
        "load the folder without tie_word_embeddings=False",
        code="model = AutoModelForSeq2SeqLM.from_pretrained(folder)",
    ),
    "was tied to another": Remedy(
        "keep tied weights one while training, or untie them in the config before saving",
        code="model.config.tie_word_embeddings = False",
    ),
    "is not in the files": Remedy(
        "save what was trained: name it in modules_to_save of an adapter, or save its embeddings too",
        code="model.save_pretrained(folder, save_embedding_layers=True)",
    ),
    "was not loaded": Remedy(
        "load the state under the names that the model has, and strictly",
        code="model.load_state_dict({name.removeprefix('module.'): state[name] for name in state})",
    ),
    "has other values": Remedy("load the folder as it was saved, before anything else is done to the model"),
}
_ROUNDED = Remedy(
    "load the model in the type in which it was trained",
    code="model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.{})",
)
_SETTINGS = Remedy("load the model with the config that it was trained with, and of the same class")


@check("MOD015", "model", after=["MOD001", "MOD009"])
def reload_changed_weights(reloads: Sequence[Reload]) -> Finding | None:
    """A model that was saved and loaded again is not the same.

    What it checks
    Where a script saved a model and loaded it from that folder: whether each weight is there again with the
    same values, whether tied weights are still one, and whether the loss on eight captured rows is the same.
    After a training also whether a state that was loaded with `strict=False` bore the names of the model. Of
    a checkpoint folder alone the stored weights are compared with the loaded ones; the loss is not known.

    Why it matters
    What is evaluated or shipped is the loaded model. Weights that are not in the files or do not fit are
    drawn at random or stay those of the base, and the model answers nonsense although it had learned.

    Evidence
    The weights that are not as they were saved, why, and the loss before saving and after loading.

    Example
    Wrong: an adapter saved without the embeddings that were trained beside it. Right: with
    `modules_to_save=["shared"]`.

    Remedy
    Save all that was trained, and load it under its own names, with its ties, in its own type.

    When it is harmless
    The message "missing keys" alone: the weights are compared, and it says nothing of them. A loaded model
    that was only rounded to another type is reported where the loss shows it.

    Known limits
    A model of another class than the saved one is not compared. Without a training before, the loss is not
    known. A weight that was rounded is compared by 64 of its numbers.

    Sources
    https://github.com/huggingface/transformers/issues/27972,
    https://github.com/huggingface/peft/issues/2777,
    https://github.com/pytorch/pytorch/issues/101107; measured on tiny models; the test of this check repeats
    it
    """
    judged = [(severity, one) for one in reloads if (severity := _severity(one)) is not None]
    if not judged:
        return None
    severity, worst = max(judged, key=lambda pair: (pair[0], _change(pair[1])))
    return Finding(
        severity,
        f"loaded again from {worst.place}, {_told(worst)}",
        _remedy(worst),
        {
            "weights": worst.weights,
            "not as saved": dict(list(worst.altered.items())[:10]),
            "names the model has not": list(worst.unknown[:10]),
            "types": list(worst.dtypes),
            "loss before and after": [worst.loss_before, worst.loss_after],
            "loadings with it": len(judged),
        },
        harm=_harm(worst),
    )


def _change(reload: Reload) -> float:
    """How far the loss moved; infinite where it is no number afterwards, 0 where it was not measured."""
    if reload.loss_before is None or reload.loss_after is None:
        return 0.0
    change = abs(reload.loss_after - reload.loss_before)
    return change if isfinite(change) else float("inf")


def _severity(reload: Reload) -> Severity | None:
    """By the harm where it was measured; else by whether anything was loaded at all."""
    change = _change(reload)
    if change > _NOTICED:
        return Severity.ERROR if change > _SPOILED else Severity.WARNING
    if not reload.altered:
        return None
    measured = reload.loss_before is not None and reload.loss_after is not None
    nothing_loaded = len(reload.altered) == reload.weights
    return Severity.ERROR if nothing_loaded and not measured else Severity.WARNING


def _told(reload: Reload) -> str:
    """What became of the weights, in words."""
    if not reload.altered:
        before, after = reload.dtypes
        if before != after:
            return f"the weights are there again, rounded from {before} to {after}, and the loss is another"
        return "the weights are there again, but the model computes another loss with them"
    named = list(reload.altered)
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    reasons = " or ".join(sorted(set(reload.altered.values())))
    return (
        f"{len(named)} of {reload.weights} weights are not those that were saved "
        f"({reasons}): {', '.join(named[:3])}{more}"
    )


def _harm(reload: Reload) -> str:
    if reload.loss_before is None or reload.loss_after is None:
        return ""
    told = f"the loss on the same rows is {reload.loss_before:.3g} before and {reload.loss_after:.3g} after"
    return told if _change(reload) > _NOTICED else f"none was measured: {told}"


def _remedy(reload: Reload) -> Remedy:
    """That of the first reason; the reasons of one loading have one cause."""
    if reload.altered:
        return _REMEDIES[next(iter(reload.altered.values()))]
    before, after = reload.dtypes
    return _SETTINGS if before == after else Remedy(_ROUNDED.text, code=_ROUNDED.code.format(before))
