import csv
import json
import zipfile

import pytest

from workup.clinic.formats.ddxplus import read
from workup.data.rows import BadRow, Row
from workup.errors import DataError


def evidence(question, kind="B", antecedent=False, meanings=None, values=()):
    return {
        "question_fr": "",
        "question_en": question,
        "is_antecedent": antecedent,
        "data_type": kind,
        "value_meaning": {code: {"fr": "", "en": words} for code, words in (meanings or {}).items()},
        "possible-values": list(meanings or values),
    }


EVIDENCES = {
    "E_1": evidence("Do you have a dry mouth?"),
    "E_2": evidence("Do you keep bees?", antecedent=True),
    "E_3": evidence("Where is the itch located?", "M", meanings={"V_1": "thumb(R)", "V_2": "nape"}),
    "E_4": evidence("How strong is the itch?", "C", values=range(11)),
    "E_5": evidence("Have you moved house in the last year?", "C", True, {"V_3": "N", "V_4": "Peru"}),
    "E_6": evidence("What color is the tongue?", "C", meanings={"V_5": "NA", "V_6": "blue"}),
}
CONDITIONS = {
    "Mal A": {
        "condition_name": "Mal A",
        "cond-name-fr": "Mal A",
        "cond-name-eng": "Ailment A",
        "icd10-id": "q10.1",
        "severity": 2,
    },
    "Mal B": {
        "condition_name": "Mal B",
        "cond-name-fr": "Mal B",
        "cond-name-eng": "Ailment B",
        "icd10-id": "Q11",
        "severity": 5,
    },
}
PATIENT = {
    "AGE": "31",
    "DIFFERENTIAL_DIAGNOSIS": [["Mal B", 0.25], ["Mal A", 0.75]],
    "SEX": "F",
    "PATHOLOGY": "Mal A",
    "EVIDENCES": ["E_1", "E_2", "E_3_@_V_1", "E_3_@_V_2", "E_4_@_7", "E_5_@_V_3", "E_6_@_V_5"],
    "INITIAL_EVIDENCE": "E_1",
}
COMPLETE = (
    "31-year-old woman. History: keeps bees. Symptoms: dry mouth; location of the itch: right thumb, nape; "
    "how strong the itch is: 7/10. Absent: moved house in the last year."
)


def release(folder, *patients, name="release_train_patients.csv"):
    (folder / "release_evidences.json").write_text(json.dumps(EVIDENCES))
    (folder / "release_conditions.json").write_text(json.dumps(CONDITIONS))
    path = folder / name
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(PATIENT))
        writer.writeheader()
        writer.writerows({**PATIENT, **changes} for changes in patients)
    return path


def only(source):
    (row,) = read(str(source))
    assert isinstance(row, Row), row
    return row.values


def test_a_patient_reads_as_english(tmp_path):
    release(tmp_path, {})
    assert only(tmp_path)["text"] == COMPLETE


def test_every_column_of_a_patient(tmp_path):
    release(tmp_path, {})
    values = dict(only(tmp_path))
    values.pop("text")
    values.pop("partial")
    assert values == {
        "id": "train-2",
        "initial": "31-year-old woman. Symptoms: dry mouth.",
        "diagnosis": "Ailment A",
        "differential": ["Ailment A", "Ailment B"],
        "differential_with_probabilities": ["Ailment A 0.75", "Ailment B 0.25"],
        "icd10": "Q10.1",
        "severity": 2,
        "age": "31 years",
        "sex": "female",
        "split": "train",
    }


def pieces(text):
    return {piece.rpartition(": ")[2] for piece in text.removesuffix(".").replace(". ", "; ").split("; ")}


def test_half_of_the_evidences_is_the_patients_own_wherever_it_stands(tmp_path):
    codes = ["E_1", "E_2", "E_3_@_V_1", "E_4_@_7", "E_5_@_V_4"]
    release(tmp_path, {"EVIDENCES": codes}, {"AGE": "32"}, {"EVIDENCES": codes[::-1]})
    first, _, turned = (row.values for row in read(str(tmp_path)))
    assert pieces(first["initial"]) < pieces(first["partial"]) < pieces(first["text"])
    assert len(pieces(first["partial"])) == 4  # who, the initial evidence, and two of the other four
    assert pieces(turned["partial"]) == pieces(first["partial"])


def test_an_infant_is_under_one_year(tmp_path):
    release(tmp_path, {"AGE": "0", "SEX": "M"})
    assert only(tmp_path)["initial"].startswith("Boy under 1 year.")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("release_train_patients", "train"),
        ("release_validate_patients.csv", "validation"),
        ("release_test_patients.csv", "test"),
        ("some.csv", None),
    ],
)
def test_the_file_name_tells_the_split(tmp_path, name, split):
    assert only(release(tmp_path, {}, name=name))["split"] == split


