import pytest
import torch
from transformers import Adafactor, get_scheduler
from transformers.optimization import AdafactorSchedule

from workup.examine.checks.training.schedule_ended import schedule_ended
from workup.examine.finding import Severity
from workup.examine.measurements.course import course


def log_of(schedule, optimizer, steps):
    """The lines that a training with this schedule writes: each step with the rate it was made with."""
    log = []
    for step in range(1, steps + 1):
        rate = schedule.get_last_lr()[0]
        for one in optimizer.param_groups[0]["params"]:
            one.grad = torch.ones(2, 2)
        optimizer.step()
        schedule.step()
        log.append({"step": step, "loss": 1.0, "learning_rate": float(rate)})
    return log


def weight():
    return torch.nn.Parameter(torch.ones(2, 2))


def run_of(name, planned, made, warmup=0):
    optimizer = torch.optim.AdamW([weight()], lr=1e-3)
    return log_of(get_scheduler(name, optimizer, warmup, planned), optimizer, made)


def findings(log):
    return schedule_ended(course=course(log))


def test_a_schedule_of_fewer_steps_than_the_training_is_found():
    (finding,) = findings(run_of("linear", 20, 60))
    assert finding.severity is Severity.WARNING
    assert finding.evidence == {"last step with a learning rate": 20, "last step": 60, "lines with 0": 40}


def test_the_schedule_for_adafactor_without_its_own_steps_is_zero_from_the_start():
    optimizer = Adafactor([weight()], lr=1e-3, relative_step=False, scale_parameter=False)
    (finding,) = findings(log_of(AdafactorSchedule(optimizer), optimizer, 5))
    assert finding.severity is Severity.ERROR
    assert "all 5 lines" in finding.summary


@pytest.mark.parametrize("name", ["linear", "cosine", "constant", "inverse_sqrt"])
def test_a_schedule_that_ends_with_the_training_is_sound(name):
    assert not findings(run_of(name, 30, 30, warmup=10))


def test_zero_at_the_very_start_of_a_warmup_is_sound():
    log = [{"step": 1, "loss": 5.0, "learning_rate": 0.0}, {"step": 2, "loss": 4.0, "learning_rate": 1e-4}]
    assert not findings(log * 3)


def test_a_log_without_learning_rates_is_not_judged():
    assert not findings([{"step": n, "loss": 1.0} for n in range(10)])
