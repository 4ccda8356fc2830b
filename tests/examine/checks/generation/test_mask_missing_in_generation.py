import pytest
import transformers
from transformers import DataCollatorForSeq2Seq

from workup.examine.checks.generation.mask_missing_in_generation import mask_missing_in_generation as check
from workup.examine.finding import Severity

PAIRS = [
    ("a lemon", "yellow"),
    ("a cherry", "red"),
    ("a snow field from the north of an old book about a garden in the market", "white"),
    ("the sky", "blue"),
]


class WithoutMask:
    """A collator that hands on ids and labels only, as one written by hand does."""

    def __init__(self, tokenizer, model):
        self.collate = DataCollatorForSeq2Seq(tokenizer, model=model)

    def __call__(self, rows):
        batch = self.collate(rows)
        return {name: batch[name] for name in ("input_ids", "labels")}


@pytest.fixture(scope="module")
def learned(tiny_bart, taught):
    """A BART that answers texts of unequal length."""
    return taught(tiny_bart, PAIRS, 60)


@pytest.fixture
def blind(learned):
    """The same, and its generation takes the end token for the pad: no mask can be inferred from pads."""
    config = learned.model.generation_config
    before, config.pad_token_id = config.pad_token_id, config.eos_token_id
    yield learned
    config.pad_token_id = before


def test_pads_that_no_mask_hides_change_answers(examined, blind):
    (finding,) = examined(check, blind, collator=WithoutMask(blind.tokenizer, blind.model))
    assert finding.severity is Severity.WARNING
    assert finding.evidence["answers changed"] > 0
    assert finding.evidence["rows tried"] == len(PAIRS)


def test_the_inputs_that_generate_was_given_count_before_those_of_the_collator(examined, blind):
    rows = blind.tokenizer([source for source, _ in PAIRS], padding=True)["input_ids"]
    (finding,) = examined(check, blind, unmasked_inputs=rows)
    assert finding.evidence["input tokens"] == sum(map(len, rows))
    without = WithoutMask(blind.tokenizer, blind.model)
    assert not examined(check, blind, unmasked_inputs=[], collator=without)


def test_where_only_scores_move_the_harm_is_none_and_who_trained_without_a_mask_knows(examined, blind):
    rows = [[*blind.tokenizer(PAIRS[0][0])["input_ids"], 0, 0]]
    (finding,) = examined(check, blind, unmasked_inputs=rows)
    assert finding.evidence["answers changed"] == 0
    assert finding.evidence["scores move by"] > 0.5
    assert finding.harm.startswith("none was measured")
    without = WithoutMask(blind.tokenizer, blind.model)
    assert not examined(check, blind, unmasked_inputs=rows, collator=without)


def test_with_the_mask_nothing_is_said(examined, blind):
    assert not examined(check, blind)


def test_only_transformers_4_infers_the_mask_from_pads_that_are_no_ends(examined, learned):
    found = examined(check, learned, collator=WithoutMask(learned.tokenizer, learned.model))
    assert bool(found) == (int(transformers.__version__.partition(".")[0]) >= 5)


def test_rows_of_one_length_need_no_mask(examined, blind):
    assert not examined(check, blind, unmasked_inputs=[[5, 6, 7, 1], [7, 6, 5, 1]])
