"""The page clicked through in a real browser, under the service's own content security policy."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from served_app import service
from workup.serve.security.keys import Keys
from workup.serve.security.roles import ALL, Role

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)", allow_module_level=True)
api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")

HEART = "62-year-old man, crushing chest pain, sweating and nausea. Blood pressure 85/50 mmHg."
OPERATION = [f"/operation{part}" for part in ("", "/calibration", "/keys", "/audit")]
SLOW = 60_000  # ms: a machine that does other things too


@contextmanager
def listening(app) -> Iterator[str]:
    """The address of an application that runs already, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{free.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def address(served):
    with listening(served.app) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with api.sync_playwright() as playwright:
        # Without its sandbox, as it may run as root in a container.
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def keys(served):
    people = {"Dr. Weber": ALL, "Dr. Okafor": [Role.REVIEWER]}
    with service(served).database.session() as session:
        return {name: Keys().create(session, name, roles, by="a test") for name, roles in people.items()}


@pytest.fixture
def page(browser, address, keys, request):
    """A page that somebody logged in on by keyboard alone; nothing may be amiss on its console."""
    wanted = getattr(request, "param", {})
    context = browser.new_context(base_url=address, **wanted)
    context.set_default_timeout(SLOW)
    found = context.new_page()
    amiss: list[str] = []
    found.on("console", lambda told: amiss.append(told.text) if told.type in ("error", "warning") else None)
    found.on("pageerror", lambda error: amiss.append(str(error)))
    found.goto("/")
    found.keyboard.type(keys["Dr. Weber"])  # the field has the focus
    found.keyboard.press("Enter")
    found.wait_for_url("**/cases")
    yield found
    context.close()
    assert not [told for told in amiss if "status of 4" not in told]


def ask(page, text=HEART):
    page.fill("#text", text)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#verdict")


def test_a_case_is_asked_by_keyboard_and_the_focus_goes_to_the_danger(page):
    ask(page)
    assert page.locator(".flag.emergency").first.is_visible()
    assert "emergency" in page.evaluate("document.activeElement.className")
    flag, verdict = (page.locator(one).first.bounding_box()["y"] for one in (".flag", "#verdict"))
    assert flag < verdict


def test_a_click_on_a_chip_asks_again_without_leaving_the_page(page):
    ask(page)
    page.evaluate("window.same = true")
    page.locator(".chip", has_text="nausea").get_by_text("no", exact=True).click()
    page.wait_for_selector(".chip.absent")
    assert "no nausea" in page.input_value("#text")
    assert page.evaluate("window.same")


def test_every_number_opens_its_explanation_by_keyboard(page):
    ask(page)
    for summary in page.locator("#answer summary").all():
        summary.focus()
        was = summary.evaluate("one => one.parentElement.open")
        page.keyboard.press("Enter")
        assert summary.evaluate("one => one.parentElement.open") != was


def test_a_diagnosis_that_is_sent_waits_for_a_reviewer_who_is_another(page, browser, address, keys):
    ask(page, "Boy of 2, barking cough since last night, hoarse, stridor when he cries.")
    known = page.locator("summary", has_text="No, it is something else")
    if known.count():
        known.click()
    page.fill("#diagnosis", "Croup")
    page.get_by_role("button", name="Send the diagnosis").click()
    page.wait_for_selector("#feedback .done")
    assert "for two reviewers" in page.inner_text("#feedback .done")
    assert page.locator("#verdict").is_visible()  # only the form was exchanged
    other = browser.new_context(base_url=address)
    other.set_default_timeout(SLOW)
    review = other.new_page()
    review.goto("/review")
    review.fill("#key", keys["Dr. Okafor"])
    review.keyboard.press("Enter")
    review.locator(".item").first.click()
    review.get_by_label("It is Croup").check()
    review.fill("#why", "stridor")
    review.get_by_role("button", name="Decide").click()
    review.wait_for_selector("#decisions")
    other.close()


@pytest.mark.parametrize(
    "page",
    [
        {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
        {"viewport": {"width": 1360, "height": 900}},
    ],
    indirect=True,
    ids=["phone, dark", "desktop, light"],
)
def test_no_page_is_wider_than_the_screen(page):
    ask(page)
    wide = []
    for path in ("", "/review", *OPERATION, "/login"):
        if path:
            page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path or "/cases")
    assert not wide


def test_a_key_is_made_and_revoked_by_keyboard(page):
    page.goto("/operation/keys")
    page.locator("#name").focus()
    page.keyboard.type("Dr. Key")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first role
    page.keyboard.press("Enter")
    page.wait_for_selector("#key")
    assert page.evaluate("document.activeElement.value").startswith("wk_")
    entry = page.locator(".keys > li", has_text="Dr. Key")
    entry.locator("summary").focus()
    page.keyboard.press("Enter")
    entry.get_by_role("button", name="Revoke Dr. Key").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("p.done")
    assert page.inner_text("p.done") == "The key of Dr. Key is revoked."
    assert not page.locator("#key").count()


def test_colours_follow_the_system(browser, address):
    grounds = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(base_url=address, color_scheme=scheme)
        shown = context.new_page()
        shown.goto("/login")
        grounds.add(shown.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert len(grounds) == 2


def test_without_javascript_a_case_is_asked_all_the_same(browser, address, keys):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    context.set_default_timeout(SLOW)
    plain = context.new_page()
    plain.goto("/")
    plain.fill("#key", keys["Dr. Weber"])
    plain.get_by_role("button", name="Log in").click()
    plain.fill("#text", HEART)
    plain.get_by_role("button", name="Ask", exact=True).click()
    assert plain.locator("#verdict").is_visible()
    plain.locator(".chip", has_text="nausea").get_by_text("no", exact=True).click()
    assert "no nausea" in plain.input_value("#text")
    context.close()
