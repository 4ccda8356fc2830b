from workup.clinic.book import FILES
from workup.clinic.describe import tables

UROLOGY = (FILES / "15_urology.yaml").read_text(encoding="utf-8")


def totals(path):
    """Conditions, training and validation cases of all specialties together."""
    last = tables(str(path))[0].rows[-1]
    return tuple(int(last[column]) for column in (1, 5, 6))


def test_the_shipped_book_is_described_by_default():
    assert totals("") == (171, 513, 342)


def test_a_book_of_ones_own_is_described(tmp_path):
    (tmp_path / "a.yaml").write_text(UROLOGY, encoding="utf-8")
    assert totals(tmp_path) == totals(tmp_path / "a.yaml") == (9, 27, 18)


def test_what_breaks_the_schema_is_not_counted(tmp_path):
    (tmp_path / "a.yaml").write_text(UROLOGY.replace("sex: male", "sex: m", 1), encoding="utf-8")
    assert totals(tmp_path) == (9, 26, 18)


def test_a_book_of_which_nothing_can_be_used_has_no_tables(tmp_path):
    (tmp_path / "a.yaml").write_text("specialty: Urology", encoding="utf-8")
    assert tables(str(tmp_path)) == ()
