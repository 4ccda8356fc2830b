"""Losses as plain loops compute them: what they count is read from the gradient, and nothing is made up."""

import pytest
import torch
from torch.nn import functional
from transformers import AutoModelForSeq2SeqLM

from workup.examine.capture.own_loss import labels_of
from workup.examine.capture.seen import Seen

PAD, IGNORED = 0, -100
LABELS = torch.tensor([[7, 8, 9, 1], [9, 1, PAD, PAD]])
COUNTED = torch.tensor([[7, 8, 9, 1], [9, 1, IGNORED, IGNORED]])


def flat(scores):
    return scores.flatten(0, 1)


def masked(scores):
    each = functional.cross_entropy(scores.transpose(1, 2), LABELS, reduction="none")
    mask = (LABELS != PAD).float()
    return (each * mask).sum() / mask.sum()


def gathered(scores):
    likely = scores.log_softmax(-1).gather(-1, LABELS[..., None])[..., 0]
    return -likely[LABELS != PAD].sum()


def in_half_precision(scores):
    return functional.cross_entropy(flat(scores.bfloat16()), LABELS.flatten(), ignore_index=PAD)


def smoothed(scores):
    return functional.cross_entropy(flat(scores), LABELS.flatten(), ignore_index=PAD, label_smoothing=0.1)


def distilled(scores):
    teacher = torch.randn(scores.shape, generator=torch.Generator().manual_seed(0)).softmax(-1)
    return functional.kl_div(scores.log_softmax(-1), teacher, reduction="batchmean")


def most_likely(scores):
    return -scores.gather(-1, LABELS[..., None]).mean()


@pytest.fixture(params=["tiny_t5", "tiny_bart"])
def model(request):
    return AutoModelForSeq2SeqLM.from_pretrained(request.getfixturevalue(request.param))


def seen_of(model, loss_of, **more):
    """What is seen of one call of the model, and of the loss that goes back from its logits."""
    seen = Seen()
    start = torch.full((2, 1), model.config.decoder_start_token_id)
    decoder = torch.cat([start, LABELS[:, :-1]], dim=1)
    given = {"input_ids": torch.tensor([[5, 6, 1], [6, 5, 1]]), "decoder_input_ids": decoder, **more}
    observing = seen.called(model, **given)
    next(observing)
    output = model(**given)
    with pytest.raises(StopIteration):
        observing.send(output)
    loss_of(output.logits).backward()
    return seen


@pytest.mark.parametrize(
    ("loss_of", "labels"),
    [
        (lambda scores: functional.cross_entropy(flat(scores), LABELS.flatten()), LABELS),
        (lambda scores: functional.cross_entropy(flat(scores), LABELS.flatten(), ignore_index=PAD), COUNTED),
        (lambda scores: functional.cross_entropy(flat(scores), COUNTED.flatten()), COUNTED),
        (masked, COUNTED),
        (gathered, COUNTED),
        (in_half_precision, COUNTED),
    ],
)
def test_the_labels_of_a_cross_entropy_are_read_however_it_is_written(model, loss_of, labels):
    seen = seen_of(model, loss_of)
    assert torch.equal(seen.given["labels"], labels)
    assert set(seen.given) == {"input_ids", "decoder_input_ids", "labels"}
    assert seen.model is model


@pytest.mark.parametrize("loss_of", [smoothed, distilled, most_likely])
def test_of_another_loss_no_labels_are_made_up(model, loss_of):
    assert seen_of(model, loss_of).given is None


def test_a_call_from_which_nothing_is_learned_does_not_count(model):
    assert seen_of(model, lambda scores: torch.zeros(1, requires_grad=True)).given is None


def test_labels_that_the_model_was_given_are_those_that_count(model):
    seen = seen_of(model, masked, labels=LABELS)
    assert torch.equal(seen.given["labels"], LABELS)


def test_a_gradient_that_is_nowhere_or_no_number_has_no_labels():
    assert labels_of(torch.zeros(2, 4, 9)) is None
    assert labels_of(torch.full((2, 4, 9), float("nan"))) is None
