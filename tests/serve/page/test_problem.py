import pytest

from page_visitor import Visitor


def test_a_browser_gets_a_page_and_a_program_a_problem_detail(served):
    page = Visitor(served).get("/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here" in page.text
    assert page.headers["x-request-id"] in page.text
    assert served.get("/nowhere").headers["content-type"] == "application/problem+json"


def test_the_page_of_a_problem_repeats_what_was_sent_only_as_text(served):
    page = Visitor(served).get("/<script>alert(1)</script>")
    assert page.status_code == 404
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("name", ["style.css", "page.js", "htmx.min.js", "icon.svg"])
def test_static_files_are_for_all_and_may_be_kept(served, name):
    answer = served.get(f"/static/{name}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["..%2frouting.py", "missing.css", "%2e%2e%2f__init__.py"])
def test_no_other_file_can_be_had(served, name):
    assert served.get(f"/static/{name}").status_code == 404


def test_no_page_allows_inline_script_or_style_or_being_kept(served):
    page = Visitor(served).get("/login")
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["cache-control"] == "no-store"
