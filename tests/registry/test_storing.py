import errno
from concurrent.futures import ThreadPoolExecutor

import pytest

from registry_versions import evidence, material, put
from workup.errors import SaveError
from workup.registry.blobs import Blobs
from workup.registry.storing import store


def test_equal_files_of_two_versions_are_one_file(registry):
    first, second = put(registry, evidence()), put(registry, evidence())
    for name in ("model/model.safetensors", "recipe.yaml", "results.json"):
        assert (first.folder / name).samefile(second.folder / name)
    assert not (first.folder / "README.md").samefile(second.folder / "README.md")


def test_everything_of_a_version_can_be_read_by_another_account(passing):
    for path in (passing.folder, *passing.folder.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_a_full_disk_leaves_no_version_and_says_so(registry, monkeypatch):
    def full(self, file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Blobs, "put", full)
    with pytest.raises(SaveError, match="the disk is full"):
        put(registry, evidence())
    assert list(registry.versions_folder.iterdir()) == []


def test_publishes_at_the_same_time_get_numbers_of_their_own(registry):
    made = material(registry, evidence(), "general", b"weights")
    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda _: store(registry, made).name, range(8)))
    assert sorted(names) == [f"general@{number}" for number in range(1, 9)]
    for version in registry.versions("general"):
        assert version.damage() == []
        assert version.manifest.number == version.number
