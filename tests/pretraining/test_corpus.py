import gzip
import json

import pytest

from workup.errors import DataError
from workup.pretraining.corpus import passages, split

LINE = "A fever of three days, and a cough {}."


def test_a_passage_is_as_many_whole_sentences_as_fit_into_ninety_words():
    sentences = [" ".join([f"word{number}"] * 30) + "." for number in range(7)]
    found = list(split(" ".join(sentences)))
    assert found == [" ".join(sentences[start : start + 3]) for start in (0, 3, 6)]


def test_a_line_ends_a_sentence_and_a_point_within_a_number_does_not():
    assert list(split("CRP 8.5 mg/l. No fever\nHb 90 g/l", words=4)) == [
        "CRP 8.5 mg/l.",
        "No fever",
        "Hb 90 g/l",
    ]


def test_a_sentence_of_more_words_is_cut_and_no_word_is_lost():
    words = [str(number) for number in range(250)]
    found = list(split(" ".join(words)))
    assert [len(passage.split()) for passage in found] == [90, 90, 70]
    assert " ".join(found).split() == words


def test_files_of_every_kind_are_read_in_the_order_of_their_names(tmp_path):
    rows = [{"id": 7, "label": "a short cell", "text": LINE.format(name)} for name in ("jsonl", "gz")]
    (tmp_path / "a.txt").write_text(LINE.format("txt"))
    (tmp_path / "b.md").write_text(LINE.format("md"))
    (tmp_path / "c.jsonl").write_text(json.dumps(rows[0]) + "\n")
    with gzip.open(tmp_path / "d.jsonl.gz", "wt") as file:
        file.write(json.dumps(rows[1]) + "\n")
    (tmp_path / "e.csv").write_text(f'id,text\n1,"{LINE.format("csv")}"\n')
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "g.tsv").write_text(f"id\ttext\n1\t{LINE.format('tsv')}\n")
    (tmp_path / "h.pdf").write_bytes(b"%PDF")
    kinds = ["txt", "md", "jsonl", "gz", "csv", "tsv"]
    assert list(passages(tmp_path)) == [LINE.format(kind) for kind in kinds]


def test_what_stands_twice_is_one_passage(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(LINE.format("at night"))
    (tmp_path / "c.txt").write_text(LINE.format("at   noon"))
    assert list(passages(tmp_path)) == [LINE.format("at night"), LINE.format("at noon")]


@pytest.mark.parametrize("name", ["LICENSE", "LICENSE.txt", "NOTICE.md", "README.md", "SOURCE.txt"])
def test_licences_and_notes_on_the_source_are_passed_over(tmp_path, name):
    (tmp_path / name).write_text(LINE.format("in a licence"))
    (tmp_path / "text.txt").write_text(LINE.format("in a text"))
    assert list(passages(tmp_path)) == [LINE.format("in a text")]


def test_a_folder_that_is_not_there_names_the_nearest(tmp_path):
    (tmp_path / "corpus").mkdir()
    with pytest.raises(DataError, match=r"there is no folder .*corpsu; did you mean '.*corpus'\?"):
        list(passages(tmp_path / "corpsu"))


def test_a_folder_without_text_says_what_is_read(tmp_path):
    (tmp_path / "notes.docx").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"holds no text: \.txt, \.md, \.jsonl\.gz, .* files are read"):
        list(passages(tmp_path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no gzip", r"rows\.jsonl\.gz cannot be unzipped: Not a gzipped file"),
        (gzip.compress(b'{"text": "half"}\n')[:-12], r"rows\.jsonl\.gz cannot be unzipped"),
        (gzip.compress(b"fever " * 99)[:10] + b"\xff" * 40, r"rows\.jsonl\.gz cannot be unzipped"),
        (gzip.compress(b'{"text": "half a line\n'), r"rows\.jsonl\.gz:1: not JSON"),
        (gzip.compress(b'\n["a list"]\n'), r"rows\.jsonl\.gz:2: a line must be one JSON object, got list"),
    ],
    ids=["not zipped", "cut short", "damaged", "not JSON", "no object"],
)
def test_a_broken_zipped_file_is_named(tmp_path, content, said):
    (tmp_path / "rows.jsonl.gz").write_bytes(content)
    with pytest.raises(DataError, match=said):
        list(passages(tmp_path))


def test_a_text_whose_name_begins_like_a_note_is_read(tmp_path):
    (tmp_path / "sources_of_fever.txt").write_text(LINE.format("in a text"))
    assert list(passages(tmp_path)) == [LINE.format("in a text")]


def test_a_broken_row_is_named_with_its_line(tmp_path):
    (tmp_path / "rows.jsonl").write_text(json.dumps({"text": LINE.format("")}) + "\n{half\n")
    with pytest.raises(DataError, match=r"rows\.jsonl:2: not JSON"):
        list(passages(tmp_path))
