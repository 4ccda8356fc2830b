import pytest

from workup.compare.sides import (
    cases_of,
    common_cases,
    differences,
    only_generation,
    require_difference,
    side,
)
from workup.errors import DataError, RecipeError, RunError


def test_a_folder_is_a_run_and_a_file_a_recipe(learned_run, saved):
    assert side(learned_run.folder).run is not None
    assert saved("a").run is None


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(RunError, match="not a run"):
        side(tmp_path)


def test_both_sides_have_the_same_cases(saved):
    a, b = saved("a"), saved("b", training__epochs=2.0)
    cases = common_cases(a, b, None)
    assert len(cases.ids) == cases.independent == 6
    assert cases.groups is None


def test_other_held_out_rows_are_refused_with_the_way_out(saved):
    with pytest.raises(DataError, match=r"6 and 12, \d+ of them in both.*--data FILE"):
        common_cases(saved("a"), saved("b", data__validation_fraction=0.5), None)


def test_other_right_answers_are_refused(saved):
    with pytest.raises(DataError, match="solve different tasks"):
        common_cases(saved("a"), saved("b", target__template="{text}"), None)


def test_rows_of_a_common_file_serve_both(saved, tmp_path):
    file = tmp_path / "test.csv"
    file.write_text("id,text,colour\n1,a lemon,yellow\n2,a cherry,red\n")
    cases = common_cases(saved("a"), saved("b", data__seed=3), str(file))
    assert cases.ids == ("1", "2")


def test_rows_of_one_group_count_once(saved):
    a = saved("a", data__group="colour")
    cases = cases_of(a.recipe, a.test(None))
    assert cases.independent == len(set(cases.groups)) < len(cases.ids)


def test_the_seed_is_no_difference(saved):
    with pytest.raises(RecipeError, match="describe the same fine-tune"):
        require_difference(saved("a"), saved("b", seed=3, notice="other words"))


def test_generation_alone_is_told_from_what_is_trained(saved):
    a = saved("a")
    answers, trains = saved("b", generation__num_beams=1), saved("c", training__epochs=2.0)
    assert only_generation(differences(a.recipe, answers.recipe))
    assert not only_generation(differences(a.recipe, trains.recipe))
