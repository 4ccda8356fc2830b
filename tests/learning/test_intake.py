import pytest
from sqlalchemy import select

from learning_cases import CROUP, GOUT, MIGRAINE, synthetic
from workup.clinic.book import conditions
from workup.data.rows import Row
from workup.errors import DataError
from workup.learning.intake import take_in, take_in_rows
from workup.learning.references import add
from workup.learning.tables import Flag, Intake, Item
from workup.registry.fingerprints import fingerprint

VALIDATION = next(
    case for _, c in conditions() if c.name == "Gout" for case in c.cases if case.use == "validation"
)


def kinds(item):
    return {flag.kind for flag in item.flags}


def test_a_file_is_taken_in_once(session, write):
    file = write(GOUT, MIGRAINE, CROUP)
    assert len(take_in(session, file, "St Ann").items) == 3
    again = take_in(session, file, "St Ann")
    assert (len(again.items), len(again.copies)) == (0, 3)
    assert session.scalars(select(Item.diagnosis).order_by(Item.id)).all() == ["Gout", "Migraine", "Croup"]
    assert session.scalars(select(Intake.copies).order_by(Intake.id)).all() == [0, 3]


def test_what_identifies_a_person_is_not_in_the_store(session, write):
    take_in(
        session, write({**GOUT, "text": f"Mr. Tolliver, ward 3. {GOUT['text']}", "mrn": "XY-4471"}), "St Ann"
    )
    item = session.scalars(select(Item)).one()
    stored = " ".join(str(value) for value in vars(item).values())
    assert "Tolliver" not in stored
    assert "XY-4471" not in stored


def test_a_textbook_case_raises_no_suspicion(quick, write):
    taken = take_in(quick, write(GOUT, MIGRAINE, CROUP), "St Ann")
    assert [kinds(item) for item in taken.items] == [set(), set(), set()]


def test_the_same_findings_with_another_label_are_a_conflict_on_both_sides(session, write):
    take_in(session, write(GOUT), "St Ann")
    take_in(session, write({**GOUT, "diagnosis": "Septic arthritis"}), "Hill clinic")
    first, second = session.scalars(select(Item).order_by(Item.id))
    assert "conflict" in kinds(first) & kinds(second)
    assert any(f.detail == f"a copy of item {second.id}, which is Septic arthritis" for f in first.flags)


def test_a_near_copy_with_another_label_is_shown_as_such(quick, write):
    changed = {"text": GOUT["text"].replace("Beer daily", "Wine daily"), "diagnosis": "Septic arthritis"}
    taken = take_in(quick, write(GOUT, changed), "St Ann")
    assert all("near copy" in kinds(item) for item in taken.items)


def test_a_near_copy_with_the_same_label_is_known_already(quick, write):
    changed = {**GOUT, "text": GOUT["text"].replace("Beer daily", "Wine daily")}
    taken = take_in(quick, write(GOUT, changed), "St Ann")
    assert (len(taken.items), [place for place, _ in taken.copies]) == (1, ["cases.jsonl:2"])


def test_a_label_against_the_case_book_is_suspected(quick, write):
    (item,) = take_in(quick, write({**GOUT, "diagnosis": "Ectopic pregnancy"}), "Mallory").items
    assert kinds(item) == {"against the case book"}
    assert "after Gout" in item.flags[0].detail


def test_a_text_that_contradicts_itself_is_doubted(quick, write):
    (item,) = take_in(quick, write({**GOUT, "text": f"{GOUT['text']} Pregnant. Temp 52 C."}), "St Ann").items
    assert "doubt" in kinds(item)


def test_many_cases_of_one_diagnosis_from_one_sender_are_suspected(session, write):
    rows = [{"text": text, "diagnosis": "Gout"} for text in synthetic("Gout", 6)]
    taken = take_in(session, write(*rows), "Mallory")
    assert len(taken.items) == 6
    assert all("burst" in kinds(item) for item in taken.items)


