from workup.clinic.book import FILES
from workup.clinic.cases import read as read_book
from workup.clinic.cases import rows
from workup.data.rows import separate
from workup.data.sources import read

COLUMNS = {
    "id", "findings", "whole", "text", "diagnosis", "aliases", "differential", "icd10",
    "urgency", "specialty", "age", "sex", "style", "form", "use",
}  # fmt: skip


def row(identity):
    return next(r.values for r in rows() if r.values["id"] == identity)


def test_the_case_book_is_an_installed_source():
    assert [r.values["id"] for r in read("clinic")] == [r.values["id"] for r in rows()]


def test_a_case_reads_in_the_guides_form():
    assert row("acute-myocardial-infarction-1")["findings"] == (
        "Symptoms: crushing chest pain for 40 minutes, radiation to left arm, sweating. "
        "Hs-troponin T: 480 ng/L. Tests: ST elevation in V1 to V4 on ECG."
    )


def test_the_whole_case_says_who_it_is_and_what_is_absent():
    whole = row("acute-myocardial-infarction-1")["whole"]
    assert whole.startswith("58-year-old man. History: smoking 35 pack-years, hypertension.")
    assert whole.endswith("Absent: fever. Heart rate: 104 /min. Blood pressure: 148/92 mmHg.")


def test_children_are_called_children():
    people = {r.values["whole"].split(".")[0] for r in rows()}
    assert "10-month-old boy" in people or "10-month-old girl" in people
    assert not any("-month-old man" in person or "-day-old woman" in person for person in people)


def test_a_faulty_case_of_ones_own_book_costs_no_other_row(tmp_path):
    text = (FILES / "15_urology.yaml").read_text(encoding="utf-8")
    book = tmp_path / "book.yaml"
    book.write_text(text.replace("sex: male", "sex: m", 1), encoding="utf-8")
    good, bad = separate(read_book(str(book)))
    assert [fault.field for fault in bad] == ["conditions.0.cases.0.sex"]
    assert len(good) == 44
    lines = text.splitlines()
    assert all(f"id: {r.values['id']}" in lines[int(r.place.rpartition(":")[2]) - 1] for r in good)


def test_every_row_has_every_column_and_a_place():
    for r in rows():
        assert set(r.values) == COLUMNS
        assert r.place.endswith(str(r.values["id"]))
