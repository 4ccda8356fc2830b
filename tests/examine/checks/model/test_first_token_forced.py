from workup.examine.checks.model.first_token_forced import first_token_forced
from workup.examine.finding import Severity


def begun(rows):
    """Labels that begin with the start of a text, as BART's tokenizer makes them."""
    return [{**row, "labels": [2, *row["labels"]]} for row in rows]


def test_a_forced_token_that_no_target_begins_with_is_found(examine, bart, rows):
    bart.generation_config.forced_bos_token_id = 2
    (finding,) = examine(first_token_forced, model=bart, train_rows=rows)
    assert finding.severity is Severity.WARNING
    assert finding.summary == "generation is forced to begin with token 2; 0 of 2 targets begin with it"


def test_it_is_found_as_an_argument_of_generate(examine, bart, rows):
    assert examine(first_token_forced, model=bart, train_rows=rows, generation={"forced_bos_token_id": 2})


def test_a_forced_token_that_targets_begin_with_is_sound(examine, bart, rows):
    bart.generation_config.forced_bos_token_id = 2
    assert not examine(first_token_forced, model=bart, train_rows=begun(rows))


def test_a_first_token_that_is_learned_needs_no_force(examine, bart, t5, rows):
    assert not examine(first_token_forced, model=bart, train_rows=begun(rows))
    assert not examine(first_token_forced, model=t5, train_rows=rows)
