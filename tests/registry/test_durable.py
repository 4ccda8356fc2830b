import os

import pytest

from workup.registry.durable import PARTIAL, make_folder, partial_file, partial_folder, write_once


def mode(path):
    return path.stat().st_mode & 0o777


@pytest.fixture
def closed_umask():
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_name_that_is_taken_keeps_its_file(tmp_path):
    write_once(tmp_path / "a.json", "first")
    with pytest.raises(FileExistsError):
        write_once(tmp_path / "a.json", "second")
    assert (tmp_path / "a.json").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_other_accounts_can_read_what_is_made_whatever_the_umask(tmp_path, closed_umask):
    folder = make_folder(tmp_path / "a" / "b")
    write_once(folder / "c.json", "{}")
    assert (mode(folder.parent), mode(folder), mode(folder / "c.json")) == (0o755, 0o755, 0o644)


def test_what_was_not_renamed_is_gone_afterwards(tmp_path):
    with (
        pytest.raises(ValueError, match="stopped"),
        partial_file(tmp_path),
        partial_folder(tmp_path) as folder,
    ):
        assert folder.name.startswith(PARTIAL)
        raise ValueError("stopped")
    assert list(tmp_path.iterdir()) == []


def test_what_was_renamed_stays(tmp_path):
    with partial_folder(tmp_path) as folder:
        folder.rename(tmp_path / "kept")
    assert (tmp_path / "kept").is_dir()
