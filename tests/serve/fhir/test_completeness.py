import pytest

from workup.serve.fhir.completeness import has_next, tells_error


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ([{"relation": "self"}, {"relation": "next", "url": "x"}], True),
        ([{"relation": "self"}], False),
        (["next"], False),
        ("next", False),
        (None, False),
    ],
)
def test_a_page_is_known_by_its_link_to_the_next(link, expected):
    assert has_next({"resourceType": "Bundle", "link": link}) is expected


@pytest.mark.parametrize(
    ("severity", "expected"), [("fatal", True), ("error", True), ("warning", False), ("information", False)]
)
def test_only_an_error_of_a_search_says_that_something_is_missing(severity, expected):
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": severity}]}
    assert tells_error({"entry": [{"resource": None}, {"resource": outcome}]}) is expected
    assert not tells_error({"entry": [{"resource": {**outcome, "resourceType": "Claim"}}]})
