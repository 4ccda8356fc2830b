"""What MLflow loads and answers. It runs where MLflow is installed: pip install 'workup[mlflow]'."""

import warnings

import pytest

from workup.registry import RegistryError
from workup.registry.pyfunc import ANSWERS, export_pyfunc

pytest.importorskip("mlflow", reason="needs workup[mlflow]")

HEART = "58 year old man, crushing chest pain into the left arm, sweating."


@pytest.fixture(scope="module")
def folder(real, tmp_path_factory):
    """The exported pyfunc of a trained version."""
    return export_pyfunc(real.version("general", 1), tmp_path_factory.mktemp("pyfunc") / "made")


@pytest.fixture(scope="module")
def loaded(folder):
    from mlflow.pyfunc import load_model

    with warnings.catch_warnings(action="ignore"):
        return load_model(str(folder))


@pytest.fixture
def answer(loaded):
    """Answers a list of texts as a table."""
    import pandas as pd

    def ask(texts):
        with warnings.catch_warnings(action="ignore"):
            return loaded.predict(pd.DataFrame({"text": texts}))

    return ask


def test_each_text_of_a_table_gets_the_diagnosers_own_answer(answer, diagnoser):
    found = answer([HEART])
    said = diagnoser.assess(HEART)
    assert tuple(found.columns) == ANSWERS
    (row,) = found.itertuples()
    assert row.diagnosis == (said.diagnosis.name if said.diagnosis else None)
    assert row.probability == pytest.approx(said.differential[0].probability, abs=1e-5)
    assert (row.abstained, row.why) == (said.abstained, said.why)
    assert "Signs of a heart attack" in row.red_flags
    assert row.notice == "A test, not a doctor."


def test_what_is_no_case_gets_no_diagnosis_and_its_neighbours_get_theirs(answer):
    found = answer(["", "hello", HEART])
    assert found.diagnosis.isna().tolist()[:2] == [True, True]
    assert found.abstained[0] == "unreadable"
    assert "it is empty" in found.why[0]
    assert found.red_flags[2]
    assert (found.notice == "A test, not a doctor.").all()


def test_nothing_in_it_is_pickled_and_its_code_can_be_read(folder):
    names = {path.name for path in folder.rglob("*")}
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".pt", ".bin"))]
    assert "set_model" in (folder / "pyfunc_code.py").read_text()


def test_it_says_which_version_it_is(real, folder):
    version = real.version("general", 1)
    text = (folder / "MLmodel").read_text()
    assert version.name in text
    assert version.checksum in text


def test_the_model_in_it_is_the_plain_export(real, folder):
    weights = real.version("general", 1).folder / "model" / "model.safetensors"
    assert (folder / "artifacts" / "model" / "model.safetensors").read_bytes() == weights.read_bytes()


def test_nothing_is_written_over(real, tmp_path):
    with pytest.raises(RegistryError, match="nothing is written over"):
        export_pyfunc(real.version("general", 1), tmp_path)


def test_a_damaged_version_is_not_exported(passing, tmp_path):
    (passing.folder / "model" / "model.safetensors").unlink()
    with pytest.raises(RegistryError, match="is missing"):
        export_pyfunc(passing, tmp_path / "made")
    assert not list(tmp_path.glob("made*"))
