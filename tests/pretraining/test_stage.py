import math
import signal

import pytest
from transformers import T5ForConditionalGeneration

from workup.errors import Interrupted, RunError
from workup.pipeline import checkpoints, events
from workup.pretraining.batches import Batches
from workup.pretraining.labels import NONE
from workup.pretraining.plan import Learning
from workup.pretraining.stage import fit
from workup.pretraining.tasks import Mixture


class Copying:
    """Rows whose target is their source."""

    def draw(self, rng):
        ids = [rng.randrange(3, 50) for _ in range(4)]
        return {"input_ids": [*ids, 1], "labels": [*ids, 1], "label": NONE}


@pytest.fixture
def train(tiny_t5, tmp_path):
    """Trains a fresh tiny T5 for six steps and returns it."""
    from transformers import AutoTokenizer

    def trained(watch=events.ignore, **changes):
        model = T5ForConditionalGeneration.from_pretrained(tiny_t5)
        task = Mixture(AutoTokenizer.from_pretrained(tiny_t5), model, [(1.0, Copying())])
        batches = [Batches(task, size=4, count=count, seed="0") for count in (6, 2)]
        rates = {"learning_rate": 1e-3, "decoder_learning_rate": 1e-3, **changes}
        stage = Learning(steps=6, batch_size=4, checkpoint_every=4, **rates)
        fit(model, *batches, stage, tmp_path, bf16=False, watch=watch)
        return model

    return trained


def changed(model, folder):
    """The greatest change of a weight of encoder and of decoder."""
    before = T5ForConditionalGeneration.from_pretrained(folder).state_dict()
    now = model.state_dict()
    return [
        max((now[name] - before[name]).abs().max().item() for name in now if name.startswith(f"{part}.block"))
        for part in ("encoder", "decoder")
    ]


@pytest.mark.parametrize(
    ("rates", "still"), [((1e-12, 1e-2), 0), ((1e-2, 1e-12), 1)], ids=["encoder", "decoder"]
)
def test_encoder_and_decoder_learn_at_rates_of_their_own(train, tiny_t5, rates, still):
    found = changed(train(learning_rate=rates[0], decoder_learning_rate=rates[1]), tiny_t5)
    assert found[still] < 1e-8
    assert found[1 - still] > 1e-3


def test_held_out_losses_are_taken_at_every_checkpoint_and_at_the_end(train):
    seen = []
    train(watch=seen.append)
    assert [event.step for event in seen if isinstance(event, events.Validated)] == [4, 6]
    assert [event.step for event in seen if isinstance(event, events.Logged)] == [1, 2, 3, 4, 5, 6]


def test_ctrl_c_leaves_a_checkpoint_of_the_last_step(train, tmp_path):
    def stop(event):
        if event == events.Stepped(2):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted, match="stopped after step 2 of 6"):
        train(watch=stop)
    assert checkpoints.latest(tmp_path) == tmp_path / "checkpoint-2"


def test_a_loss_that_is_no_number_ends_the_stage_with_a_remedy(train):
    with pytest.raises(RunError, match=r"loss became (nan|inf).*lower the stage's learning_rate"):
        train(learning_rate=1e38, decoder_learning_rate=1e38)


def test_rates_rise_in_a_warmup_and_fall_along_a_cosine_to_zero(train):
    seen = []
    train(watch=seen.append)
    rates = [event.learning_rate for event in seen if isinstance(event, events.Logged)]
    half_a_cosine = [0.5e-3 * (1 + math.cos(math.pi * done / 5)) for done in range(5)]
    assert rates == pytest.approx([0, *half_a_cosine])


def test_batches_come_in_their_order_and_nothing_is_printed(train, monkeypatch, capsys):
    taken = []
    monkeypatch.setattr(Batches, "__getitem__", noting(Batches.__getitem__, taken))
    train()
    assert [number for number, count in taken if count == 6] == [0, 1, 2, 3, 4, 5]
    assert capsys.readouterr().out == ""


def noting(get, taken):
    def noted(batches, number):
        taken.append((number, len(batches)))
        return get(batches, number)

    return noted
