import json

import pytest

from learning_cases import CROUP, GOUT, MIGRAINE, synthetic


@pytest.fixture
def learn(workup, monkeypatch, tmp_path):
    """`workup learn` in a folder with cases.jsonl, three textbook cases of which one is labelled wrong."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    rows = [GOUT, {**MIGRAINE, "diagnosis": "Ectopic pregnancy"}, CROUP]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return lambda *arguments: workup("learn", *arguments)


@pytest.fixture
def taken(learn):
    """The same with the cases in quarantine."""
    assert learn("intake", "cases.jsonl", "--from", "St Ann").status == 0
    return learn


def decide(learn, number, who, *decision):
    return learn("review", "--item", number, "--as", who, "--why", "it fits", *decision)


def test_a_file_is_taken_in_and_the_second_time_changes_nothing(learn):
    assert "3 in quarantine, 0 known already" in learn("intake", "cases.jsonl", "--from", "St Ann").out
    again = json.loads(learn("intake", "cases.jsonl", "--from", "St Ann", "--json").out)
    assert (again["quarantined"], len(again["copies"])) == ([], 3)


def test_two_reviewers_bring_an_item_to_release(taken):
    assert "(reviewed once)" in decide(taken, 1, "Ann", "--accept").out
    assert "(agreed)" in decide(taken, 1, "Bea", "--accept").out
    assert "1 example can be released" in taken("status").out
    assert json.loads(taken("status", "--json").out)["states"]["agreed"] == 1


def test_a_disagreement_is_shown_with_both_sides(taken):
    decide(taken, 1, "Ann", "--accept")
    told = decide(taken, 1, "Bea", "--diagnosis", "septic arthritis").out
    assert "(disagreed)" in told
    assert "Ann: Gout; it fits" in told
    assert "Bea: Septic arthritis; it fits" in told


def test_what_waits_is_listed_with_what_is_suspected_first(taken):
    lines = taken("review").out.splitlines()
    listed = [line.split()[0] for line in lines if line.strip()[:1].isdigit() and "wait for" not in line]
    assert listed == ["2", "1", "3"]
    assert "against the case book" in taken("review", "--item", 2).out


def test_a_screen_asks_for_one_item_after_another(taken, monkeypatch):
    lines = iter(["reject no such findings", "accept textbook", "quit"])
    monkeypatch.setattr("builtins.input", lambda prompt="": next(lines))
    assert "2 decided." in taken("review", "--as", "Ann").out
    assert taken("status").out.count("reviewed once") == 1


def test_a_canary_is_barred_and_named(learn, tmp_path):
    (tmp_path / "secret.jsonl").write_text(json.dumps(GOUT))
    assert "1 new text in the canary set" in learn("reference", "secret.jsonl", "--as", "canary").out
    told = learn("intake", "cases.jsonl", "--from", "St Ann").out
    assert "cases.jsonl:1: a copy of canary case secret.jsonl:1" in told


def test_drift_is_told_drawn_and_the_exit_status(learn, tmp_path):
    rows = [{"text": text, "diagnosis": "Gout"} for text in synthetic("Gout", 6)]
    (tmp_path / "gout.jsonl").write_text("\n".join(map(json.dumps, rows)))
    learn("intake", "gout.jsonl", "--from", "St Ann")
    done = learn("drift", "--plot", "drift.svg")
    assert done.status == 1
    assert "Holm" in done.out
    assert (tmp_path / "drift.svg").read_text().rstrip().endswith("</svg>")
    found = json.loads(learn("drift", "--json").out)
    assert any(shift["drifted"] for shift in found["shifts"])


def test_the_database_is_also_named_by_the_environment(learn, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    learn("intake", "cases.jsonl", "--from", "St Ann")
    assert (tmp_path / "other.db").exists()
    assert not (tmp_path / "workup.db").exists()


def test_the_database_is_also_named_by_a_file_as_secrets_are(learn, monkeypatch, tmp_path):
    (tmp_path / "url").write_text(f"sqlite:///{tmp_path}/other.db\n")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    learn("intake", "cases.jsonl", "--from", "St Ann")
    assert (tmp_path / "other.db").exists()
    monkeypatch.setenv("DATABASE_URL", "a.db")
    assert "both set" in learn("status").err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("status",), "there is no database workup.db yet"),
        (("review", "--item", "1"), "there is no database workup.db yet"),
        (("intake", "nothing.jsonl", "--from", "A"), "there is no file, folder or installed source"),
        (("intake", "empty.jsonl", "--from", "A"), "empty.jsonl holds no rows"),
        (("intake", "broken.jsonl", "--from", "A"), "broken.jsonl:7: not JSON"),
        (
            ("intake", "unknown.jsonl", "--from", "A"),
            "'Gowt' is no diagnosis of the case book; did you mean 'Gout'",
        ),
        (("intake", "cases.jsonl", "--from", "A", "--database", "/"), "is a folder"),
        (("reference", "cases.jsonl", "--as", "canaries"), "did you mean 'canary'"),
        (("review", "--accept", "--as", "A", "--why", "x"), "say which item is meant"),
        (("review", "--item", "1", "--why", "x", "--as", "A"), "say what is decided"),
        (("review", "--item", "1", "--accept", "--reject"), "exclude each other"),
    ],
)
def test_wrong_input_gets_one_clear_error(learn, tmp_path, arguments, reason):
    (tmp_path / "empty.jsonl").write_text("")
    good = [json.dumps({"text": text, "diagnosis": "Gout"}) for text in synthetic("Gout", 6)]
    (tmp_path / "broken.jsonl").write_text("\n".join([*good, '{"text": ']))
    (tmp_path / "unknown.jsonl").write_text(json.dumps({**GOUT, "diagnosis": "Gowt"}))
    done = learn(*arguments)
    assert done.status == 2
    assert reason in done.err
    assert len(done.err.strip().splitlines()) <= 2
    assert done.out == ""


@pytest.mark.parametrize(
    ("number", "who", "decision", "reason"),
    [
        (12, "Ann", "--accept", "there is no item 12; the items are numbered up to 3"),
        (1, "St Ann", "--accept", "nobody reviews cases of their own"),
        (1, "Cyd", "--accept", "has decided so on item 1 already"),
        (1, "", "--accept", "say who decides"),
    ],
)
def test_a_wrong_decision_changes_nothing(taken, number, who, decision, reason):
    decide(taken, 1, "Cyd", "--accept")
    done = decide(taken, number, who, decision)
    assert done.status == 2
    assert reason in done.err
    assert taken("review", "--item", 1).out.count("it fits") == 1
