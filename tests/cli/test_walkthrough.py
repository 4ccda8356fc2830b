import pytest


def test_the_phases_are_listed_and_nothing_is_made(workup, tmp_path):
    done = workup("walkthrough", "--list")
    assert done.status == 0
    lines = done.out.splitlines()
    assert len(lines) == 9
    assert lines[5].split() == ["6", "pad-loop", "The", "PAD", "loop"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wanted", "told"), [("pad-lop", "did you mean 'pad-loop'?"), ("12", "they are numbered 1 to 9")]
)
def test_an_unknown_phase_is_refused_with_the_nearest_one(workup, tmp_path, wanted, told):
    done = workup("walkthrough", wanted)
    assert (done.status, done.out) == (2, "")
    assert told in done.err
    assert list(tmp_path.iterdir()) == []


def test_one_phase_is_lived_and_written_to_a_page(workup, tiny_t5, tmp_path):
    done = workup("walkthrough", "renames", "--base", tiny_t5, "--page", "page.md")
    assert done.status == 0, done
    assert "✓ cause named (SCR001)" in done.out
    assert "All phases" not in done.out
    assert "What was trained is in runs/walkthrough-1" in done.out
    page = (tmp_path / "page.md").read_text()
    assert "## 8. Renamed parameters" in page
    assert f"workup walkthrough renames --base {tiny_t5} --page page.md" in page


def test_a_failure_that_is_not_seen_ends_with_status_1(workup, tiny_t5, monkeypatch):
    from dataclasses import replace

    from workup.walkthrough import phases
    from workup.walkthrough.phase import Change, Count

    renames = phases.PHASES[7]

    def unseen(lab):
        lived = renames.live(lab)
        return replace(lived, failure=Change("runs end in an error", Count(0, 1), Count(0, 1)))

    table = (*phases.PHASES[:7], replace(renames, live=unseen), phases.PHASES[8])
    monkeypatch.setattr(phases, "PHASES", table)
    done = workup("walkthrough", "8", "--base", tiny_t5)
    assert done.status == 1
    assert "✗ not failure seen" in done.out


def test_a_page_that_cannot_be_written_is_refused_before_the_work(workup, tmp_path):
    done = workup("walkthrough", "--page", "nowhere/page.md")
    assert (done.status, done.out) == (2, "")
    assert "nowhere is no folder that can be written to" in done.err


def test_a_base_that_is_not_there_is_refused(workup):
    done = workup("walkthrough", "renames", "--base", "./nothing")
    assert done.status == 2
    assert "there is no folder ./nothing" in done.err
    assert "Traceback" not in done.err
