"""Every way in which a reserved case could get among the rows of a training, tried."""

import json

import pytest

from clinic_task import make_clinic_recipe
from learning_cases import CROUP, GOUT, MIGRAINE
from workup.clinic.cases import rows
from workup.errors import DataError
from workup.learning.references import FORMS, add
from workup.learning.retraining.bar import require_unbarred
from workup.learning.retraining.rows import Case, case_rows
from workup.learning.retraining.ways import WAYS, Lesson, Start, write_ways

VALIDATION = next(row.values for row in rows() if row.values["use"] == "validation")


@pytest.fixture
def training(tmp_path):
    """The recipe of a training on these rows."""

    def made(*cases, **changes):
        lines = [
            {"aliases": [], "use": use, "findings": values.get("text"), **values}
            for use, group in (("train", [MIGRAINE, *cases]), ("validation", [CROUP]))
            for values in group
        ]
        (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, lines)))
        recipe = make_clinic_recipe(tmp_path / "cases.jsonl")
        for path, value in changes.items():
            recipe = recipe.change(path.replace("__", "."), value)
        return recipe

    return made


@pytest.fixture
def reserve(quick, write):
    """Reserves a case in a set of the store."""
    return lambda case, role="test": add(quick, write(case, name="reserved.jsonl"), role)


def test_rows_that_nothing_reserves_may_be_trained_on(quick, training):
    require_unbarred(quick, training(GOUT))


@pytest.mark.parametrize("role", ["validation", "test", "canary"])
def test_a_case_of_a_reserved_set_stops_the_training(quick, training, reserve, role):
    reserve(GOUT, role)
    with pytest.raises(DataError, match=f"is a copy of {role} case reserved.jsonl:1 and must never"):
        require_unbarred(quick, training(GOUT))


@pytest.mark.parametrize(
    "disguise",
    [
        str.upper,
        lambda text: " ".join(reversed(text.split())),
        lambda text: text.replace("61", "47").replace(".", " ;"),
        lambda text: f"{text} Seen again on request.",
        lambda text: text.replace(" and and", ","),
    ],
    ids=["capitals", "another order", "other numbers and marks", "more words", "fewer words"],
)
def test_no_disguise_helps(quick, training, reserve, disguise):
    reserve(GOUT)
    with pytest.raises(DataError, match=r"is (nearly )?a copy .*of test case"):
        require_unbarred(quick, training({**GOUT, "text": disguise(GOUT["text"])}))


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_validation_case_of_the_case_book_gets_in(quick, training, form):
    case = {"text": VALIDATION[form], "diagnosis": VALIDATION["diagnosis"]}
    with pytest.raises(DataError, match=f"validation case {VALIDATION['id']} of the case book"):
        require_unbarred(quick, training(case))


def test_nor_does_a_case_whose_reserved_form_is_not_the_one_that_is_read(quick, training, reserve):
    reserve(GOUT)
    with pytest.raises(DataError, match="of test case"):
        require_unbarred(quick, training({**GOUT, "findings": "Symptoms: a painful toe."}))


def test_nor_rows_of_a_second_source(quick, training):
    with pytest.raises(DataError, match="of the case book"):
        require_unbarred(quick, training(data__extra_source="clinic-text:validation"))


@pytest.mark.parametrize("way", WAYS)
def test_nor_a_row_that_is_slipped_into_a_file_before_the_training(quick, training, reserve, tmp_path, way):
    reserve(GOUT, "canary")
    recipe = training()
    case_of = {name: case_rows([Case(name, c["text"], c["diagnosis"])], recipe, []) for name, c in
               (("old", MIGRAINE), ("new", CROUP), ("canary", GOUT))}  # fmt: skip
    lesson = Lesson(recipe, case_of["old"], case_of["new"], case_of["old"])
    found = write_ways(lesson, Start(tmp_path, 1), tmp_path)[way]
    require_unbarred(quick, found)
    with (tmp_path / f"{way}.jsonl").open("a") as file:
        file.write(json.dumps(dict(case_of["canary"][0].values)) + "\n")
    with pytest.raises(DataError, match="of canary case"):
        require_unbarred(quick, found)
