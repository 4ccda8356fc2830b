import json
from pathlib import Path

import pytest

from workup.examine.script.notebook import with_sources
from workup.examine.script.source import ScriptError, parse_script, read_script, sources_of


def notebook(*cells, indent=1, listed=True):
    """The text of a notebook of code cells; a text that begins with "#md" becomes a markdown cell."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "markdown" if cell.startswith("#md") else "code",
                    "metadata": {},
                    "outputs": [],
                    "source": cell.splitlines(keepends=True) if listed else cell,
                }
                for cell in cells
            ],
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
        },
        indent=indent,
    )


def test_places_in_a_file_are_lines(tmp_path):
    path = tmp_path / "train.py"
    path.write_text("a = 1\nb = 2\n")
    assert read_script(path).place(2) == f"{path}:2"


def test_places_in_a_notebook_are_cells_and_lines_and_cells_are_counted_with_markdown():
    script = parse_script(Path("nb.ipynb"), notebook("a = 1", "#md", "b = 2\nc = 3"))
    lines = script.text.split("\n")
    assert script.place(lines.index("a = 1") + 1) == "nb.ipynb:cell 1:line 1"
    assert script.place(lines.index("c = 3") + 1) == "nb.ipynb:cell 3:line 2"


def test_magics_and_shell_lines_are_blanked_and_come_back():
    cells = [
        "%matplotlib inline\nimport os\nif os.name:\n    !pip install \\\n        torch\n",
        "%%bash\nls | wc\n",
        "%%time\nx = 5\nx?",
        "files = !ls",
        "y = (7\n     % 3)",
    ]
    script = parse_script(Path("nb.ipynb"), notebook(*cells))
    assert [type(node).__name__ for node in script.tree.body] == [
        *("Pass", "Import", "If"),
        *("Pass", "Assign", "Pass"),
        *("Pass", "Assign"),
    ]
    assert list(sources_of(script, script.text).values()) == cells


def test_a_change_that_moves_the_border_of_a_cell_is_refused():
    script = parse_script(Path("nb.ipynb"), notebook("a = 1", "b = 2"))
    broken = script.text.replace(script.text.split("\n")[2] + "\n", "")
    with pytest.raises(ScriptError, match="border of a cell"):
        sources_of(script, broken)


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("listed", [True, False])
def test_new_text_of_a_cell_leaves_every_other_byte_of_the_notebook(indent, listed):
    made = {"indent": indent, "listed": listed}
    before = notebook("a = 1\nb = 2", "#md ünï", 'c = "tab\t"', "", **made)
    after = notebook("a = 1\nb = 2", "#md ünï", 'c = "é"\nd = 4\n', "", **made)
    assert with_sources(before, {3: 'c = "é"\nd = 4\n'}) == after


def test_text_of_a_notebook_that_is_not_ascii_stays_readable():
    before = notebook("a = 1").replace("a = 1", "a = 'é'")
    assert "a = 'ü'" in with_sources(before, {1: "a = 'ü'"})


def test_allowing_comments_are_read_with_their_places():
    script = parse_script(Path("train.py"), "a = 1\nb = 2  # workup: allow pads-in-labels, SCR001\n")
    assert script.allowed() == {("train.py:2", "pads-in-labels"), ("train.py:2", "scr001")}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("train.py", b"x = = 1\n", r"train\.py:1: this is not Python .*: x = = 1"),
        ("train.py", b"x = 1\0", "not Python .*null bytes"),
        ("train.py", b"x = '\xe9'\n", "not text in UTF-8"),
        ("nb.ipynb", b"x = 1", "it is not JSON"),
        ("nb.ipynb", b"[]", "no list of cells"),
        ("nb.ipynb", notebook("").encode(), "no code cell with code in it"),
        ("nb.ipynb", notebook("#md").encode(), "no code cell with code in it"),
        ("nb.ipynb", notebook("a = 1", "if a:").encode(), r"nb\.ipynb:cell 2:line \d: this is not Python"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_message(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ScriptError, match=told):
        read_script(tmp_path / name)


def test_a_missing_file_gets_the_nearest_name(tmp_path):
    (tmp_path / "training.py").write_text("")
    with pytest.raises(ScriptError, match=r"there is no file .*trainig\.py; did you mean 'training\.py'"):
        read_script(tmp_path / "trainig.py")


def test_a_folder_names_the_scripts_in_it(tmp_path):
    (tmp_path / "train.py").write_text("")
    with pytest.raises(ScriptError, match=r"is a folder; name a script of it \(it holds train\.py\)"):
        read_script(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    (tmp_path / "train.py").write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_script(tmp_path / "train.py").text == "a = 1\n"
