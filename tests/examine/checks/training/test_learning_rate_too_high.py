import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    AutoModelForSeq2SeqLM,
    BartConfig,
    BartForConditionalGeneration,
    Seq2SeqTrainingArguments,
    T5Config,
    T5ForConditionalGeneration,
)

from examination import findings_of
from workup.examine.checks.training.learning_rate_too_high import learning_rate_too_high
from workup.examine.finding import Severity
from workup.examine.subject import Subject

FLAT = [{"step": n, "loss": loss} for n, loss in enumerate([3.0, 7.0, 6.0, 6.1, 6.0])]
FALLING = [{"step": n, "loss": loss} for n, loss in enumerate([3.0, 2.0, 1.0, 0.5])]


@pytest.fixture(scope="module")
def bart():
    """A BART of more than a million weights."""
    sizes = {"encoder_ffn_dim": 8, "decoder_ffn_dim": 8, "encoder_layers": 1, "decoder_layers": 1}
    return BartForConditionalGeneration(BartConfig(vocab_size=20_000, d_model=64, **sizes))


@pytest.fixture(scope="module")
def t5():
    """A T5 of more than a million weights."""
    return T5ForConditionalGeneration(
        T5Config(vocab_size=20_000, d_model=64, d_ff=8, d_kv=8, num_layers=1, num_heads=2)
    )


def findings(model, path, log=None, **changes):
    settings = Seq2SeqTrainingArguments(str(path), use_cpu=True, report_to="none", **changes)
    subject = Subject(model=model, arguments=settings, log=log)
    return findings_of(learning_rate_too_high, subject)


def test_a_rate_of_t5_is_high_for_bart(bart, tmp_path):
    (finding,) = findings(bart, tmp_path, learning_rate=1e-3)
    assert finding.severity is Severity.WARNING
    assert finding.remedy.change == {"training.learning_rate": 3e-5}


def test_with_a_loss_that_does_not_fall_it_is_an_error(bart, tmp_path):
    (finding,) = findings(bart, tmp_path, FLAT, learning_rate=1e-3)
    assert finding.severity is Severity.ERROR
    assert (finding.evidence["first loss"], finding.evidence["last loss"]) == (3.0, 6.0)


def test_t5_bears_more_but_not_everything(t5, tmp_path):
    assert not findings(t5, tmp_path, learning_rate=1e-3)
    assert findings(t5, tmp_path, learning_rate=1e-2)
    assert not findings(t5, tmp_path, learning_rate=1e-2, optim="adafactor")


def test_a_toy_that_diverges_at_such_a_rate_is_found(tiny_bart, tmp_path):
    torch.manual_seed(0)
    model = AutoModelForSeq2SeqLM.from_pretrained(tiny_bart)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3.0)
    log = []
    for step in range(12):
        ids = torch.randint(3, 200, (4, 6))
        loss = model(input_ids=ids, labels=ids).loss
        log.append({"step": step, "loss": loss.item()})
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    (finding,) = findings(model, tmp_path, log, learning_rate=3.0)
    assert finding.severity is Severity.ERROR


def test_a_log_that_shows_learning_makes_the_check_silent(bart, tmp_path):
    assert not findings(bart, tmp_path, FALLING, learning_rate=1e-3)


def test_a_toy_is_not_judged_without_a_log(tiny_bart, tmp_path):
    assert not findings(AutoModelForSeq2SeqLM.from_pretrained(tiny_bart), tmp_path, learning_rate=1e-3)


def test_an_adapter_bears_more(bart, tmp_path):
    model = get_peft_model(bart, LoraConfig(target_modules=["q_proj"], r=2))
    assert not findings(model, tmp_path, learning_rate=1e-3)
    model.unload()
