"""Somebody before a browser: logs in with a key, follows links, and sends forms as the page gave them."""

import re

from fastapi.testclient import TestClient
from httpx import Response

from served_app import service
from workup.serve.security.keys import Keys
from workup.serve.security.roles import Role

BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Visitor:
    """A browser of its own on a service that runs."""

    def __init__(self, served: TestClient) -> None:
        self.client = TestClient(served.app, headers=BROWSER, follow_redirects=False)

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def post(self, path: str, page: str = "/cases", **fields: object) -> Response:
        """Send a form with the token that a page gives."""
        return self.client.post(path, data={"csrf": csrf(self.get(page)), **fields})

    def log_in(self, key: str, to: str = "/") -> Response:
        return self.post("/login", "/login", key=key, to=to)


def visitor(served: TestClient, name: str, *roles: Role) -> Visitor:
    """Somebody new of this name, logged in."""
    with service(served).database.session() as session:
        key = Keys().create(session, name, roles, by="a test")
    found = Visitor(served)
    assert found.log_in(key).status_code == 303
    return found


def csrf(page: Response) -> str:
    return _CSRF.search(page.text)[1]
