import pytest

from workup.errors import DataError
from workup.learning.environment import database, value


def test_a_value_stands_in_its_variable_or_in_the_file_of_the_other(tmp_path):
    (tmp_path / "secret").write_text("b\n")
    assert value("X", {"X": "a"}) == "a"
    assert value("X", {"X_FILE": str(tmp_path / "secret")}) == "b"
    assert value("X", {}) is None


@pytest.mark.parametrize(
    ("environ", "reason"),
    [({"X": "a", "X_FILE": "b"}, "X and X_FILE are both set"), ({"X_FILE": "nowhere"}, "cannot be read")],
)
def test_what_cannot_be_told_is_an_error(environ, reason):
    with pytest.raises(DataError, match=reason):
        value("X", environ)


def test_without_a_word_it_is_a_file_in_the_current_folder(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_URL_FILE", raising=False)
    assert database() == "workup.db"
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann@db/workup")
    assert database() == "postgresql://ann@db/workup"
