from workup.pipeline import checkpoints


def test_the_newest_complete_checkpoint_counts_and_half_written_ones_are_removed(tmp_path):
    for step in (9, 10, 11):
        (tmp_path / f"checkpoint-{step}").mkdir()
    for step in (9, 10):
        checkpoints.mark_complete(tmp_path / f"checkpoint-{step}")
    assert checkpoints.latest(tmp_path) == tmp_path / "checkpoint-10"
    assert not (tmp_path / "checkpoint-11").exists()


def test_without_checkpoints_there_is_none(tmp_path):
    assert checkpoints.latest(tmp_path) is None
