from workup.trials import Outcome, Trial
from workup.trials.trial import fingerprint


def test_a_trial_survives_the_way_through_json(colour_recipe, tmp_path):
    trial = Trial(colour_recipe, ("transformers==4.57.6",), "test.csv", tmp_path, answered=False, repeat=1)
    assert Trial.from_json(trial.to_json()) == trial


def test_an_outcome_survives_the_way_through_json():
    outcome = Outcome({"top1": 0.5}, ("a", "b"), ("red", "blue"), (1, None), 2.5, None, False, {"torch": "2"})
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_names_are_no_part_of_what_a_trial_is_known_by(colour_recipe):
    trial = Trial(colour_recipe)
    assert trial.key == Trial(colour_recipe.change("notice", "Other words.")).key
    assert trial.key != Trial(colour_recipe.change("seed", 1)).key
    assert trial.key != Trial(colour_recipe, repeat=1).key
    assert trial.key != Trial(colour_recipe, ("transformers==4.57.6",)).key


def test_a_row_that_changes_makes_it_another_trial(colour_recipe, colours):
    before = Trial(colour_recipe).key
    colours.write_text(colours.read_text().replace("yellow", "golden"))
    assert Trial(colour_recipe).key != before


def test_a_file_that_changes_in_a_folder_changes_its_fingerprint(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "weights").write_text("1")
    before = fingerprint(tmp_path)
    (tmp_path / "inner" / "weights").write_text("12")
    assert fingerprint(tmp_path) != before
    assert fingerprint(tmp_path / "nothing here") is None
