import json

from workup.compare import plan_sweep, side, sweep
from workup.compare.report import comparison_json, save_comparison, save_sweep
from workup.recipe import Recipe


def test_a_comparison_is_kept_with_every_case(compared, tmp_path):
    made = compared([[1, 0, 0, 1]] * 2, [[1, 1, 0, 0]] * 2)
    save_comparison(made, tmp_path)
    kept = json.loads((tmp_path / "comparison.json").read_text())
    assert kept == comparison_json(made)
    assert kept["effect"]["difference"] == 0.0
    assert kept["cases"][1] == {"id": "case-1", "a": 0, "b": 2}
    assert [one["only_b"] for one in kept["seeds"]] == [1, 1]
    assert (tmp_path / "comparison.svg").read_text().startswith("<svg")


def test_the_recommended_settings_of_a_sweep_are_kept_as_a_recipe(learned_run, tmp_path):
    made = sweep(plan_sweep(side(learned_run.folder), ["generation.max_new_tokens=1,8"]), tmp_path)
    save_sweep(made, tmp_path)
    kept = json.loads((tmp_path / "sweep.json").read_text())
    assert [one["setting"]["generation.max_new_tokens"] for one in kept["settings"]] == [64, 1, 8]
    assert Recipe.load(tmp_path / "recommended.yaml") == made.recommended.recipe
    assert (tmp_path / "sweep.svg").exists()
