import asyncio

import pytest

from workup.serve.problems import Problem
from workup.serve.rates import Rates


class Application:
    """Lets in who has one of the keys, except on a route that is open to all."""

    keys = (b"a", b"b")

    async def __call__(self, scope, receive, send):
        known = dict(scope["headers"]).get(b"x-api-key") in self.keys
        if known and scope["path"] != OPEN:
            scope.setdefault("state", {})["caller"] = "somebody"
        status = 200 if known or scope["path"] == OPEN else 401
        await send({"type": "http.response.start", "status": status, "headers": []})


OPEN = "/cds-services"


def rates(rate="3/hour"):
    return Rates(Application(), rate)


def ask(made, key="", address="10.0.0.1", path="/v1/models", method="GET"):
    headers = [(b"x-api-key", key.encode())] if key else []
    asked = {"type": "http", "method": method, "path": path, "client": (address, 1), "headers": headers}

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
        ask(made, f"guess-{guess}")
    with pytest.raises(Problem):
        ask(made, "guess-4")
    ask(made, "guess-5", address="10.0.0.2")


def test_a_made_up_key_gets_no_rate_of_its_own_on_a_route_that_is_open_to_all():
    made = rates()
    for guess in range(3):
        ask(made, f"guess-{guess}", path=OPEN)
    for guess in range(3):
        with pytest.raises(Problem):
            ask(made, f"guess-{guess}")


def test_probes_are_never_turned_away():
    made = rates()
    for path in ("/v2/health/live", "/v2/health/ready") * 5:
        ask(made, path=path)
        ask(made, path=path, method="HEAD")


@pytest.mark.parametrize(
    "other",
    [{"path": "/v2/health/x"}, {"path": "/v2/health/"}, {"path": "/v2/health/live", "method": "POST"}],
)
def test_what_only_looks_like_a_probe_is_counted(other):
    made = rates()
    for _ in range(3):
        ask(made, **other)
    with pytest.raises(Problem):
        ask(made, **other)
