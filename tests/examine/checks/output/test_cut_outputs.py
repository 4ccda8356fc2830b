from workup.examine.checks.output.cut_outputs import cut_outputs as check
from workup.examine.finding import Severity

LONG = [
    "yellow and green and blue",
    "red and white and black",
    "green and blue and red",
    "black and red and green",
]


def cut(tokenizer, answer, length, *, ends):
    """The first tokens of each text, as a limit leaves them."""
    ids = tokenizer(LONG, add_special_tokens=False)["input_ids"]
    return [answer("", text, ids=row[:length], ends=ends) for row, text in zip(ids, LONG, strict=True)]


def test_targets_that_the_tokenizer_cut_teach_the_model_to_end_there(examined, answer, tokenizer):
    rows = [
        {"input_ids": [5, 1], "labels": labels}
        for labels in tokenizer(text_target=LONG, truncation=True, max_length=4)["input_ids"]
    ]
    assert all(row["labels"][-1] == tokenizer.eos_token_id for row in rows)
    (finding,) = examined(check, cut(tokenizer, answer, 3, ends=True), train_rows=rows)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["with an end"] == finding.evidence["cut"] == 4
    assert finding.evidence["longest training label"] == 4
    assert finding.remedy.change["tokens.target_length"] > 4


def test_without_an_end_the_cap_of_generation_cut_them(examined, answer, tokenizer):
    (finding,) = examined(check, cut(tokenizer, answer, 3, ends=False))
    assert "without an end" in finding.summary
    assert set(finding.remedy.change) == {"generation.max_new_tokens"}


def test_early_ends_although_labels_are_longer_are_no_truncation(examined, answer, tokenizer):
    rows = [{"input_ids": [5, 1], "labels": [7] * 30 + [1]}]
    (finding,) = examined(check, cut(tokenizer, answer, 3, ends=True), train_rows=rows)
    assert finding.severity is Severity.WARNING
    assert not finding.remedy.change


def test_whole_answers_are_sound(examined, answer):
    assert not examined(check, [answer(text, text) for text in LONG])


def test_wrong_answers_are_not_cut(examined, answer):
    assert not examined(check, [answer("blue and red", text) for text in LONG])
