from workup.examine.checks.output.empty_outputs import empty_outputs as check
from workup.examine.finding import Severity


def test_answers_that_end_at_once_are_found(examined, answer):
    (finding,) = examined(check, [answer("", "yellow") for _ in range(4)])
    assert finding.severity is Severity.ERROR
    assert finding.evidence["ended by themselves"] == 4
    assert finding.remedy.change == {"tokens.mask_label_pads": True}


def test_answers_of_special_tokens_alone_are_a_matter_of_decoding(examined, answer, tokenizer):
    tokenizer.add_special_tokens({"additional_special_tokens": ["<none>"]})
    (finding,) = examined(check, [answer("<none>", "<none>") for _ in range(4)])
    assert finding.evidence["special tokens only"] == 4
    assert "special tokens" in finding.remedy.text


def test_nothing_is_right_where_nothing_is_expected(examined, answer):
    assert not examined(check, [answer("", "") for _ in range(4)])


def test_one_empty_answer_of_many_is_let_pass(examined, answer):
    assert not examined(check, [answer("", "red"), *(answer("red", "red") for _ in range(30))])


def test_pads_only_are_left_to_their_own_check(examined, answer):
    assert not examined(check, [answer("", "red", ids=[0] * 8, ends=False) for _ in range(4)])
