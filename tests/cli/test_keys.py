import json

import pytest


@pytest.fixture
def keys(workup, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return lambda *arguments: workup("keys", *arguments)


def test_a_key_is_printed_once_listed_without_itself_and_revoked(keys, tmp_path):
    made = keys("create", "ward 3", "--role", "clinician", "--role", "viewer")
    key = made.out.strip()
    assert (made.status, key[:3]) == (0, "wk_")
    assert (tmp_path / "workup.db").exists()
    listed = keys("list")
    assert "ward 3" in listed.out
    assert "viewer, clinician" in listed.out
    assert key.split("_", 2)[2] not in listed.out
    assert "ward 3 is revoked" in keys("revoke", "ward 3").out
    (row,) = json.loads(keys("list", "--json").out)
    assert row["revoked"] is not None
    assert (row["roles"], row["prefix"]) == (["viewer", "clinician"], key[:11])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("list",), "there is no database workup.db yet; workup serve makes it"),
        (("revoke", "ward"), "there is no database workup.db yet"),
        (("create", "ward", "--role", "clinican"), "did you mean 'clinician'"),
        (("create", "a\nb", "--role", "viewer"), "no name for a key"),
        (("create", "ward"), "role"),
        (("create", "ward", "--role", "viewer", "--database", "/"), "is a folder"),
    ],
)
def test_wrong_input_gets_one_clear_error(keys, arguments, reason):
    done = keys(*arguments)
    assert done.status == 2
    assert reason in done.err
    assert "Traceback" not in done.err


def test_a_second_key_of_a_name_is_refused(keys):
    keys("create", "ward", "--role", "viewer")
    assert "a key called ward already" in keys("create", "ward", "--role", "viewer").err
