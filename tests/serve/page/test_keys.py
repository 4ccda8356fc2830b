import re

import pytest

from page_visitor import Visitor, visitor
from served_app import service
from workup.serve.audit.chain import newest
from workup.serve.security.roles import Role

KEYS = "/operation/keys"


@pytest.fixture(scope="module")
def operator(served):
    return visitor(served, "Key keeper", Role.OPERATOR)


def make(operator, name, *roles):
    return operator.post(KEYS, KEYS, name=name, roles=list(roles))


def secret(page):
    return re.search(r"wk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", page.text)[0]


def entry(page, name):
    """The part of the page about a key that holds."""
    return next(one for one in page.text.split("<li>") if f"<b>{name}</b>" in one)


def test_a_key_is_made_on_the_page_and_shown_this_once(served, operator):
    page = make(operator, "Dr. New", "clinician", "reviewer")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    key = secret(page)
    assert Visitor(served).log_in(key).status_code == 303
    again = operator.get(KEYS)
    assert key not in again.text
    shown = entry(again, "Dr. New")
    assert f"<code>{key[:11]}_" in shown
    assert re.findall(r'class="tag">(\w+)<', shown) == ["clinician", "reviewer"]
    assert "Not in the audit yet" in shown


def test_a_key_that_did_something_is_shown_with_when(served, operator):
    visitor(served, "Dr. Seen", Role.CLINICIAN).post("/cases", text="58-year-old man with cough and fever.")
    assert "Last in the audit just now" in entry(operator.get(KEYS), "Dr. Seen")


def test_a_revoked_key_ends_its_sessions_and_stays_in_the_list(served, operator):
    guest = Visitor(served)
    page = make(operator, "Dr. <b>Gone</b>", "clinician")
    assert page.status_code == 422
    assert "<b>Gone" not in page.text
    key = secret(make(operator, "Dr. Gone", "clinician"))
    guest.log_in(key)
    assert guest.get("/cases").status_code == 200
    page = operator.post(f"{KEYS}/revoke", KEYS, which=key[:11])
    assert "The key of Dr. Gone is revoked." in page.text
    assert "<b>Dr. Gone</b>" not in page.text
    assert re.search(r'<th scope="row">Dr\. Gone</th>.*<td>just now</td></tr>', page.text)
    assert guest.get("/cases").status_code == 303


def test_what_is_done_on_the_page_stands_in_the_audit_with_its_request(served, operator):
    made = make(operator, "Dr. Audit", "viewer")
    gone = operator.post(f"{KEYS}/revoke", KEYS, which=secret(made)[:11])
    with service(served).database.reading() as session:
        told = [(one.action, one.caller, one.request) for one in newest(session, 2)]
    requests = [page.headers["X-Request-ID"] for page in (gone, made)]
    actions = ["key revoked", "key created"]
    assert told == [(action, "Key keeper", one) for action, one in zip(actions, requests, strict=True)]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": "Dr. Nobody"}, "at least one role"),
        ({"name": "Dr. Nobody", "roles": ["clincian"]}, "did you mean"),
        ({"name": "", "roles": ["viewer"]}, "is no name for a key"),
        ({"name": "Key keeper", "roles": ["viewer"]}, "already"),
    ],
)
def test_a_key_that_cannot_be_made_is_told_and_the_form_keeps_what_was_typed(operator, fields, why):
    page = operator.post(KEYS, KEYS, **fields)
    assert page.status_code == 422
    assert why in page.text
    assert not re.search(r"wk_[0-9a-f]{8}_\w", page.text)
    assert f'name="name" value="{fields["name"]}"' in page.text
    assert page.text.count(" checked") == (fields.get("roles") == ["viewer"])


def test_what_cannot_be_revoked_is_told(operator):
    page = operator.post(f"{KEYS}/revoke", KEYS, which="wk_00000000")
    assert (page.status_code, "No key that holds is called" in page.text) == (422, True)


def test_an_operator_sees_which_key_is_their_own_and_may_revoke_it(served):
    leaving = visitor(served, "Dr. Leaving", Role.OPERATOR)
    page = leaving.get(KEYS)
    assert [name for name in re.findall("<b>([^<]+)</b>", page.text) if "yours" in entry(page, name)] == [
        "Dr. Leaving"
    ]
    prefix = re.search("<code>(wk_[0-9a-f]{8})", entry(page, "Dr. Leaving"))[1]
    assert leaving.post(f"{KEYS}/revoke", KEYS, which=prefix).status_code == 200
    assert leaving.get(KEYS).status_code == 303


@pytest.mark.parametrize("path", [KEYS, f"{KEYS}/revoke"])
def test_a_form_of_another_session_changes_nothing(served, operator, path):
    found = operator.client.post(path, data={"csrf": "0" * 64, "name": "Dr. Evil", "roles": ["operator"]})
    assert found.status_code == 403
    assert "Dr. Evil" not in operator.get(KEYS).text


def test_only_an_operator_may_see_it(served):
    reviewer = visitor(served, "Reviewer of no keys", Role.REVIEWER)
    assert reviewer.get(KEYS).status_code == 403