def test_a_zip_is_read_like_the_file_in_it(tmp_path):
    plain = release(tmp_path, {})
    expected = only(tmp_path)
    with zipfile.ZipFile(tmp_path / "release_train_patients.zip", "w") as archive:
        archive.write(plain, "release_train_patients.csv")
        archive.writestr("__MACOSX/._release_train_patients.csv", "x")
    plain.unlink()
    assert only(tmp_path) == expected


def test_all_files_of_a_folder_are_read_and_an_unpacked_zip_only_once(tmp_path):
    plain = release(tmp_path, {}, name="release_train_patients")
    release(tmp_path, {}, name="release_test_patients.csv")
    with zipfile.ZipFile(tmp_path / "release_train_patients.zip", "w") as archive:
        archive.write(plain)
    assert [row.values["split"] for row in read(str(tmp_path))] == ["train", "test"]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"PATHOLOGY": "Mal AA"}, "PATHOLOGY", "did you mean 'Mal A'"),
        ({"PATHOLOGY": ""}, "PATHOLOGY", "name a condition"),
        ({"EVIDENCES": ["E_9"]}, "EVIDENCES", "'E_9' is not in release_evidences.json"),
        ({"EVIDENCES": ["E_3_@_V_9"]}, "EVIDENCES", "'E_3' has no value 'V_9'"),
        ({"EVIDENCES": ["E_1_@_V_1"]}, "EVIDENCES", "must be written E_1"),
        ({"EVIDENCES": ["E_3"]}, "EVIDENCES", "must be written E_3_@_VALUE"),
        ({"EVIDENCES": "['E_1'"}, "EVIDENCES", "must be a Python list"),
        ({"EVIDENCES": "{'E_1': 1}"}, "EVIDENCES", "must be a Python list"),
        ({"EVIDENCES": "[['E_1']]"}, "EVIDENCES", "must be a list of codes"),
        ({"EVIDENCES": "__import__('os')"}, "EVIDENCES", "must be a Python list"),
        ({"DIFFERENTIAL_DIAGNOSIS": "['Mal A']"}, "DIFFERENTIAL_DIAGNOSIS", "[name, probability] pairs"),
        ({"DIFFERENTIAL_DIAGNOSIS": "[['X', 1]]"}, "DIFFERENTIAL_DIAGNOSIS", "'X' is not in"),
        (
            {"EVIDENCES": ["E_1"], "INITIAL_EVIDENCE": "E_4"},
            "INITIAL_EVIDENCE",
            "not one of the row's EVIDENCES",
        ),
        ({"AGE": "-3"}, "AGE", "whole years from 0 to 120"),
        ({"AGE": "9" * 5000}, "AGE", "whole years from 0 to 120"),
        ({"SEX": "?"}, "SEX", "must be M or F"),
    ],
)
def test_a_faulty_patient_is_told_and_the_next_is_read(tmp_path, changes, field, reason):
    path = release(tmp_path, changes, {})
    bad, good = read(str(path))
    assert isinstance(bad, BadRow)
    assert (bad.place, bad.field) == (f"{path}:2", field)
    assert reason in bad.reason
    assert isinstance(good, Row)


def test_quotes_in_a_code_are_read_as_python_reads_them(tmp_path):
    release(tmp_path, {"DIFFERENTIAL_DIAGNOSIS": "[[\"Mal A\", 1.0], ('Mal B', 0)]"})
    assert only(tmp_path)["differential"] == ["Ailment A", "Ailment B"]


def test_a_line_with_too_few_cells_is_told(tmp_path):
    path = release(tmp_path, {})
    path.write_text(path.read_text() + "31,F\n")
    assert [type(record) for record in read(str(path))] == [Row, BadRow]


@pytest.mark.parametrize("missing", ["release_evidences.json", "release_conditions.json"])
def test_a_missing_companion_is_named(tmp_path, missing):
    release(tmp_path, {})
    (tmp_path / missing).unlink()
    with pytest.raises(DataError, match=missing):
        list(read(str(tmp_path)))


def test_a_companion_of_another_kind_is_told_with_its_field(tmp_path):
    release(tmp_path, {})
    (tmp_path / "release_evidences.json").write_text('{"E_1": {"question_en": "Do you cough?"}}')
    with pytest.raises(DataError, match=r"release_evidences.json: E_1.is_antecedent"):
        list(read(str(tmp_path)))


def test_faults_of_the_whole_are_errors(tmp_path):
    with pytest.raises(DataError, match="no file or folder"):
        list(read(str(tmp_path / "nowhere")))
    with pytest.raises(DataError, match="holds none of release_train_patients"):
        list(read(str(tmp_path)))
    path = release(tmp_path)
    path.write_text("AGE,SEX\n3,F\n")
    with pytest.raises(DataError, match=":1: no column DIFFERENTIAL_DIAGNOSIS"):
        list(read(str(path)))
    path.write_bytes(b"AGE,SEX\xe9\n")
    with pytest.raises(DataError, match="not UTF-8"):
        list(read(str(path)))
    path.rename(tmp_path / "release_train_patients.zip")
    with pytest.raises(DataError, match="not a zip file"):
        list(read(str(tmp_path)))
