import asyncio

import pytest

from workup.serve.headers import CONTENT_SECURITY_POLICY, AnswerHeaders


def answered(headers=(), own=(), url="http://127.0.0.1:8000", shared=False):
    """The headers of the answer to a request with some headers; `own` are those of the route."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": list(own)})

    async def send(message):
        sent.append(message)

    asyncio.run(AnswerHeaders(app, url, shared)({"type": "http", "headers": list(headers)}, None, send))
    return {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}


def test_every_answer_has_an_id_of_its_own():
    assert len({answered()["x-request-id"] for _ in range(10)}) == 10


def test_the_callers_id_is_kept_where_it_is_plain():
    assert answered([(b"x-request-id", b"ward-3.17")])["x-request-id"] == "ward-3.17"


@pytest.mark.parametrize("given", [b"a b", b"a\r\nSet-Cookie: x", b"x" * 65, b"<script>", b""])
def test_another_id_is_not(given):
    assert answered([(b"x-request-id", given)])["x-request-id"] != given.decode()


def test_nothing_inline_and_nothing_from_elsewhere_is_run():
    policy = answered()["content-security-policy"]
    assert policy == CONTENT_SECURITY_POLICY
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_answers_are_kept_by_nobody_unless_a_route_says_so():
    assert answered()["cache-control"] == "no-store"
    assert answered(own=[(b"cache-control", b"max-age=60")])["cache-control"] == "max-age=60"


def test_browsers_are_held_to_https_only_where_the_service_has_it():
    assert "strict-transport-security" not in answered()
    assert "max-age" in answered(url="https://workup.example.org")["strict-transport-security"]


def test_pages_of_other_origins_may_read_only_where_some_are_named():
    assert answered()["cross-origin-resource-policy"] == "same-origin"
    assert answered(shared=True)["cross-origin-resource-policy"] == "cross-origin"
