"""Phase: labels and mask are looked at, before anything is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workup.examine.gather.from_run import of_recipe
from workup.examine.subject import Subject
from workup.pipeline.tokenization import IGNORED
from workup.walkthrough.counting import change
from workup.walkthrough.lab import PREFIX, Lab, examined
from workup.walkthrough.padding import masked_run, padded, padded_run
from workup.walkthrough.phase import Change, Claim, Count, Line, Lived, Phase

if TYPE_CHECKING:
    from workup.run import Run

_SHOWN, _ROWS = 3, 8


def live(lab: Lab) -> Lived:
    """Look at the labels of a recipe that has not been trained, as they are and as they should be."""
    counted = padded(lab)
    masked = counted.change("tokens.mask_label_pads", True)
    before, after = of_recipe(counted), of_recipe(masked)
    return Lived(
        failure=Change("labels that count in the loss are padding", _pads(before), _pads(after)),
        right=None,
        given="what is looked at",
        lines=(*_labels(lab, before, after), *_mean_losses(lab)),
        change=change(counted, masked),
        report=examined(before),
        again=examined(after),
        claims=(_perfect(lab, before), _mask(lab)),
    )


def _pads(subject: Subject) -> Count:
    live = [label for row in subject.train_rows or () for label in row["labels"] if label != IGNORED]
    return Count(live.count(subject.tokenizer.pad_token_id), len(live))


def _labels(lab: Lab, before: Subject, after: Subject) -> tuple[Line, ...]:
    return tuple(
        Line(
            f"labels of {note.job!r}",
            _told(before.tokenizer, (before.train_rows or ())[place]["labels"]),
            _told(after.tokenizer, (after.train_rows or ())[place]["labels"]),
        )
        for place, note in enumerate(lab.train[:_SHOWN])
    )


def _told(tokenizer: Any, labels: list[int]) -> str:
    """The text of the labels, and what follows it."""
    filling = labels[-1]
    text = tokenizer.decode([label for label in labels if label != filling and label != IGNORED])
    name = "-100" if filling == IGNORED else tokenizer.convert_ids_to_tokens(filling)
    return f"{text} and {labels.count(filling)} times {name}"


def _mean_losses(lab: Lab) -> tuple[Line, ...]:
    """The loss that is reported after a brief training, and what it is on the text alone."""
    run, steps = padded_run(lab)
    before, after = _split(lab, run), _split(lab, masked_run(lab))
    told = (f"the loss reported after {steps} steps", "the same on words alone")
    return tuple(
        Line(name, f"{old:.2f}", f"{new:.2f}") for name, old, new in zip(told, before, after, strict=True)
    )


def _split(lab: Lab, run: Run) -> tuple[float, float]:
    """Of a trained model: the loss on one batch as its training reports it, and that on words."""
    from workup.examine.measurements.labels import losses

    subject = lab.subject(run)
    assert subject.collator is not None
    batch = subject.collator([dict(row) for row in (subject.train_rows or ())[:_ROWS]])
    split = losses(subject.model, subject.tokenizer, batch)
    return split.reported, split.mean["text"]


def _perfect(lab: Lab, before: Subject) -> Claim:
    pads, (reported, text) = _pads(before), _split(lab, padded_run(lab)[0])
    return Claim(
        'labels that decode to "Pneumonia</s><pad>..." are perfect',
        f"{pads.share:.0%} of what is learned from them is padding: after a brief training the loss is "
        f"reported as {reported:.2f}, and on words it is {text:.2f}",
        holds=pads.share < 0.05,
    )


def _mask(lab: Lab) -> Claim:
    """What the mask of one text shows, and what becomes of a batch that has none."""
    import torch

    run = lab.sound_run
    model, tokenizer = run.predictor.model, run.predictor.tokenizer
    sources = [PREFIX + note.note for note in lab.test]
    alone = tokenizer(sources[0])["attention_mask"]
    batch = tokenizer(sources, padding=True, return_tensors="pt")
    ids, mask = batch["input_ids"], batch["attention_mask"]
    with torch.inference_mode():
        masked, bare = (
            model.generate(input_ids=ids, max_new_tokens=32, **given)
            for given in ({"attention_mask": mask}, {})
        )
    said, unmasked = (tokenizer.batch_decode(rows, skip_special_tokens=True) for rows in (masked, bare))
    changed = sum(one != other for one, other in zip(said, unmasked, strict=True))
    return Claim(
        "a mask that attends to 36 of 36 tokens is perfect",
        f"of one text alone it is always so ({sum(alone)} of {len(alone)} here), because nothing is padded; "
        f"in a batch of {len(ids)}, {int((mask == 0).sum())} of {mask.numel()} tokens are padding, and when "
        f"generate() gets the ids alone, as in the guide's first listing, {changed} answers change",
        holds=changed == 0,
    )


PHASE = Phase(
    name="labels-and-mask",
    title="A look at labels and mask",
    guide="Labels were decoded, the mask of one text was summed, special tokens were printed; all three were "
    "found perfect, and the search went on elsewhere.",
    causes=("BAT003",),
    live=live,
    lesson="Look at what counts in the loss, not at what decodes well; and at a batch, not at one text.",
)