FORMS = ["text", "findings", "whole"]
DISGUISES = {
    "as it is": lambda text: text,
    "in capitals": str.upper,
    "with other numbers": lambda text: text.translate(str.maketrans("0123456789", "1234567891")),
    "without marks": lambda text: text.replace(",", " ").replace(".", " "),
    "in another order": lambda text: ". ".join(reversed(text.rstrip(".").split(". "))),
    "with a word more": lambda text: f"{text} Tired.",
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize("diagnosis", ["Gout", "Migraine"])
def test_a_validation_case_is_barred_however_it_is_disguised(quick, write, disguise, diagnosis):
    from workup.clinic.cases import rows

    (row,) = (row.values for row in rows() if row.values["id"] == VALIDATION.id)
    given = [{"text": disguise(row[form]), "diagnosis": diagnosis} for form in FORMS]
    taken = take_in(quick, write(*given), "Mallory")
    assert (len(taken.items), len(taken.barred)) == (0, 3)
    assert VALIDATION.id in str(taken.barred[0][1])


@pytest.mark.parametrize("role", ["validation", "test", "canary"])
def test_a_copy_of_a_reserved_set_of_ones_own_is_barred(session, write, role):
    add(session, write(GOUT, name="secret.jsonl"), role)
    taken = take_in(session, write({**GOUT, "text": GOUT["text"].lower()}, CROUP), "St Ann")
    assert ([item.diagnosis for item in taken.items], len(taken.barred)) == (["Croup"], 1)
    assert str(taken.barred[0][1]) == f"a copy of {role} case secret.jsonl:1"


def test_a_training_case_is_known_already_and_with_another_label_a_conflict(quick, write):
    case = next(case for _, c in conditions() if c.name == "Gout" for case in c.cases if case.use == "train")
    taken = take_in(
        quick,
        write({"text": case.text, "diagnosis": "Gout"}, {"text": case.text, "diagnosis": "Croup"}),
        "St Ann",
    )
    assert len(taken.copies) == 1
    (item,) = taken.items
    assert any(case.id in flag.detail for flag in item.flags if flag.kind == "conflict")


def test_a_rejected_answer_questions_the_label_that_is_known(quick, write):
    take_in(quick, write(GOUT), "St Ann")
    rejected = {
        "text": GOUT["text"],
        "feedback": "rejected",
        "answer": "Gout",
        "reason": "the crystals say CPPD",
    }
    (item,) = take_in(quick, write(rejected), "Hill clinic").items
    assert "conflict" in kinds(item)
    assert "which is Gout" in item.flags[0].detail


def test_bad_rows_end_it_with_nothing_changed_or_are_dropped_on_demand(session, write):
    file = write(GOUT, "{broken", CROUP)
    with pytest.raises(DataError, match=r"cases.jsonl:2: not JSON"):
        take_in(session, file, "St Ann")
    assert session.scalars(select(Intake)).all() == []
    taken = take_in(session, file, "St Ann", skip_bad=1)
    assert (len(taken.items), len(taken.dropped)) == (2, 1)


def test_an_item_keeps_where_it_comes_from(quick, write):
    (item,) = take_in(quick, write(GOUT), "  St   Ann ").items
    assert (item.sender, item.intake.file, item.place) == ("St Ann", "cases.jsonl", "cases.jsonl:1")
    assert item.fingerprint == fingerprint(GOUT["text"])


def test_without_a_sender_nothing_is_taken_in(quick, write):
    with pytest.raises(DataError, match="say who sent the cases"):
        take_in(quick, write(GOUT), " ")


def test_progress_is_told_row_by_row(quick, write):
    seen = []
    take_in(quick, write(GOUT, CROUP), "St Ann", watch=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_every_flag_has_its_moment(quick, write):
    take_in(quick, write({**GOUT, "diagnosis": "Ectopic pregnancy"}), "Mallory")
    flag = quick.scalars(select(Flag)).one()
    assert flag.at == quick.scalars(select(Intake.at)).one()


def test_rows_are_taken_in_without_a_file(session):
    taken = take_in_rows(session, [Row(GOUT, "the service: request 7")], "the service", " St  Ann ")
    (item,) = taken.items
    assert (item.diagnosis, item.sender, item.intake.file) == ("Gout", "St Ann", "the service")
    assert item.place == "the service: request 7"


def test_a_row_that_cannot_be_used_ends_it_with_nothing_changed(quick):
    with pytest.raises(DataError, match="the service: request 7: text: a case has at least 20 characters"):
        take_in_rows(quick, [Row({**GOUT, "text": "ill"}, "the service: request 7")], "the service", "St Ann")
    assert quick.scalars(select(Intake)).all() == []
