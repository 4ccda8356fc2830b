import pytest
import torch
from transformers import Seq2SeqTrainingArguments, get_scheduler

from examination import findings_of, only_newer
from workup.examine.checks.training.warmup_longer_than_run import warmup_longer_than_run
from workup.examine.finding import Severity
from workup.examine.subject import Subject


def arguments(path, **changes):
    return Seq2SeqTrainingArguments(
        str(path),
        **{"use_cpu": True, "report_to": "none", "learning_rate": 1e-3, "max_steps": 100, **changes},
    )


def findings(settings, log=None):
    return findings_of(warmup_longer_than_run, Subject(arguments=settings, log=log))


def highest_rate(settings):
    """The highest learning rate that the schedule of these arguments ever reaches."""
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.ones(1))], lr=settings.learning_rate)
    schedule = get_scheduler(
        settings.lr_scheduler_type, optimizer, settings.get_warmup_steps(100), num_training_steps=100
    )
    rates = []
    for _ in range(100):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return max(rates)


def test_a_warmup_of_a_thousand_steps_in_a_hundred_reaches_a_tenth(tmp_path):
    settings = arguments(tmp_path, warmup_steps=1000)
    (finding,) = findings(settings, [{"step": 100, "loss": 5.0, "learning_rate": 9.9e-5}])
    assert finding.severity is Severity.ERROR
    assert finding.evidence["share of the learning rate reached"] == 0.1
    assert finding.evidence["highest learning rate in the log"] == 9.9e-5
    assert highest_rate(settings) == pytest.approx(1e-4, rel=0.02)


def test_half_of_the_training_is_warned_of_and_the_remedy_ends_it(tmp_path):
    settings = arguments(tmp_path, warmup_steps=60)
    (finding,) = findings(settings)
    assert finding.severity is Severity.WARNING
    exec(finding.remedy.code, {"arguments": settings})
    assert settings.warmup_steps == 10
    assert not findings(settings)


# transformers 4 takes a share as warmup_ratio.
@pytest.mark.parametrize("warmup", [0, 10, *(pytest.param(share, marks=only_newer) for share in (0.06, 0.3))])
def test_a_short_warmup_is_sound(tmp_path, warmup):
    assert not findings(arguments(tmp_path, warmup_steps=warmup))


@only_newer
def test_a_share_is_a_share_of_the_steps(tmp_path):
    (finding,) = findings(arguments(tmp_path, warmup_steps=0.7))
    assert finding.evidence["warm-up steps"] == 70


def test_a_schedule_without_warmup_does_not_heed_it(tmp_path):
    settings = arguments(tmp_path, warmup_steps=1000, lr_scheduler_type="constant")
    assert highest_rate(settings) == 1e-3
    assert not findings(settings)


def test_a_log_that_shows_learning_makes_the_check_silent(tmp_path):
    log = [{"step": n, "loss": loss} for n, loss in enumerate([4.0, 2.0, 1.0, 0.4])]
    assert not findings(arguments(tmp_path, warmup_steps=60), log)
