import asyncio
import json

import pytest

from workup.serve import limits
from workup.serve.limits import FORM, Limits, check_json
from workup.serve.problems import Problem
from workup.serve.settings import Settings

SETTINGS = Settings(max_body=1000, max_depth=5, timeout=0.05)
JSON = "application/json"


class Application:
    """Says what it was sent."""

    def __init__(self):
        self.bodies = []

    async def __call__(self, scope, receive, send):
        self.bodies.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"read"})


def scope(kind=JSON, path="/v1/assessments", query=b"", method="POST", **headers):
    named = {"content-type": kind, **headers} if kind is not None else headers
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }


def ask(*parts, asked=None, taken=None):
    """The body that the application gets of one that comes in parts."""
    app, sent = Application(), []

    async def receive():
        if not waiting:
            await asyncio.sleep(60)
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting) or body == b"..."}

    async def send(message):
        sent.append(message)

    waiting = list(parts) or [b""]
    asyncio.run(Limits(app, SETTINGS)(asked or scope(), receive, taken or send))
    return app.bodies[0]["body"]


def refused(*parts, **more):
    with pytest.raises(Problem) as caught:
        ask(*parts, **more)
    return caught.value


def test_a_body_is_passed_on_whole():
    assert ask(b'{"text": ', b'"fever"}') == b'{"text": "fever"}'
    assert ask(asked=scope(kind=None)) == b""


def test_a_body_that_says_that_it_is_too_large_is_refused():
    problem = refused(b"x" * 2000, asked=scope(**{"content-length": "2000"}))
    assert (problem.status, problem.headers["Connection"]) == (413, "close")
    assert "has 2000 bytes, and at most 1000 are taken" in problem.detail


def test_a_body_without_a_length_is_counted_as_it_comes():
    problem = refused(*[b"x" * 100] * 11, asked=scope(**{"transfer-encoding": "chunked"}))
    assert (problem.status, "more than 1000 bytes" in problem.detail) == (413, True)


def test_what_is_far_too_large_is_not_read_to_its_end():
    assert refused(b"x" * 40_000, b"...").status == 413


def test_a_body_that_does_not_come_ends_the_wait():
    assert refused(b"...").status == 408


def test_a_client_that_does_not_take_its_answer_is_left():
    async def never(message):
        await asyncio.sleep(60)

    assert ask(b"{}", taken=never) == b"{}"


@pytest.mark.parametrize("kind", ["text/xml", "multipart/form-data; boundary=x", "text/plain", None])
def test_another_kind_of_body_is_not_taken(kind):
    assert refused(b"fever", asked=scope(kind)).status == 415


@pytest.mark.parametrize("path", ["/v1/keys", "/v1/fhir/assess", "/cds-services/x"])
def test_forms_are_for_the_page_alone(path):
    assert ask(b"text=fever", asked=scope(FORM, "/cases")) == b"text=fever"
    assert refused(b"text=fever", asked=scope(FORM, path)).status == 415


@pytest.mark.parametrize(
    "kind", ["application/json; charset=latin-1", "application/fhir+json;charset=utf-16"]
)
def test_only_utf_8_is_taken(kind):
    assert refused(b"{}", asked=scope(kind)).status == 415
    assert ask(b"{}", asked=scope(f'{JSON}; charset="UTF-8"')) == b"{}"


def test_bad_utf_8_is_told_with_its_place():
    problem = refused(b'{"text": "\xff"}')
    assert (problem.status, problem.detail) == (400, "byte 10 of the request is not UTF-8 (0xFF); send UTF-8")
    assert refused(b"text=%ff", asked=scope(FORM, "/cases")).status == 400


@pytest.mark.parametrize("address", [{"path": "/v1/%00"}, {"query": b"named=%1b"}, {"query": b"named=%ff"}])
def test_an_address_of_other_characters_is_refused(address):
    assert refused(asked=scope(None, **address)).status == 400


@pytest.mark.parametrize("text", ["", "{", '{"a": }', '{"a": NaN}', '{"a": Infinity}', "nonsense", '"\x01"'])
def test_what_is_not_json_is_called_that(text):
    with pytest.raises(Problem, match="the body is not JSON"):
        check_json(text, 5, 100_000)


def test_a_number_of_too_many_digits_is_no_number():
    with pytest.raises(Problem) as caught:
        check_json("1" * 5000, 5, 100_000)
    assert caught.value.status == 400


@pytest.mark.parametrize("text", ["[" * 6 + "]" * 6, "[" * 100_000, '{"a":' * 6 + "1" + "}" * 6])
def test_deep_json_is_refused(text):
    with pytest.raises(Problem) as caught:
        check_json(text, 5, 100_000)
    assert caught.value.status in (400, 422)


@pytest.mark.parametrize(
    "text", ["[" + "[]," * 330_000 + "[]]", "[" + "0," * 490_000 + "0]", '{"cases": [' + "{}," * 100 + "{}]}"]
)
def test_json_of_very_many_values_is_refused_before_they_are_looked_at(text, monkeypatch):
    looked = []
    monkeypatch.setattr(limits, "_told", looked.append)
    with pytest.raises(Problem, match="more than 100 values") as caught:
        check_json(text.replace("0", "1e999"), 5, 100)
    assert (caught.value.status, looked) == (422, [])


def test_brackets_within_a_text_are_no_values():
    check_json(json.dumps({"text": "[{" * 50_000}), 5, 100)


def test_how_many_values_are_taken_follows_from_how_long_a_body_may_be():
    assert ask(b"[" + b"0," * 18 + b"0]")
    assert "more than 20 values" in refused(b"[" + b"0," * 20 + b"0]").detail


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_only_read_takes_no_body(method):
    problem = refused(b"{}", asked=scope(path="/v2/health/live", method=method))
    assert (problem.status, problem.detail) == (400, f"a {method} takes no body; leave it out")


def test_json_as_deep_as_allowed_is_not():
    check_json("[" * 5 + "]" * 5, 5, 100_000)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x96", "\ud800"])
def test_a_character_that_no_text_has_is_told_with_its_place(character):
    with pytest.raises(Problem) as caught:
        check_json(json.dumps({"cases": [{"text": f"a{character}"}]}), 5, 100_000)
    (fault,) = caught.value.errors
    assert (caught.value.status, fault.field) == (422, "cases.0.text")
    assert f"U+{ord(character):04X} at character 1" in fault.detail


def test_a_name_with_such_a_character_is_told_with_where_it_stands():
    with pytest.raises(Problem) as caught:
        check_json('{"parts": {"\\u0000": 1}}', 5, 100_000)
    assert caught.value.errors[0].field == "parts"


def test_a_number_beyond_all_is_told_with_its_place():
    with pytest.raises(Problem) as caught:
        check_json('{"labs": [1, 1e999]}', 5, 100_000)
    assert caught.value.errors[0].field == "labs.1"


def test_line_ends_and_other_scripts_are_text():
    check_json(json.dumps({"text": "fever\n\t38,5 °C Ödem 発熱 😀"}), 5, 100_000)
