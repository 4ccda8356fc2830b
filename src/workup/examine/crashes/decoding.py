"""Crashes when ids become text, and text a metric."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_UNMASKED = "ids = np.where(ids < 0, tokenizer.pad_token_id, ids)  # of predictions and of labels"


def _ids(scene: Scene) -> Any:
    """The ids that were to be decoded, as plain lists."""
    ids = scene.local("token_ids", "sequences", "ids")
    return ids.tolist() if hasattr(ids, "tolist") else ids


def _flat(ids: Any) -> Iterable[Any]:
    if isinstance(ids, Sequence) and not isinstance(ids, str):
        for one in ids:
            yield from _flat(one)
    else:
        yield ids


def _ignored(scene: Scene) -> Told | None:
    ids = list(_flat(_ids(scene)))
    negative = [one for one in ids if isinstance(one, int) and one < 0]
    if not negative:
        return None
    return Told(
        f"{len(negative)} of the {len(ids)} ids to decode are negative ({min(negative)}): they mark labels "
        "that do not count, and fill up the shorter of two batches of predictions",
        evidence={"ids": len(ids), "negative": len(negative)},
    )


def _scores(scene: Scene) -> Told | None:
    ids = _ids(scene)
    if any(isinstance(one, float) for one in _flat(ids)):
        return Told(
            "scores were given to the tokenizer in place of ids: the predictions are those of every token "
            "of the vocabulary, because predict_with_generate is off",
            evidence={"predict_with_generate": getattr(scene.arguments, "predict_with_generate", None)},
        )
    if isinstance(ids, list) and ids and isinstance(ids[0], list) and "batch_decode" not in scene.called:
        return Told(
            f"decode was given {len(ids)} rows of ids at once, and takes one",
            Remedy("decode the whole batch", code="tokenizer.batch_decode(ids, skip_special_tokens=True)"),
        )
    return None


def _predictions(scene: Scene) -> Told | None:
    """In compute_metrics the predictions were a pair of arrays."""
    for frame in scene.frames:
        for value in frame.f_locals.values():
            if type(value).__name__ != "EvalPrediction" or not isinstance(value.predictions, tuple):
                continue
            shapes = [list(getattr(one, "shape", ())) for one in value.predictions]
            return Told(
                f"the predictions are {len(shapes)} arrays of the shapes {shapes}: the scores of every "
                "token, and what the encoder made of the sources",
                evidence={"shapes": shapes},
            )
    return None


def _no_dict(scene: Scene) -> Told | None:
    if "evaluation_loop" not in scene.called:
        return None
    return Told(f"compute_metrics returned a {scene.groups['kind']} in place of a dict")


IGNORED_DECODED = Crash(
    code="CRA061",
    name="ignored-labels-decoded",
    stage="output",
    errors=("OverflowError",),
    pattern=r"out of range integral type|number too small to fit|can't convert negative int",
    shown=(
        "out of range integral type conversion attempted",
        "number too small to fit in target type",
        "can't convert negative int to unsigned",
    ),
    summary="-100, the mark of labels that do not count, was given to the tokenizer to decode.",
    why="Labels are padded with -100 so that pads do not count in the loss, and the Trainer fills up "
    "shorter batches of generated ids with -100 too.",
    remedy=Remedy("put the pad token in its place before decoding", code=_UNMASKED),
    sources=(
        "https://github.com/huggingface/transformers/issues/22634",
        "https://github.com/huggingface/transformers/pull/10046",
    ),
    tell=_ignored,
)
SCORES_DECODED = Crash(
    code="CRA062",
    name="scores-decoded",
    stage="output",
    errors=("TypeError",),
    pattern=r"'(?:list|float|tuple|numpy\.\w+)' object cannot be interpreted as an integer",
    shown=(
        "'list' object cannot be interpreted as an integer",
        "argument 'ids': 'list' object cannot be interpreted as an integer",
        "argument 'ids': 'float' object cannot be interpreted as an integer",
    ),
    summary="The tokenizer was given scores, or several rows, where it takes the ids of one text.",
    why="Without `predict_with_generate` the predictions are scores for every token of the vocabulary, not "
    "ids.",
    remedy=Remedy(
        "let the evaluation generate", code="Seq2SeqTrainingArguments(..., predict_with_generate=True)"
    ),
    sources=(
        "https://github.com/huggingface/transformers/issues/13597",
        "https://github.com/huggingface/transformers/issues/17089",
    ),
    tell=_scores,
)
PREDICTIONS_PAIR = Crash(
    code="CRA063",
    name="predictions-are-a-tuple",
    stage="output",
    errors=("ValueError", "TypeError", "AttributeError"),
    pattern=r"inhomogeneous shape|'tuple' object|must be real number, not tuple",
    shown=(
        "setting an array element with a sequence. The requested array has an inhomogeneous shape after 2 "
        "dimensions.",
        "'tuple' object has no attribute 'shape'",
    ),
    summary="compute_metrics was given several arrays of predictions in a tuple.",
    why="Without `predict_with_generate` an encoder-decoder model hands over its scores and the encoder's "
    "states.",
    remedy=Remedy(
        "let the evaluation generate, or take the first of them",
        code="predict_with_generate=True  # or: scores = predictions[0]",
    ),
    sources=("https://github.com/huggingface/transformers/issues/13597",),
    anywhere=True,
    tell=_predictions,
)
METRICS_NO_DICT = Crash(
    code="CRA064",
    name="metrics-are-no-dict",
    stage="output",
    errors=("TypeError", "AttributeError"),
    pattern=r"'(?P<kind>\w+)' object does not support item assignment",
    shown=("'float' object does not support item assignment",),
    summary="compute_metrics returned something else than a dict of numbers.",
    why="The Trainer adds its own measurements to what compute_metrics returns.",
    remedy=Remedy("return names with their numbers", code='return {"exact_match": score}'),
    sources=("https://huggingface.co/docs/transformers/main_classes/trainer",),
    tell=_no_dict,
)

CRASHES = (
    IGNORED_DECODED,
    SCORES_DECODED,
    PREDICTIONS_PAIR,
    METRICS_NO_DICT,
)
