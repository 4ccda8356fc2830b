import copy
import random

import pytest

from workup.errors import RecipeError
from workup.pretraining.tokenizer import SENTINELS, teacher_pieces, unigram

CLINICAL = [
    "Fever 39.1 °C\n5 µg/m² ±2 %, SpO2 < 94 %",
    "Hb 90 g/l; CRP ≥ 120 mg/l → sepsis? (no)",
    "\n\nDiagnosis: gout\n",
    "An unheard-of Xylophone's word",
]


@pytest.fixture(scope="module", params=["teacher", "unigram"])
def made(request, texts):
    """A tokenizer of each kind."""
    return request.getfixturevalue("pieces") if request.param == "teacher" else unigram(texts, 520)


def test_texts_with_clinical_signs_come_back_as_they_were(made, texts):
    for text in [*CLINICAL, *texts]:
        assert made.decode(made(text)["input_ids"], skip_special_tokens=True) == text


def test_digits_and_signs_are_pieces_of_their_own(made):
    written = [piece.strip("▁") for piece in made.tokenize("120/80 <5 % °µ²\n±")]
    assert [piece for piece in written if piece] == list("120/80<5%°µ²\n±")


def test_special_pieces_have_the_ids_of_t5_and_a_sentinel_is_one_id(made):
    assert [made.pad_token_id, made.eos_token_id, made.unk_token_id] == [0, 1, 2]
    assert made.convert_ids_to_tokens([0, 1, 2]) == ["<pad>", "</s>", "<unk>"]
    assert made("a <extra_id_7> rash")["input_ids"].count(made.convert_tokens_to_ids("<extra_id_7>")) == 1
    assert sorted(made.convert_tokens_to_ids(SENTINELS)) == list(range(len(made) - 100, len(made)))


def test_every_text_ends_in_the_end_token_and_every_batch_is_padded_with_pads(made):
    rows = made(["a rash", "a rash at night"], padding=True)["input_ids"]
    assert rows[1][-1] == 1
    assert set(rows[0][rows[0].index(1) + 1 :]) == {0}


def test_a_saved_tokenizer_cuts_as_it_did(made, texts, tmp_path):
    from transformers import AutoTokenizer

    made.save_pretrained(tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert loaded.get_vocab() == made.get_vocab()
    for text in [*CLINICAL, *texts[:10]]:
        assert loaded(text)["input_ids"] == made(text)["input_ids"]


def test_the_same_texts_give_the_same_pieces_of_the_teacher(pieces, texts, teacher):
    assert teacher_pieces(texts, teacher.tokenizer, 620).get_vocab() == pieces.get_vocab()


def test_a_text_is_cut_where_the_teacher_cuts_it(pieces, texts, teacher):
    def ends(tokenizer, text):
        spans = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        return [end for _, end in spans]

    assert pieces.tokenize("a man has tonsillitis")[3:] == ["▁tonsil", "l", "itis"]
    for text in texts:
        assert ends(pieces, text) == ends(teacher.tokenizer, text)


def test_each_case_of_a_word_is_a_piece_of_its_own(pieces):
    assert pieces.tokenize("An old man") == ["▁An", "▁old", "▁man"]
    assert pieces.tokenize("an old man") == ["▁an", "▁old", "▁man"]


def test_where_room_is_short_the_rarest_pieces_are_left_out(pieces, texts, teacher):
    fewer = teacher_pieces(texts, teacher.tokenizer, len(pieces) - 5)
    lost = set(pieces.get_vocab()) - set(fewer.get_vocab())
    assert len(fewer) == len(pieces) - 5
    written = "".join(f" {text}" for text in texts).replace(" ", "▁")
    kept = [piece for piece in fewer.get_vocab() if piece.strip("▁").isalpha() and len(piece) > 3]
    assert max(map(written.count, lost)) <= min(map(written.count, kept))


def test_spaces_in_a_row_become_one_and_those_before_signs_stay(made):
    assert made.decode(made("fever   and  rash")["input_ids"], skip_special_tokens=True) == "fever and rash"
    assert made.decode(made("no pain , rash ?")["input_ids"], skip_special_tokens=True) == "no pain , rash ?"


def test_letters_with_marks_are_the_same_however_they_are_encoded(teacher):
    made = teacher_pieces(["Sjögren"], teacher.tokenizer, 620)
    assert made.tokenize("Sjo\N{COMBINING DIAERESIS}gren") == made.tokenize("Sjögren")
    assert "<unk>" not in made.tokenize("Sjögren")


def test_letters_that_no_text_held_are_kept_and_a_foreign_one_takes_no_neighbour_with_it(made):
    for text in ["Sjögren syndrome", "a café-au-lait spot", "naïve", "α-fetoprotein, β2, Ω"]:
        assert made.decode(made(text)["input_ids"], skip_special_tokens=True) == text
    foreign = made.decode(made("rash 熱 fever")["input_ids"][:-1])
    assert foreign.replace(" ", "") == "rash<unk>fever"


def test_tabs_and_hard_spaces_become_spaces_and_the_greek_mu_the_micro_sign(made):
    written = made("fever\t39\u00a0°C, 5 μg\nrash")["input_ids"]
    assert made.decode(written, skip_special_tokens=True) == "fever 39 °C, 5 µg\nrash"


def test_too_few_pieces_are_refused_with_the_least_number(teacher):
    with pytest.raises(RecipeError, match=r"tokenizer.pieces: 300 are too few; .* alone are \d+"):
        teacher_pieces(["fever"], teacher.tokenizer, 300)


def test_a_number_that_is_one_piece_of_the_teacher_falls_into_digits(teacher):
    knowing = copy.deepcopy(teacher.tokenizer)
    knowing.add_tokens(["39"])
    made = teacher_pieces(["temperature 39"], knowing, 620)
    assert knowing.tokenize("temperature 39")[-1] == "39"
    assert made.tokenize("temperature 39") == ["▁temperature", "▁3", "9"]
    assert not {"39", "▁39"} & set(made.get_vocab())


def test_a_learned_vocabulary_has_the_size_asked_for_at_most_and_pieces_that_are_shared():
    rng = random.Random(0)
    syllables = [consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeiou"]
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(400)]
    made = unigram([" ".join(rng.choices(words, k=20)) for _ in range(200)], 420)
    assert 390 < len(made) <= 420
    assert len(made.tokenize(" ".join(words))) < len(" ".join(words)) * 0.7
