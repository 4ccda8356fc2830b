"""Terminal and page show the same results."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from workup.walkthrough.page import page
from workup.walkthrough.phases import PHASES
from workup.walkthrough.terminal import show_board, show_opening, show_result


@pytest.fixture
def results(live):
    return [live("renames"), live("text-columns")]


def printed(show, width=110):
    console = Console(file=io.StringIO(), width=width)
    show(console)
    return console.file.getvalue()


def flat(text):
    return " ".join(text.replace("│", " ").split())


def test_a_phase_is_shown_from_what_is_seen_to_what_is_learned(results):
    result = results[0]
    told = flat(printed(lambda console: show_result(result, console)))
    parts = (
        "1 of 1 runs of the script end in an error",
        "error SCR001",
        "workup check-script train.py --fix",
        "the examination finds nothing serious",
        result.phase.lesson,
        "✓ failure seen ✓ cause named (SCR001) ✓ cured",
    )
    places = [told.index(part) for part in parts]
    assert places == sorted(places)


def test_the_opening_tells_the_guides_story(results):
    phase = results[0].phase
    told = flat(printed(lambda console: show_opening(phase, 8, console)))
    assert f"8 {phase.title}" in told
    assert phase.guide in told


def test_what_is_not_named_is_said(results):
    unnamed = replace(results[0], lived=replace(results[0].lived, report=results[0].lived.again))
    told = flat(printed(lambda console: show_result(unnamed, console)))
    assert "The cause is not named. Found: nothing serious." in told
    assert "✗ not cause named" in told
    assert "**no**" in page([unnamed], "workup", "the base", {})
    assert "not so: renames" in flat(printed(lambda console: show_board([unnamed], console)))


def test_the_board_has_a_line_for_each_phase(results):
    told = printed(lambda console: show_board(results, console))
    assert "✓ SCR001 (environment)" in told
    assert "✓ CRA039 (batching)" in told
    assert "All 2 failures were produced, named and cured." in told


def test_nothing_is_wider_than_a_narrow_terminal(results):
    told = printed(lambda console: show_result(results[0], console), width=60)
    assert max(map(len, told.splitlines())) <= 60


def test_the_page_states_its_command_and_what_it_was_made_on(results):
    told = page(results, "workup walkthrough --page page.md", "a small one", {"transformers": "5.1"})
    assert "```console\nworkup walkthrough --page page.md\n```" in told
    assert "The base is a small one." in told
    assert "Libraries: transformers 5.1." in told


def test_the_page_has_every_phase_with_its_numbers_and_links(results):
    told = page(results, "workup", "a small one", {})
    for result in results:
        anchor = f"phase-{result.phase.name}"
        assert f"(#{anchor})" in told
        assert f"{{ #{anchor} }}" in told
    assert "[SCR001](checks/scripts.md)" in told
    assert "[CRA039](checks/crashes.md)" in told
    assert "10 of 10 batches cannot be made" in told


def test_a_bar_or_a_tag_in_an_answer_does_not_break_the_page(results):
    line = replace(results[0].lived.lines[0], before="a | b `c` <pad>")
    told = page(
        [replace(results[0], lived=replace(results[0].lived, lines=(line,)))], "workup", "a small one", {}
    )
    assert r"`a \| b 'c' <pad>`" in told


def test_the_page_of_the_documentation_has_every_phase():
    told = (Path(__file__).parents[2] / "docs" / "relived.md").read_text(encoding="utf-8")
    headings = [line for line in told.splitlines() if line.startswith("## ")]
    assert headings == [
        f"## {number}. {phase.title} {{ #phase-{phase.name} }}"
        for number, phase in enumerate(PHASES, start=1)
    ]
