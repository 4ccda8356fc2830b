"""What pydantic found wrong with a value, in words that say what to give; never the value itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By pydantic's name of the error; in braces what it says beside, as `ctx`.
_TOLD = {
    "missing": "is missing",
    "string_type": "must be a text",
    "string_too_short": "has fewer than {min_length} characters",
    "string_too_long": "has more than {max_length} characters; shorten it",
    "too_short": "holds fewer than {min_length}",
    "too_long": "holds more than {max_length}; give fewer",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "datetime_type": "must be a time such as 2026-11-30T08:15:00Z",
    "datetime_parsing": "must be a time such as 2026-11-30T08:15:00Z",
    "datetime_from_date_parsing": "must be a time such as 2026-11-30T08:15:00Z",
    "uuid_type": "must be a UUID",
    "uuid_parsing": "must be a UUID",
    "string_pattern_mismatch": "must be of the form {pattern}",
}


def reason(error: Mapping[str, Any]) -> str:
    """One of a ValidationError's `errors()`, without the field; it reads on from its name: "is missing"."""
    kind, about = error["type"], error.get("ctx", {})
    if about.get("min_length") == 1:
        return "is empty"
    if kind in _TOLD:
        return _TOLD[kind].format(**about)
    return str(error["msg"]).removeprefix("Value error, ")
