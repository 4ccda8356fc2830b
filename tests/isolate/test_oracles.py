import pytest

from workup.errors import DataError
from workup.isolate.differences import Pair, Side
from workup.isolate.oracles import by_ids, by_rules


def pair(good, **changes):
    bad = good
    for path, value in changes.items():
        bad = bad.change(path.replace("__", "."), value)
    return Pair(Side(good), Side(bad))


def skipped(found):
    return [one.difference.name for one in found]


def test_what_only_readers_see_is_skipped_with_its_reason(colour_recipe):
    found = by_rules(pair(colour_recipe, notice="A toy.", seed=3, training__threads=2), "top1")
    assert skipped(found) == ["training.threads", "seed", "notice"]
    assert found[0].reason == "it changes the rounding of sums and no more"


def test_looking_at_a_training_matters_only_where_it_can_stop_it(colour_recipe):
    assert skipped(by_rules(pair(colour_recipe, training__evaluate_every="never"), "top1"))
    stopping = colour_recipe.change("training.early_stopping", 2)
    assert not by_rules(pair(stopping, training__early_stopping=3), "top1")


def test_generation_cannot_change_a_loss(colour_recipe):
    changed = pair(colour_recipe, generation__num_beams=1)
    assert skipped(by_rules(changed, "loss")) == ["generation.num_beams"]
    assert not by_rules(changed, "top1")


def test_a_seed_of_rows_matters_where_rows_are_drawn(colour_recipe):
    assert not by_rules(pair(colour_recipe, data__seed=3), "top1")


def test_a_length_that_no_row_reaches_leaves_every_id_as_it_was(colour_recipe):
    changed = pair(colour_recipe, tokens__source_length=60, training__learning_rate=1.0)
    assert skipped(by_ids(changed, changed.differences)) == ["tokens.source_length"]


def test_a_length_that_cuts_rows_is_left_to_the_trials(colour_recipe):
    changed = pair(colour_recipe, tokens__source_length=8, prompt__prefix="")
    assert not by_ids(changed, changed.differences)


def test_a_copy_of_the_data_is_the_same_data(colour_recipe, colours, tmp_path):
    copy = tmp_path / "copy.csv"
    copy.write_text(colours.read_text())
    changed = pair(colour_recipe, data__source=str(copy))
    assert skipped(by_ids(changed, changed.differences)) == ["data.source"]
    copy.write_text(colours.read_text().replace("yellow", "golden"))
    assert not by_ids(changed, changed.differences)


def test_a_side_that_cannot_be_trained_is_named(colour_recipe):
    changed = pair(colour_recipe, data__source="nowhere.csv")
    with pytest.raises(DataError, match=r"the failing side cannot be trained: there is no file"):
        by_ids(changed, changed.differences)


def test_of_another_environment_the_ids_are_not_known(colour_recipe):
    changed = Pair(
        Side(colour_recipe, ("transformers==4.57.6",)), Side(colour_recipe.change("tokens.source_length", 60))
    )
    assert not by_ids(changed, changed.differences)
