import json

import pytest


def test_sweep_says_what_the_winner_is_worth(workup, learned_run, tmp_path):
    over = ("--over", "generation.max_new_tokens=1,8", "--over", "generation.num_beams=1,4")
    done = workup("sweep", learned_run.folder, *over)
    assert done.status == 0
    assert "max_new_tokens 1, num_beams 4" in done.out
    assert "Keep the settings as they are" in done.out
    folder = tmp_path / "sweeps" / learned_run.folder.name
    kept = json.loads((folder / "sweep.json").read_text())
    assert len(kept["settings"]) == 5
    assert json.loads(workup("sweep", learned_run.folder, *over, "--json").out) == kept


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--over", "generation.num_beam=1,2"), "did you mean 'generation.num_beams'?"),
        (("--over", "training.epochs=1,2"), "a finished run can only answer in other ways"),
        (("--over", "generation.num_beams=1,2", "--seeds", 3), "--seeds is impossible"),
        (("--over", "generation.num_beams"), "expected PATH=VALUE,VALUE"),
    ],
)
def test_bad_input_is_one_clear_error(workup, learned_run, tmp_path, arguments, said):
    done = workup("sweep", learned_run.folder, *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert not (tmp_path / "sweeps").exists()
