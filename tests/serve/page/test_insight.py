import re

import pytest

from learning_cases import synthetic
from page_visitor import visitor
from served_app import service
from workup.data.rows import Row
from workup.learning.intake import take_in_rows
from workup.serve.page.charts import SIDE, TOP, points
from workup.serve.security.roles import Role


@pytest.fixture(scope="module")
def operator(served):
    return visitor(served, "Operator", Role.OPERATOR)


def test_calibration_shows_each_word_with_its_measured_accuracy(served, operator):
    page = operator.get("/operation/calibration")
    fitted = next(iter(service(served).models.all()[0].diagnoser.known.forms.values()))
    for band in fitted.calibration.bands:
        assert band.word in page.text
        assert f"{band.accuracy.right} of {band.accuracy.total}" in page.text


def test_the_marks_of_the_diagram_stay_inside_it(served):
    fitted = next(iter(service(served).models.all()[0].diagnoser.known.forms.values()))
    found = points(fitted.calibration.bands)
    assert found
    for point in found:
        assert point.left <= point.x <= point.right
        assert TOP <= point.high <= point.y <= point.low <= TOP + SIDE


def test_the_audit_is_whole_and_lists_what_was_done(operator):
    page = operator.get("/operation/audit")
    assert "Whole" in page.text
    assert "key created" in page.text


def test_without_a_case_there_is_no_drift_to_see(operator):
    page = operator.get("/operation/drift")
    assert page.status_code == 200
    assert "Nothing has been taken in yet" in page.text


def test_drift_is_a_table_and_a_picture_that_the_policy_allows(served, operator):
    rows = [
        Row({"text": text, "diagnosis": "Migraine"}, str(place))
        for place, text in enumerate(synthetic("Migraine", 6))
    ]
    with service(served).database.session() as session:
        take_in_rows(session, rows, "test", "a clinic")
    page = operator.get("/operation/drift?days=7")
    assert "all specialties" in page.text
    assert re.search(r'<img[^>]* src="data:image/svg\+xml;base64,[A-Za-z0-9+/=]+"', page.text)
    assert "img-src 'self' data:" in page.headers["content-security-policy"]
