import math
import random

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM

from workup.examine.checks.training.divergence import divergence
from workup.examine.finding import Severity
from workup.examine.measurements.course import course


def findings(losses, norms=None):
    norms = norms or [1.0] * len(losses)
    log = [
        {"step": 10 * n, "loss": loss, "grad_norm": norm, "learning_rate": 1e-4}
        for n, (loss, norm) in enumerate(zip(losses, norms, strict=True), 1)
    ]
    return divergence(course=course(log))


def test_a_loss_that_jumps_and_stays_is_found():
    (finding,) = findings([5.0, 3.0, 2.0, 1.5, 1.2, 6.0, 6.1, 6.0, 6.0, 6.1, 6.0, 6.1])
    assert finding.severity is Severity.ERROR
    assert finding.evidence["best loss"] == 1.2
    assert 50 <= finding.evidence["after step"] <= 60


def test_a_nan_is_found_with_its_step():
    (finding,) = findings([5.0, 3.0, math.nan, math.nan])
    assert finding.evidence == {"step": 30, "loss": "nan"}


def test_a_nan_that_the_trainer_hides_from_the_loss_shows_in_the_gradient():
    (finding,) = findings([5.0, 3.0, 0.0, 0.0, 0.0, 0.0], [2.0, 2.0] + [math.nan] * 4)
    assert "gradient" in finding.summary


def test_a_real_training_with_too_large_steps_is_found(tiny_t5):
    def train(rate):
        torch.manual_seed(0)
        model = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)
        ids = torch.randint(3, 200, (4, 6))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        losses = []
        for step in range(40):
            optimizer.param_groups[0]["lr"] = rate if step >= 20 else 0.1
            loss = model(input_ids=ids, labels=ids).loss
            losses.append(loss.item())
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        return losses

    assert not findings(train(0.1))
    (finding,) = findings(train(1e4))
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("seed", range(5))
def test_noise_around_a_falling_loss_is_sound(seed):
    draw = random.Random(seed)
    assert not findings([(4 / (1 + n / 5) + 0.3) * draw.uniform(0.6, 1.4) for n in range(60)])


def test_a_saw_tooth_of_sorted_data_is_sound():
    assert not findings([4.0, 1.0, 0.5, 3.0, 0.9, 0.4, 3.0, 0.9, 0.4, 3.0, 0.8, 0.3] * 2)


def test_single_overflows_of_mixed_precision_are_sound():
    assert not findings(
        [5.0, 4.0, 3.0, 2.0, 1.0, 0.9, 0.8, 0.7], [math.inf, math.inf, 2, 2, 2, math.nan, 2, 2]
    )


def test_one_spike_that_comes_back_is_sound():
    assert not findings([5.0, 3.0, 2.0, 9.0, 1.8, 1.5, 1.2, 1.0, 0.9, 0.8, 0.8, 0.7])


def test_a_loss_that_never_fell_is_not_this_fault():
    assert not findings([6.0, 6.1, 6.0, 6.1, 6.0, 6.0, 6.1, 6.0])
