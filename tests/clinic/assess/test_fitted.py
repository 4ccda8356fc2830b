from workup.clinic.assess.fitted import taught
from workup.run import Run


def test_a_run_was_taught_its_training_examples(clinic_run):
    assert taught(clinic_run) == clinic_run.examples.train


def test_a_run_that_went_on_from_another_was_taught_those_of_both(clinic_run, tmp_path):
    rows = (clinic_run.folder.parent / "cases.jsonl").read_text().splitlines()
    new = rows[0].replace(clinic_run.examples.train[0].content[:20], "Something new, and")
    (tmp_path / "more.jsonl").write_text("\n".join([new, *rows]))
    recipe = clinic_run.recipe.change("training.continue_from", str(clinic_run.folder))
    going_on = Run(tmp_path, recipe.change("data.source", str(tmp_path / "more.jsonl")))
    first, both = clinic_run.examples.train, taught(going_on)
    assert both[: len(first)] == first
    assert len(both) == len(first) + 1
