import pytest

from workup.errors import RunError, SaveError
from workup.walkthrough.lab import PREFIX, Lab, losses
from workup.walkthrough.padding import padded


def test_a_run_is_trained_once_and_found_again_by_another_lab(lab, live):
    live("few-steps")
    steps = []
    again = Lab(
        lab.base,
        lab.folder,
        epochs=lab.epochs,
        brief=lab.brief,
        learning_rate=lab.learning_rate,
        watch=steps.append,
    )
    assert again.run("few-steps", again.too_brief).folder == lab.folder / "few-steps"
    assert steps == []


def test_a_run_of_another_recipe_is_not_taken_for_it(lab, live):
    live("few-steps")
    other = Lab(lab.base, lab.folder, epochs=lab.epochs, brief=lab.brief, learning_rate=1e-4)
    with pytest.raises(RunError, match="nothing is written over"):
        other.run("few-steps", other.too_brief)


def test_every_recipe_differs_from_the_sound_one_by_little(lab):
    assert {one.path for one in lab.sound.diff(lab.too_brief)} == {"training.epochs"}
    assert {one.path for one in lab.sound.diff(padded(lab, 8))} == {
        "training.epochs",
        "training.batch_size",
        "tokens.target_length",
        "tokens.padding",
        "tokens.mask_label_pads",
    }


def test_answers_stand_beside_what_was_expected(lab, live):
    live("few-steps")
    said = lab.answers(lab.sound_run)
    assert [row.source for row in said] == [PREFIX + note.note for note in lab.test]
    assert [row.expected for row in said] == [note.job for note in lab.test]


def test_the_losses_of_a_run_are_those_of_its_log(lab, live):
    live("few-steps")
    course = losses(lab.sound_run)
    assert course[-1] < course[0]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SaveError, match="cannot be made"):
        Lab("builtin", tmp_path / "file" / "runs")
