import pytest

from workup.examine.checks.tokenization.skipped_tokens_are_meaningful import skipped_tokens_are_meaningful
from workup.examine.finding import Severity
from workup.examine.subject import Generated


@pytest.fixture
def rows(pairs):
    return pairs(["snow and coal", "grass and sky"], ["white <cell> black", "green <cell> blue"])


@pytest.fixture
def special(words):
    tokenizer = words()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<cell>"]})
    return tokenizer


def answers(tokenizer, rows, skip):
    texts = [row.target for row in rows]
    ids = tokenizer(texts)["input_ids"]
    return [
        Generated(row.source, tuple(one), tokenizer.decode(one, skip_special_tokens=skip), row.target)
        for row, one in zip(rows, ids, strict=True)
    ]


def test_a_mark_among_the_special_tokens_is_left_out_in_decoding(examine, rows, special):
    (finding,) = examine(skipped_tokens_are_meaningful, tokenizer=special, train_pairs=rows)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["tokens"] == ["<cell>"]


def test_answers_that_lost_the_mark_prove_it(examine, rows, special):
    said = answers(special, rows, skip=True)
    assert "<cell>" not in said[0].text
    (finding,) = examine(skipped_tokens_are_meaningful, tokenizer=special, train_pairs=rows, generated=said)
    assert finding.severity is Severity.ERROR
    assert "2 answers lost one" in finding.summary


def test_answers_that_keep_the_mark_are_sound(examine, rows, special):
    said = answers(special, rows, skip=False)
    assert not examine(skipped_tokens_are_meaningful, tokenizer=special, train_pairs=rows, generated=said)


def test_a_mark_added_as_an_ordinary_token_is_sound(examine, rows, words):
    tokenizer = words()
    tokenizer.add_tokens(["<cell>"])
    assert not examine(skipped_tokens_are_meaningful, tokenizer=tokenizer, train_pairs=rows)


def test_an_unknown_character_is_no_meaningful_token(examine, pairs, words):
    assert not examine(
        skipped_tokens_are_meaningful, tokenizer=words(), train_pairs=pairs(["snow"], ["{white}"])
    )


def test_sentinels_of_a_denoising_task_are_only_noted(examine, pairs, words):
    tokenizer = words(additional_special_tokens=["<extra_id_0>", "<extra_id_1>"])
    rows = pairs(["a <extra_id_0> field"], ["<extra_id_0> snow <extra_id_1>"])
    (finding,) = examine(skipped_tokens_are_meaningful, tokenizer=tokenizer, train_pairs=rows)
    assert finding.severity is Severity.NOTE
