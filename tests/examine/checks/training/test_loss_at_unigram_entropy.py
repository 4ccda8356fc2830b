import math
import random

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, Seq2SeqTrainingArguments

from examination import findings_of
from workup.examine.checks.training.loss_at_unigram_entropy import loss_at_unigram_entropy
from workup.examine.finding import Severity
from workup.examine.subject import Subject

# Four answers, one token and the end token each; the input tells which.
ROWS = [{"input_ids": [10 + n % 4, 1], "labels": [20 + n % 4, 1]} for n in range(80)]


def findings(log, rows=ROWS, **parts):
    subject = Subject(log=log, train_rows=rows, **parts)
    return findings_of(loss_at_unigram_entropy, subject)


def flat(loss, start=5.0):
    return [{"step": n, "loss": loss + (start - loss) * 0.5**n} for n in range(20)]


def trained(folder, rows, steps=80):
    torch.manual_seed(0)
    model = AutoModelForSeq2SeqLM.from_pretrained(folder)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-2)
    batch = {name: torch.tensor([row[name] for row in rows]) for name in ("input_ids", "labels")}
    log = []
    for step in range(steps):
        loss = model(**batch).loss
        log.append({"step": step, "loss": loss.item()})
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return log


def test_a_model_whose_inputs_are_all_cut_to_the_same_rests_at_the_entropy_of_the_answers(tiny_t5):
    cut = [{**row, "input_ids": [10, 1]} for row in ROWS]
    (finding,) = findings(trained(tiny_t5, cut), cut)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["entropy of the answers"] == pytest.approx(math.log(4) / 2)
    assert finding.evidence["last loss"] == pytest.approx(math.log(4) / 2, rel=0.05)


def test_a_model_that_reads_its_inputs_goes_below(tiny_t5):
    log = trained(tiny_t5, ROWS)
    assert log[-1]["loss"] < 0.3
    assert not findings(log)


def test_the_frequencies_of_the_tokens_are_a_floor_too():
    unigram = math.log(8) / 2 + math.log(2) / 2
    (finding,) = findings(flat(unigram))
    assert finding.evidence["entropy of the label tokens"] == pytest.approx(unigram)


def test_ignored_positions_of_the_labels_do_not_count():
    padded = [{**row, "labels": row["labels"] + [-100] * 6} for row in ROWS]
    assert findings(flat(math.log(4) / 2), padded)


def test_the_number_of_rows_looked_at_is_told():
    (finding,) = findings(flat(math.log(4) / 2), [row for row in ROWS for _ in range(50)])
    assert (finding.evidence["rows looked at"], finding.evidence["rows"]) == (2000, 4000)


@pytest.mark.parametrize("loss", [0.05, 0.3, 0.5, 1.0, 2.5])
def test_a_loss_that_rests_elsewhere_is_sound(loss):
    assert not findings(flat(loss))


def test_a_loss_that_only_passes_by_is_sound():
    assert not findings([{"step": n, "loss": 3.0 * 0.926**n} for n in range(20)])


def test_a_training_set_learned_by_heart_is_another_matter():
    log = [*flat(0.01), *({"step": 7 * n, "eval_loss": math.log(4) / 2} for n in range(3))]
    assert not findings(log)


def test_long_answers_of_which_none_occurs_twice_have_no_entropy_of_answers():
    draw = random.Random(0)
    rows = [{"input_ids": [1], "labels": [draw.randrange(200) for _ in range(30)]} for _ in range(50)]
    assert not findings(flat(math.log(50) / 30), rows)


def test_label_smoothing_is_not_judged(tmp_path):
    arguments = Seq2SeqTrainingArguments(
        str(tmp_path), label_smoothing_factor=0.1, use_cpu=True, report_to="none"
    )
    assert not findings(flat(math.log(4) / 2), arguments=arguments)
