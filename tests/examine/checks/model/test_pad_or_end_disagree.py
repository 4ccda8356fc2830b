from workup.examine.checks.model.pad_or_end_disagree import pad_or_end_disagree
from workup.examine.finding import Severity


def test_an_end_that_generation_does_not_know_is_found(examine, t5, tokenizer):
    tokenizer.eos_token = "<s>"
    (finding,) = examine(pad_or_end_disagree, model=t5, tokenizer=tokenizer)
    assert finding.severity is Severity.ERROR
    assert finding.summary == "the tokenizer ends a text with token 2, generation stops at 1"


def test_generation_that_is_never_told_to_stop_is_found(examine, t5, tokenizer):
    t5.generation_config.eos_token_id = None
    (finding,) = examine(pad_or_end_disagree, model=t5, tokenizer=tokenizer)
    assert "not told to stop" in finding.summary


def test_another_pad_is_a_warning(examine, t5, tokenizer):
    tokenizer.pad_token = "<s>"
    (finding,) = examine(pad_or_end_disagree, model=t5, tokenizer=tokenizer)
    assert finding.severity is Severity.WARNING
    assert (
        finding.summary
        == "the pad is token 2 in the tokenizer, 0 in the config and 0 in the generation config"
    )


def test_parts_that_agree_are_sound(examine, t5, bart, tokenizer):
    assert not examine(pad_or_end_disagree, model=t5, tokenizer=tokenizer)
    assert not examine(pad_or_end_disagree, model=bart, tokenizer=tokenizer)


def test_one_of_several_ends_is_enough(examine, t5, tokenizer):
    t5.generation_config.eos_token_id = [1, 7]
    assert not examine(pad_or_end_disagree, model=t5, tokenizer=tokenizer)
    t5.generation_config.eos_token_id = 7
    assert not examine(pad_or_end_disagree, model=t5, tokenizer=tokenizer, generation={"eos_token_id": 1})
