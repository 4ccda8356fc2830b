from transformers import AutoTokenizer

from workup.examine.checks.input.tiny_evaluation import tiny_evaluation
from workup.examine.finding import Severity


def rows(pairs, count):
    return pairs([f"shelf {n}" for n in range(count)], ["red"] * count)


def test_five_rows_prove_next_to_nothing(examine, pairs):
    (finding,) = examine(tiny_evaluation, eval_pairs=rows(pairs, 5))
    assert finding.severity is Severity.WARNING
    assert finding.summary == "the evaluation has 5 rows; all of them right would mean 57% to 100% in truth"


def test_thirty_rows_are_noted_and_forty_are_enough(examine, pairs):
    (finding,) = examine(tiny_evaluation, eval_pairs=rows(pairs, 30))
    assert finding.severity is Severity.NOTE
    assert not examine(tiny_evaluation, eval_pairs=rows(pairs, 40))


def test_a_few_rows_repeated_stay_a_few(examine, pairs):
    (finding,) = examine(tiny_evaluation, eval_pairs=rows(pairs, 5) * 20)
    assert "100 rows, 5 of them different" in finding.summary


def test_tokenized_rows_are_counted_too(examine, tiny_t5):
    tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
    ids = tokenizer([f"shelf {n}" for n in range(40)])["input_ids"]
    tokenized = [{"input_ids": row, "labels": [5, 1]} for row in ids]
    assert not examine(tiny_evaluation, eval_rows=tokenized)
    assert examine(tiny_evaluation, eval_rows=tokenized[:6])


def test_an_evaluation_without_rows_is_found(examine):
    (finding,) = examine(tiny_evaluation, eval_pairs=[])
    assert finding.severity is Severity.WARNING
