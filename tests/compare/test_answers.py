import pytest

from workup.compare.answers import answers
from workup.errors import Interrupted


def test_each_setting_answers_by_itself_and_is_remembered(learned_run, tmp_path):
    recipes = [learned_run.recipe, learned_run.recipe.change("generation.min_new_tokens", 8)]
    own, drawn_out = answers(learned_run.folder, recipes, tmp_path)
    assert own.metrics["top1"] == sum(rank == 1 for rank in own.ranks) / len(own.ranks) > 0
    assert drawn_out.metrics["top1"] < own.metrics["top1"]
    assert own.ids == tuple(e.id for e in learned_run.examples.validation)
    told = []
    again = answers(learned_run.folder, recipes, tmp_path, None, lambda *share: told.append(share))
    assert again == [own, drawn_out]
    assert told == [(0, 1.0), (1, 1.0)]


def test_a_stop_keeps_what_is_answered(learned_run, tmp_path, monkeypatch):
    recipes = [learned_run.recipe.change("generation.num_beams", beams) for beams in (1, 2)]

    def stop(position, share):
        if position == 1:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="the same command"):
        answers(learned_run.folder, recipes, tmp_path, None, stop)
    told = []
    answers(learned_run.folder, recipes, tmp_path, None, lambda *share: told.append(share))
    assert told[0] == (0, 1.0)
    assert len([share for position, share in told if position == 1]) > 1
