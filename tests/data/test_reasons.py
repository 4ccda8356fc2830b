from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, ValidationError, create_model, field_validator

from workup.data.reasons import reason


class Inner(BaseModel):
    name: str = ""


def told(kind: Any, value: object) -> str:
    """Why a field of a kind cannot be that value."""
    with pytest.raises(ValidationError) as caught:
        create_model("Sent", field=(kind, ...)).model_validate(value)
    (error,) = caught.value.errors()
    return reason(error)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (str, 7, "must be a text"),
        (Annotated[str, Field(min_length=1)], "", "is empty"),
        (Annotated[str, Field(min_length=3)], "ab", "has fewer than 3 characters"),
        (Annotated[str, Field(max_length=3)], "abcd", "has more than 3 characters; shorten it"),
        (Annotated[str, Field(pattern="^[a-z]+$")], "7", "must be of the form ^[a-z]+$"),
        (Annotated[list[str], Field(min_length=1)], [], "is empty"),
        (Annotated[list[str], Field(min_length=2)], ["a"], "holds fewer than 2"),
        (Annotated[list[str], Field(max_length=1)], ["a", "b"], "holds more than 1; give fewer"),
        (list[str], "a", "must be a list"),
        (tuple[str, ...], "a", "must be a list"),
        (dict[str, str], [], "must be an object"),
        (Inner, [], "must be an object"),
        (int, "x", "must be a whole number"),
        (int, 1.5, "must be a whole number"),
        (float, "x", "must be a number"),
        (bool, "x", "must be true or false"),
        (Literal["yes", "no"], "x", "must be 'yes' or 'no'"),
        (Annotated[int, Field(ge=1)], 0, "must be at least 1"),
        (Annotated[int, Field(le=9)], 10, "must be at most 9"),
        (UUID, "x", "must be a UUID"),
        (datetime, "yesterday", "must be a time such as 2026-11-30T08:15:00Z"),
    ],
)
def test_a_fault_is_told_by_what_to_give_instead(kind, value, said):
    assert told(kind, {"field": value}) == said


def test_a_field_that_is_not_there_is_missing():
    assert told(str, {}) == "is missing"


def test_what_a_validator_of_our_own_says_stays_as_it_is():
    class Sent(BaseModel):
        field: str

        @field_validator("field")
        @classmethod
        def _never(cls, value: str) -> str:
            raise ValueError("is no diagnosis")

    with pytest.raises(ValidationError) as caught:
        Sent(field="x")
    assert reason(caught.value.errors()[0]) == "is no diagnosis"


def test_a_kind_that_has_no_words_of_ours_keeps_those_of_pydantic():
    assert told(bytes, {"field": 7}) == "Input should be a valid bytes"
