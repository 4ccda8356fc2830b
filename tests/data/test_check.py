import pytest

from workup.data.check import Roles, check, mentions
from workup.data.rows import Row

ROLES = Roles(("text",), answer="label", accepted="also", split="use")
SOUND = [
    {"text": "a yellow fruit with a sour taste", "label": "lemon", "use": "train"},
    {"text": "grows on trees in autumn, often red", "label": "apple", "use": "train"},
    {"text": "my mouth puckers when I bite it", "label": "lemon", "use": "validation"},
    {"text": "one a day keeps you know whom away", "label": "apple", "use": "validation"},
]


def faults(rows, roles=ROLES):
    return check([Row(values, f"f.csv:{n}") for n, values in enumerate(rows, start=2)], roles)


def found(rows, roles=ROLES):
    return [(fault.kind, fault.severity, fault.place, fault.field) for fault in faults(rows, roles)]


def test_sound_rows_have_no_fault():
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"text": ""}, ("empty", "error", "f.csv:4", "text")),
        ({"text": SOUND[0]["text"]}, ("duplicate", "error", "f.csv:4", "text")),
        ({"text": SOUND[0]["text"], "use": "train"}, ("duplicate", "warning", "f.csv:4", "text")),
        ({"text": "A yellow fruit; with a sour taste!"}, ("duplicate", "error", "f.csv:4", "text")),
        ({"text": "a yellow fruit with a sour tasty"}, ("duplicate", "error", "f.csv:4", "text")),
        ({"text": SOUND[0]["text"], "label": "lime"}, ("contradiction", "error", "f.csv:4", "label")),
        ({"text": "it is a Lemon, of course"}, ("giveaway", "warning", "f.csv:4", "text")),
        ({"also": ["citron"], "text": "citron, so sour"}, ("giveaway", "warning", "f.csv:4", "text")),
        ({"label": "lime"}, ("coverage", "error", "f.csv:4", "label")),
        ({"label": "apple"}, ("coverage", "warning", "f.csv:2", "label")),
    ],
)
def test_a_fault_is_found_at_its_place(changes, expected):
    assert expected in found([*SOUND[:2], {**SOUND[2], **changes}, SOUND[3]])


def test_a_secret_answer_in_the_text_is_an_error():
    rows = [{**SOUND[0], "text": "a lemon"}, *SOUND[1:]]
    assert found(rows, Roles(("text",), "label", secret=True)) == [("giveaway", "error", "f.csv:2", "text")]


def test_rows_of_one_template_are_a_warning_on_either_side():
    ask = "What is the {} of a {}, and why is it so?"
    texts = [ask.format("colour", "xylophone"), ask.format("shortest lifetime", "big umbrella")]
    rows = [{**SOUND[0], "text": texts[0]}, SOUND[1], {**SOUND[2], "text": texts[1]}, SOUND[3]]
    assert found(rows) == [("duplicate", "warning", "f.csv:4", "text")]


def test_one_common_and_one_rare_answer_are_an_imbalance():
    rows = [{**SOUND[0], "text": f"{'abcdefghijklmnop'[n] * 9} fruit"} for n in range(15)]
    assert [f.reason for f in faults([*rows, SOUND[1]], Roles(("text",), "label"))] == [
        "'lemon' has 15 rows, 'apple' has 1"
    ]


def test_free_answers_are_no_imbalance():
    rows = [{"text": f"{'abcdefghijklmnop'[n] * 9} question", "label": f"answer {n}"} for n in range(15)]
    assert found(rows, Roles(("text",), "label")) == []


def test_without_an_answer_or_split_only_the_texts_are_checked():
    assert found([SOUND[0], SOUND[0]], Roles(("text",))) == [("duplicate", "warning", "f.csv:3", "text")]


def test_abbreviations_are_matched_by_exact_case_only():
    assert mentions("known MS since 2010", "MS")
    assert not mentions("pain for 200 ms", "MS")
    assert mentions("a HEART ATTACK last year", "Heart attack")
    assert not mentions("gouty", "Gout")
