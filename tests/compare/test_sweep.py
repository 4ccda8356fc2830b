import pytest

from workup.compare import plan_sweep, side, sweep
from workup.errors import RecipeError


def test_a_run_answers_under_every_setting(learned_run, tmp_path):
    found = sweep(plan_sweep(side(learned_run.folder), ["generation.min_new_tokens=8,1"]), tmp_path)
    assert [dict(one.setting)["generation.min_new_tokens"] for one in found.tried] == [0, 8, 1]
    own, drawn_out, same = found.tried
    assert own.effect is None
    assert drawn_out.top1 < own.top1 == same.top1
    assert drawn_out.effect.difference == pytest.approx(drawn_out.top1 - own.top1)
    assert drawn_out.p >= drawn_out.effect.p
    assert found.winner is own


def test_settings_that_are_trained_are_told_from_those_that_only_answer(saved, tmp_path):
    over = ["training.learning_rate=1e-3", "generation.num_beams=1,4"]
    plan = plan_sweep(saved("a", training__epochs=1.0), over)
    assert "its luck cannot be told" in plan.notes[0]
    found = sweep(plan, tmp_path / "out")
    assert len(found.tried) == 3
    assert len(list((tmp_path / "out" / "models").iterdir())) == 2


def test_a_finished_run_is_not_trained_in_other_ways(learned_run):
    with pytest.raises(RecipeError, match=r"sweep its recipe: .*recipe\.yaml"):
        plan_sweep(side(learned_run.folder), ["training.epochs=1,2"])


def test_settings_that_change_the_tested_rows_need_common_ones(saved):
    with pytest.raises(RecipeError, match="--data FILE"):
        plan_sweep(saved("a"), ["data.validation_fraction=0.5"])
