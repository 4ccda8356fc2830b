import json


def test_describe_counts_every_column(workup, colours):
    described = json.loads(workup("data", "describe", colours, "--json").out)
    assert described["rows"] == 24
    columns = {column["name"]: column for column in described["columns"]}
    assert (columns["colour"]["distinct"], columns["colour"]["filled"]) == (6, 24)


def test_describe_reads_as_a_table(workup, colours):
    done = workup("data", "describe", colours)
    assert "24 rows, 3 columns" in done.out
    assert "yellow (4 times)" in done.out


def test_the_clinics_case_book_is_described_by_its_name(workup):
    assert "855 rows" in workup("data", "describe", "clinic").out
