import pytest

from workup.data.check import Roles
from workup.data.checked import check_source
from workup.errors import DataError


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = ['{"text": "a long text to read", "label": "x"}', "not json", '{"text": "another", "label": "y"}']
    path.write_text("\n".join(lines))
    return str(path)


def test_a_line_that_cannot_be_read_is_a_fault_and_the_others_are_checked(source):
    checked = check_source(source)
    assert [(fault.kind, fault.place) for fault in checked.faults] == [("schema", f"{source}:2")]
    assert (len(checked.rows), checked.errors) == (2, 1)


def test_what_could_not_be_looked_for_is_said(source):
    checked = check_source(source)
    assert checked.roles.texts == ("text",)
    assert set(checked.not_looked_for) == {"contradiction", "giveaway", "balance", "coverage"}
    assert check_source(source, Roles(("text",), "label")).not_looked_for == ("coverage",)


def test_a_role_that_no_column_can_play_is_an_error(source):
    with pytest.raises(DataError, match=r"no column 'lable', which answer uses; did you mean 'label'"):
        check_source(source, Roles(("text",), "lable"))


def test_a_file_of_broken_lines_only_is_all_faults(tmp_path):
    (tmp_path / "a.jsonl").write_text("{\n")
    checked = check_source(str(tmp_path / "a.jsonl"))
    assert checked.rows == []
    assert checked.errors == 2
