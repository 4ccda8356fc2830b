import io
import json
from xml.etree import ElementTree

import pytest

from workup.isolate.isolating import isolate
from workup.isolate.measuring import Tried
from workup.isolate.plot import draw
from workup.isolate.report import write
from workup.isolate.scripts import Command, ScriptPair
from workup.isolate.setting import Setting
from workup.isolate.terminal import board
from workup.isolate.words import cost, label

NAMES = ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ("", "working"),
        ("abcd", "failing"),
        ("b", "working, with b changed"),
        ("ab", "working, with a, b changed"),
        ("abd", "failing, without c"),
    ],
)
def test_a_setting_is_named_by_what_differs_from_the_nearer_end(changed, words):
    assert label(frozenset(changed), NAMES) == words


def test_where_much_differs_from_both_ends_it_is_counted():
    assert label(frozenset("abcd"), "abcdefgh") == "4 of 8 changed"


def tried(changed, seed, value, **more) -> Tried:
    return Tried(Setting(frozenset(changed), seed), 1.0, "done", value=value, **more)


def test_the_plot_has_a_dot_for_every_value_and_a_cross_for_every_failure():
    trials = [tried("", 0, 0.9), tried("", 1, 0.8), tried("abcd", 0, 0.1)]
    trials.append(Tried(Setting(frozenset("a"), 0), 1.0, "failed", error="it <crashed>"))
    svg = ElementTree.fromstring(draw(trials, NAMES, "top1"))
    assert len([one for one in svg.iter() if one.tag.endswith("circle")]) == 3
    assert len([one for one in svg.iter() if one.get("class") == "failed"]) == 1


def test_equal_values_can_be_drawn():
    assert "<circle" in draw([tried("", 0, 0.5), tried("a", 0, 0.5)], NAMES, "top1")


def test_the_live_table_says_how_far_every_trial_is():
    from rich.console import Console

    setting = Setting(frozenset("a"), 3)
    rows = [
        tried("", 0, 0.9, seconds=12.0),
        Tried(setting, 0.1, "running", step=3, steps=9),
        Tried(setting, 1.0),
    ]
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(board(rows, "top1"))
    said = console.export_text()
    assert "1 of 3 trials asked for so far are done" in said
    assert "0.900" in said
    assert "step 3/9" in said


def test_the_report_is_whole_and_its_json_is_plain(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.py").write_text("import sys; print('score:', 1 - ('--bad' in sys.argv))")
    pair = ScriptPair(Command.parse("s.py --x <1>"), Command.parse("s.py --x 2 --bad"), "score")
    result = isolate(pair, tmp_path / "out", metric="score")
    written = write(result, tmp_path / "out")
    assert sorted(path.name for path in written) == ["isolation.html", "isolation.json", "trials.svg"]
    report = json.loads((tmp_path / "out" / "isolation.json").read_text())
    assert [one["name"] for one in report["culprits"]] == ["arguments.--bad"]
    assert len(report["trials"]) == len(result.tried)
    assert "NaN" not in (tmp_path / "out" / "isolation.json").read_text()
    page = (tmp_path / "out" / "isolation.html").read_text()
    assert "&lt;1&gt;" in page
    assert cost(result).startswith(f"{len(result.tried)} trials, ")
