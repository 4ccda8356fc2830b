import asyncio

import pytest

from workup.serve.problems import Problem
from workup.serve.rates import Rates


def rates(status=200, rate="3/hour"):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": status[0], "headers": []})

    status = [status]
    made = Rates(app, rate)
    made.status = status
    return made


def ask(made, key="", address="10.0.0.1", path="/v1/models", status=200):
    made.status[0] = status
    headers = [(b"x-api-key", key.encode())] if key else []
    asked = {"type": "http", "path": path, "client": (address, 1), "headers": headers}

    async def send(message): ...

    asyncio.run(made(asked, None, send))


def test_who_asks_too_often_is_told_when_to_come_back():
    made = rates()
    for _ in range(3):
        ask(made)
    with pytest.raises(Problem, match="more than 3 per 1 hour") as caught:
        ask(made)
    assert caught.value.status == 429
    assert 0 < int(caught.value.headers["Retry-After"]) <= 2 * 3600


def test_two_callers_from_one_address_do_not_share_their_rate():
    made = rates(rate="4/hour")
    for key in ("a", "b"):
        ask(made, key)  # accepted, and from now on counted by itself
    for _ in range(4):
        ask(made, "a")
    ask(made, "b")
    with pytest.raises(Problem):
        ask(made, "a")


def test_one_made_up_key_after_the_other_counts_as_one_caller():
    made = rates()
    for guess in range(3):
        ask(made, f"guess-{guess}", status=401)
    with pytest.raises(Problem):
        ask(made, "guess-4", status=401)
    ask(made, "guess-5", address="10.0.0.2", status=401)


def test_probes_are_never_turned_away():
    made = rates()
    for _ in range(5):
        ask(made, path="/v2/health/ready")
