import pytest

from page_visitor import BROWSER, Visitor, csrf, visitor
from served_app import service
from workup.serve.security.keys import Keys
from workup.serve.security.roles import ALL, Role


@pytest.fixture(scope="module")
def wanted(served):
    with service(served).database.session() as session:
        return Keys().create(session, "Dr. Login", [Role.CLINICIAN], by="a test")


def test_nobody_sees_a_page_without_a_session(served):
    stranger = Visitor(served)
    for path in ("/", "/cases", "/review", "/review/1", "/operation", "/operation/audit"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?to={path}")
    assert stranger.client.post("/cases", data={"text": "fever"}).headers["location"] == "/login?to=/"


def test_a_part_of_a_page_without_a_session_sends_the_whole_browser_to_the_login(served):
    answer = served.post("/cases", headers={**BROWSER, "HX-Request": "true"}, data={"text": "fever"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")


def test_a_key_in_a_header_opens_no_page(served, wanted):
    assert served.get("/cases", headers={"X-API-Key": wanted}, follow_redirects=False).status_code == 303


def test_a_key_that_holds_begins_a_session_that_scripts_cannot_read(served, wanted):
    somebody = Visitor(served)
    answer = somebody.log_in(f" {wanted} ", to="/cases?example=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?example=1")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("workup_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie  # the service is reached by http here
    assert wanted not in cookie
    assert "Dr. Login" in somebody.get("/cases").text


def test_a_key_that_another_process_revoked_just_now_is_told_as_one_that_does_not_hold(served):
    with service(served).database.session() as session:
        key = Keys().create(session, "Dr. Late", [Role.CLINICIAN], by="a test")
    assert Visitor(served).log_in(key).status_code == 303
    with service(served).database.session() as session:
        Keys().revoke(session, "Dr. Late", by="another process")
    answer = Visitor(served).log_in(key)
    assert (answer.status_code, "This is no key that holds" in answer.text) == (401, True)


def test_a_wrong_key_leaves_a_line_in_the_log_without_its_secret(served, caplog):
    secret = "s" * 43
    answer = Visitor(served).log_in(f"wk_0123abcd_{secret}")
    told = "refused, the key wk_0123abcd: at the login, it does not hold"
    assert caplog.messages[-1] == f"request {answer.headers['X-Request-ID']}: {told}"
    Visitor(served).log_in("my password")
    assert caplog.messages[-1].endswith(
        "refused, what has not the form of a key: at the login, it does not hold"
    )
    assert not any(secret in line or "password" in line for line in caplog.messages)


@pytest.mark.parametrize("key", ["", "wk_00000000_" + "A" * 43, "<script>alert(1)</script>"])
def test_a_key_that_does_not_hold_is_told_without_repeating_it(served, key):
    answer = Visitor(served).log_in(key)
    assert answer.status_code == 401
    assert "This is no key that holds" in answer.text
    assert not key or key not in answer.text


def test_the_login_form_of_another_browser_is_refused(served, wanted):
    token = csrf(Visitor(served).get("/login"))
    somebody = Visitor(served)
    somebody.get("/login")
    answer = somebody.client.post("/login", data={"csrf": token, "key": wanted})
    assert answer.status_code == 403
    assert "workup_session" not in somebody.client.cookies


@pytest.mark.parametrize("to", ["//evil.example", "/\\evil.example", "https://evil.example", ""])
def test_the_way_back_never_leads_elsewhere(served, wanted, to):
    assert Visitor(served).log_in(wanted, to=to).headers["location"] == "/"


def test_logging_out_ends_the_session_in_the_database_too(served):
    somebody = visitor(served, "Dr. Leaving", Role.CLINICIAN)
    token = somebody.client.cookies["workup_session"]
    assert somebody.post("/logout").headers["location"] == "/login"
    thief = Visitor(served)
    thief.client.cookies.set("workup_session", token)
    assert thief.get("/cases").status_code == 303


def test_a_session_ends_with_its_key(served):
    somebody = visitor(served, "Dr. Revoked", Role.CLINICIAN)
    with service(served).database.session() as session:
        Keys().revoke(session, "Dr. Revoked", by="a test")
    assert somebody.get("/cases").status_code == 303


def test_the_start_leads_to_the_first_page_that_the_role_opens(served):
    starts = {Role.CLINICIAN: "/cases", Role.REVIEWER: "/review", Role.OPERATOR: "/operation"}
    for role, path in starts.items():
        assert visitor(served, f"Start {role}", role).get("/").headers["location"] == path
    assert "no page for your role" in visitor(served, "Start viewer", Role.VIEWER).get("/").text


def test_the_menu_shows_only_what_the_role_opens_and_the_rest_is_refused(served, caplog):
    reviewer = visitor(served, "Dr. Menu", Role.REVIEWER)
    menu = reviewer.get("/review").text
    assert 'href="/review"' in menu
    assert 'href="/operation"' not in menu
    for path in ("/cases", "/operation"):
        answer = reviewer.get(path)
        assert answer.status_code == 403
        assert "refused, Dr. Menu: this page asks for the role" in caplog.messages[-1]
        assert "This page asks for the role" in answer.text


def test_a_form_of_another_session_or_another_origin_changes_nothing(served):
    one, other = (visitor(served, f"Dr. Forged {n}", *ALL) for n in (1, 2))
    stolen = csrf(other.get("/cases"))
    for fields in ({}, {"csrf": ""}, {"csrf": stolen}):
        assert one.client.post("/cases", data={"text": "fever", **fields}).status_code == 403
    own = csrf(one.get("/cases"))
    crossed = one.client.post(
        "/cases", data={"text": "fever", "csrf": own}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert crossed.status_code == 403
