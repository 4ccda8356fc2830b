import json

from workup.walkthrough.notes import notes, write


def test_no_two_notes_have_the_same_text():
    drawn = notes(200, 1)
    assert len({note.note for note in drawn}) == 200


def test_notes_can_be_drawn_unlike_others():
    train = notes(160, 1)
    test = notes(32, 2, unlike=train)
    assert not {note.note for note in train} & {note.note for note in test}


def test_the_same_seed_draws_the_same_notes():
    assert notes(20, 1) == notes(20, 1)
    assert notes(20, 1) != notes(20, 2)


def test_the_job_follows_from_the_fault_alone():
    jobs = {}
    for note in notes(400, 3):
        assert note.fault in note.note
        assert jobs.setdefault(note.fault, note.job) == note.job
    assert len(set(jobs.values())) == 12


def test_rows_are_written_as_json_lines(tmp_path):
    file = write([{"id": "1", "note": "a bike"}, {"id": "2", "note": "another"}], tmp_path / "rows.jsonl")
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == ["1", "2"]
