import json
from importlib import resources


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


def test_the_case_book_is_checked_and_described_on_one_page(workup):
    done = workup("data", "check", "clinic")
    assert done.status == 0
    assert "No fault found." in done.out
    assert "One condition in full: Acute myocardial infarction" in done.out


def test_every_fault_of_a_book_of_ones_own_is_shown_with_status_1(workup, tmp_path):
    book = tmp_path / "book.yaml"
    text = (resources.files("workup.clinic") / "book" / "15_urology.yaml").read_text(encoding="utf-8")
    text = text.replace("sex: male", "sex: unknown", 1).replace("icd10: N10\n", "icd10: Q99.99\n", 1)
    book.write_text(text, encoding="utf-8")
    done = workup("data", "check", f"casebook:{book}")
    assert (done.status, done.err) == (1, "")
    line = text[: text.index("sex: unknown")].count("\n") + 1
    assert f"error {book}:{line}: conditions.0.cases.0.sex: Input should be 'male' or 'female'" in done.out
    assert "icd10: Q99.99 is no code of ICD-10-CM" in done.out
    assert "2 errors, 0 warnings." in done.out


def test_a_book_of_ones_own_that_is_no_yaml_is_a_fault_too(workup, tmp_path):
    (tmp_path / "book.yaml").write_text("specialty: [", encoding="utf-8")
    done = workup("data", "check", f"casebook:{tmp_path}")
    assert done.status == 1
    assert f"{tmp_path / 'book.yaml'}:" in done.out
    assert "not valid YAML" in done.out


def test_an_error_in_the_data_is_shown_with_its_place_and_status_1(workup, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label,use\na yellow fruit,lemon,train\na yellow fruit,lemon,dev\nx,y\n")
    done = workup("data", "check", path, "--text", "text", "--answer", "label", "--split", "use")
    assert done.status == 1
    assert f"{path}:3: text: the same text as {path}:2" in done.out
    assert f"{path}:4: 2 cells where the header has 3" in done.out
    listed = json.loads(workup("data", "check", path, "--json").out)
    assert {fault["kind"] for fault in listed["faults"]} == {"schema", "duplicate"}
    assert "giveaway" in listed["not_looked_for"]


def test_bad_rows_are_dropped_on_demand_and_named(workup, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\na yellow fruit,lemon\nx\n")
    assert "--skip-bad 1" in workup("data", "describe", path).err
    done = workup("data", "describe", path, "--skip-bad", "1")
    assert done.status == 0
    assert f"dropped: {path}:3: 1 cells" in done.err
    assert "1 rows" in done.out


def test_deidentification_drops_bad_rows_on_demand_and_names_them(workup, tmp_path):
    path, out = tmp_path / "a.csv", tmp_path / "out.jsonl"
    path.write_text("note,label\nDr. Smith was here,x\ny\n")
    refused = workup("data", "deidentify", path, "--out", out)
    assert refused.status == 2
    assert "--skip-bad 1" in refused.err
    done = workup("data", "deidentify", path, "--out", out, "--skip-bad", "1")
    assert done.status == 0
    assert f"dropped: {path}:3: 1 cells" in done.err
    assert "1 rows could not be used and were dropped" in done.out
    assert len(out.read_text().splitlines()) == 1


def test_overlap_shows_the_pairs_of_two_sources(workup, tmp_path):
    left, right = tmp_path / "a.csv", tmp_path / "b.csv"
    left.write_text("text\nfever for 3 days with cough\nan itchy rash\n")
    right.write_text("text\nFever for 5 days with cough!\nnothing alike\n")
    done = workup("data", "overlap", left, right)
    assert "normalised: the same but for case, marks and digits" in done.out
    assert f"{left}:2 fever for 3 days with cough" in done.out
    listed = json.loads(workup("data", "overlap", left, right, "--json").out)
    assert listed["overlap"] == {"exact": 0, "normalised": 1, "near": 0, "template": 0}
    assert "No row overlaps another." in workup("data", "overlap", right).out


def test_a_column_that_is_not_there_is_one_error(workup, colours):
    done = workup("data", "overlap", colours, "--text", "tezt")
    assert done.status == 2
    assert "did you mean 'text'" in done.err


def test_synthetic_cases_are_written_and_never_over_a_file(workup, tmp_path):
    out = tmp_path / "cases.jsonl"
    assert workup("data", "synthesise", "5", "--out", out).status == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == 5
    assert "nothing is written over" in workup("data", "synthesise", "5", "--out", out).err


def test_identifiers_are_replaced_and_counted_without_being_repeated(workup, tmp_path):
    path, out, report = tmp_path / "a.csv", tmp_path / "out.jsonl", tmp_path / "report.json"
    path.write_text("note\nDr. Smith saw Mr. Jones on 12/03/2024 for chest pain. Mail: jones@example.com\n")
    done = workup("data", "deidentify", path, "--out", out, "--report", report)
    assert done.status == 0
    note = json.loads(out.read_text())["note"]
    assert "Jones" not in note
    assert "[DATE]" in note
    assert "chest pain" in note
    assert "Jones" not in report.read_text()
