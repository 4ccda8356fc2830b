import json

import pytest

from clinic_task import make_clinic_recipe
from workup.compare.budget import budget
from workup.data.rows import Row
from workup.learning.retraining.rows import divided
from workup.learning.retraining.ways import Lesson, Start, write_ways


def rows(name, count):
    return [
        Row({"id": f"{name}-{n}", "findings": f"{name} {n}", "diagnosis": "Gout", "aliases": []}, name)
        for n in range(count)
    ]


@pytest.fixture
def lesson(tmp_path):
    recipe = make_clinic_recipe(tmp_path / "cases.jsonl").change("training.batch_size", 4)
    return Lesson(recipe, rows("old", 37), rows("new", 9), rows("validation", 5))


@pytest.fixture
def start(tmp_path):
    return Start(tmp_path / "registry" / "general@1", 21)


def ids(recipe):
    return [row.values["id"] for row in divided(recipe).train]


def test_each_way_reads_its_own_rows(lesson, start, tmp_path):
    ways = write_ways(lesson, start, tmp_path)
    old, new = ([f"{name}-{n}" for n in range(count)] for name, count in (("old", 37), ("new", 9)))
    assert ids(ways["fresh"]) == old + new
    assert ids(ways["continue"]) == new
    replayed = set(ids(ways["replay"])) - set(new)
    assert len(replayed) == 9
    assert replayed < set(old)


def test_all_are_tested_on_the_same_rows(lesson, start, tmp_path):
    for recipe in write_ways(lesson, start, tmp_path).values():
        assert [row.values["id"] for row in divided(recipe).validation] == [
            f"validation-{n}" for n in range(5)
        ]


@pytest.mark.parametrize(("new", "before"), [(1, 1), (3, 100), (9, 21), (40, 7), (64, 333)])
def test_all_have_taken_equally_many_steps_since_the_base(lesson, tmp_path, new, before):
    lesson = Lesson(lesson.recipe, lesson.old, rows("new", new), lesson.validation)
    ways = write_ways(lesson, Start(tmp_path, before), tmp_path)
    steps = {way: budget(recipe).steps for way, recipe in ways.items()}
    assert steps == {"fresh": before + lesson.steps, "continue": lesson.steps, "replay": lesson.steps}


def test_two_go_on_from_the_serving_weights_and_one_from_the_base(lesson, start, tmp_path):
    ways = write_ways(lesson, start, tmp_path)
    assert ways["fresh"].training.continue_from is None
    assert {ways[way].training.continue_from for way in ("continue", "replay")} == {str(start.folder)}


def test_written_again_the_rows_are_the_same_whatever_stood_there(lesson, start, tmp_path):
    write_ways(lesson, start, tmp_path)
    before = (tmp_path / "replay.jsonl").read_text()
    (tmp_path / "replay.jsonl").write_text(json.dumps({"id": "forged"}))
    write_ways(lesson, start, tmp_path)
    assert (tmp_path / "replay.jsonl").read_text() == before


def test_fewer_old_rows_than_new_ones_are_all_replayed(lesson):
    assert len(Lesson(lesson.recipe, rows("old", 3), rows("new", 9), []).replayed) == 3
