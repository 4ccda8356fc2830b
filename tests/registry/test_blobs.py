import shutil

import pytest

from workup.files import sha256
from workup.registry import RegistryError
from workup.registry.blobs import Blobs
from workup.registry.durable import make_folder


@pytest.fixture
def blobs(tmp_path):
    return Blobs(make_folder(tmp_path / "blobs"))


def test_equal_files_are_kept_once_under_their_checksum(blobs, tmp_path):
    (tmp_path / "a").write_text("same")
    (tmp_path / "b").write_text("same")
    checksum = blobs.put(tmp_path / "a")
    assert checksum == sha256(tmp_path / "a") == blobs.put(tmp_path / "b")
    assert list(blobs.kept()) == [blobs.path(checksum)]


def test_what_is_kept_does_not_follow_changes_to_the_file_it_came_from(blobs, tmp_path):
    (tmp_path / "a").write_text("before")
    checksum = blobs.put(tmp_path / "a")
    (tmp_path / "a").write_text("after")
    assert blobs.path(checksum).read_text() == "before"


def test_a_file_that_only_its_owner_could_read_is_kept_readable(blobs, tmp_path):
    (tmp_path / "a").write_text("weights")
    (tmp_path / "a").chmod(0o600)
    assert blobs.path(blobs.put(tmp_path / "a")).stat().st_mode & 0o777 == 0o644


def test_a_kept_file_that_was_damaged_is_replaced_by_the_good_one(blobs, tmp_path):
    (tmp_path / "a").write_text("good")
    checksum = blobs.put(tmp_path / "a")
    blobs.path(checksum).write_text("baad")
    assert blobs.put(tmp_path / "a") == checksum
    assert blobs.path(checksum).read_text() == "good"


def test_what_another_process_has_kept_meanwhile_stays_where_it_may_be_linked_to(
    blobs, tmp_path, monkeypatch
):
    (tmp_path / "a").write_text("same")
    copy, inode = shutil.copyfile, []

    def overtaken(source, target):
        monkeypatch.setattr(shutil, "copyfile", copy)
        inode.append(blobs.path(Blobs(blobs.folder).put(tmp_path / "a")).stat().st_ino)
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", overtaken)
    assert blobs.path(blobs.put(tmp_path / "a")).stat().st_ino == inode[0]


def test_a_link_is_the_kept_file_itself(blobs, tmp_path):
    (tmp_path / "a").write_text("weights")
    checksum = blobs.put(tmp_path / "a")
    blobs.link(checksum, tmp_path / "version" / "model" / "a")
    assert (tmp_path / "version" / "model" / "a").samefile(blobs.path(checksum))


def test_a_file_that_is_taken_becomes_a_link(blobs, tmp_path):
    (tmp_path / "a").write_text("card")
    checksum = blobs.take(tmp_path / "a")
    assert (tmp_path / "a").samefile(blobs.path(checksum))


def test_a_file_that_is_written_to_meanwhile_is_refused(blobs, tmp_path, monkeypatch):
    copy = shutil.copyfile

    def changed(source, target):
        source.write_text("after")
        copy(source, target)

    (tmp_path / "a").write_text("before")
    monkeypatch.setattr(shutil, "copyfile", changed)
    with pytest.raises(RegistryError, match="changed while it was read"):
        blobs.put(tmp_path / "a")
    assert list(blobs.kept()) == []
