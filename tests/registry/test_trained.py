import json

import pytest

from workup.errors import RegistryError
from workup.registry.fingerprints import fingerprint
from workup.registry.trained import TRAINED, load, trained_rows
from workup.run import Run


def test_a_published_run_tells_its_training_rows_in_each_form_and_no_others(real, clinic_run):
    found = real.version("general", 1).trained
    for example in clinic_run.examples.train:
        for column in ("text", "findings", "whole"):
            assert found[fingerprint(example.metadata[column])] == example.id
    others = {fingerprint(example.metadata["text"]) for example in clinic_run.examples.validation}
    assert not others & found.keys()


def test_no_text_is_kept(real, clinic_run):
    kept = (real.version("general", 1).folder / TRAINED).read_text()
    assert not any(example.metadata["text"][:20] in kept for example in clinic_run.examples.train)


def test_a_run_that_went_on_from_another_has_learned_the_rows_of_both(clinic_run, tmp_path):
    case = {"text": "a case of its own", "findings": "a case of its own", "diagnosis": "Gout", "aliases": []}
    rows = [{**case, "id": use, "use": use} for use in ("train", "validation")]
    (tmp_path / "new.jsonl").write_text("\n".join(map(json.dumps, rows)))
    recipe = clinic_run.recipe.change("data.source", str(tmp_path / "new.jsonl"))
    went_on = Run(tmp_path, recipe.change("training.continue_from", str(clinic_run.folder)))
    assert trained_rows(went_on) == {**trained_rows(clinic_run), fingerprint(case["text"]): "train"}


def test_a_version_from_before_this_was_kept_does_not_say(tmp_path):
    assert load(tmp_path) is None


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_file_is_named(tmp_path, text):
    (tmp_path / TRAINED).write_text(text)
    with pytest.raises(RegistryError, match=r"trained.json cannot be read .* from a backup"):
        load(tmp_path)
