import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import Adafactor, AutoModelForSeq2SeqLM, Seq2SeqTrainingArguments

from examination import findings_of
from workup.examine.checks.training.learning_rate_too_low import learning_rate_too_low
from workup.examine.finding import Severity
from workup.examine.subject import Subject


def arguments(path, **changes):
    return Seq2SeqTrainingArguments(
        str(path), **{"use_cpu": True, "report_to": "none", "max_steps": 300, **changes}
    )


def load(folder):
    return AutoModelForSeq2SeqLM.from_pretrained(folder)


def findings(model, settings, **parts):
    subject = Subject(model=model, arguments=settings, **parts)
    return findings_of(learning_rate_too_low, subject)


def test_the_default_of_the_trainer_is_low_for_t5(tiny_t5, tmp_path):
    (finding,) = findings(load(tiny_t5), arguments(tmp_path))
    assert finding.severity is Severity.WARNING
    assert finding.evidence["learning rate"] == 5e-5
    assert finding.remedy.change == {"training.learning_rate": 3e-4}


def test_a_millionth_is_an_error(tiny_t5, tmp_path):
    (finding,) = findings(load(tiny_t5), arguments(tmp_path, learning_rate=1e-6))
    assert finding.severity is Severity.ERROR


def test_what_is_low_hardly_learns_and_the_remedy_learns(tiny_t5, tmp_path):
    def fall(rate):
        torch.manual_seed(0)
        model = load(tiny_t5)
        batch = {"input_ids": torch.tensor([[5, 6, 1]]), "labels": torch.tensor([[7, 8, 1]])}
        optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
        losses = []
        for _ in range(40):
            loss = model(**batch).loss
            losses.append(loss.item())
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
        return losses[0] - losses[-1]

    (finding,) = findings(load(tiny_t5), arguments(tmp_path, learning_rate=1e-5))
    assert fall(finding.remedy.change["training.learning_rate"]) > 10 * fall(1e-5)


def test_adafactor_wants_more(tiny_t5, tmp_path):
    assert findings(load(tiny_t5), arguments(tmp_path, optim="adafactor", learning_rate=1e-4))
    assert not findings(load(tiny_t5), arguments(tmp_path, optim="adafactor", learning_rate=1e-3))


def test_the_optimizer_at_hand_counts_more_than_the_arguments(tiny_t5, tmp_path):
    model = load(tiny_t5)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
    assert not findings(model, arguments(tmp_path), optimizer=optimizer)
    own = Adafactor(model.parameters(), relative_step=True, warmup_init=True, lr=None)
    assert not findings(model, arguments(tmp_path), optimizer=own)


@pytest.mark.parametrize("rate", [1e-4, 3e-4, 1e-3])
def test_the_usual_rates_of_t5_are_sound(tiny_t5, tmp_path, rate):
    assert not findings(load(tiny_t5), arguments(tmp_path, learning_rate=rate))


def test_bart_learns_at_what_is_low_for_t5(tiny_bart, tmp_path):
    assert not findings(load(tiny_bart), arguments(tmp_path))
    assert findings(load(tiny_bart), arguments(tmp_path, learning_rate=1e-7))


def test_an_adapter_is_judged_as_an_adapter(tiny_bart, tmp_path):
    model = get_peft_model(load(tiny_bart), LoraConfig(target_modules=["q_proj"], r=2))
    (finding,) = findings(model, arguments(tmp_path, learning_rate=1e-5))
    assert "an adapter of bart" in finding.summary
    assert not findings(model, arguments(tmp_path, learning_rate=1e-4))


def test_a_long_training_or_a_log_that_shows_learning_make_up_for_it(tiny_t5, tmp_path):
    assert not findings(load(tiny_t5), arguments(tmp_path, max_steps=10_000))
    log = [{"step": n, "loss": loss} for n, loss in enumerate([4.0, 2.0, 1.0, 0.4])]
    assert not findings(load(tiny_t5), arguments(tmp_path), log=log)
