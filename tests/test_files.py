import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workup.errors import SaveError
from workup.files import disk_errors, whole_folder, write_json, write_text


def test_text_is_written_whole_and_nothing_else_is_left(tmp_path):
    write_text(tmp_path / "a.txt", "one")
    write_text(tmp_path / "a.txt", "two µ")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "two µ"
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_json_keeps_letters_readable(tmp_path):
    write_json(tmp_path / "a.json", {"unit": "µmol/L"})
    assert "µmol/L" in (tmp_path / "a.json").read_text(encoding="utf-8")


def test_a_folder_appears_only_when_its_block_ends_well(tmp_path):
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "model") as partial:
        (partial / "weights").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == [], "half a folder may not stay and fill the disk"
    with whole_folder(tmp_path / "model") as partial:
        (partial / "weights").write_text("all")
    assert (tmp_path / "model" / "weights").read_text() == "all"


def test_files_of_a_folder_can_be_read_by_another_account(tmp_path):
    with whole_folder(tmp_path / "model") as partial:
        (partial / "weights").touch(mode=0o600)
    mode = (tmp_path / "model" / "weights").stat().st_mode
    assert mode & stat.S_IROTH or os.umask(os.umask(0o22)) & stat.S_IROTH


@pytest.mark.parametrize(
    "full",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        Exception("Error while serializing: I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_one_clear_error_in_any_librarys_words(tmp_path, full):
    with pytest.raises(SaveError, match=r"disk is full.*--resume"), disk_errors(tmp_path):
        raise full


# Python ignores the signal of a file that grows beyond the limit, and gets EFBIG in the midst of the write.
FULL = """
import resource, sys
from pathlib import Path
from workup.errors import SaveError
from workup.files import whole_file, write_text

resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    if sys.argv[1] == "write_text":
        write_text(Path("report.html"), "new" * 10_000)
    else:
        with whole_file(Path("report.html")) as file:
            file.write("new" * 10_000)
except SaveError as error:
    print(error)
"""


@pytest.mark.parametrize("writer", ["write_text", "whole_file"])
def test_on_a_full_disk_what_was_there_stays_and_nothing_half_written_does(tmp_path, writer):
    (tmp_path / "report.html").write_text("old")
    command = [sys.executable, "-c", FULL, writer]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("the disk is full: report.html could not be written.")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "old"


def test_another_error_is_not_mistaken_for_a_full_disk(tmp_path):
    with pytest.raises(PermissionError), disk_errors(tmp_path):
        raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_really_full_device_is_recognised(tmp_path):
    with pytest.raises(SaveError), disk_errors(tmp_path), Path("/dev/full").open("w") as file:
        file.write("x")
        file.flush()
