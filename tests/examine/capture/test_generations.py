import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from workup.examine.capture.generations import Answers, Generations
from workup.examine.capture.subject import Expected
from workup.examine.capture.texts import Texts
from workup.examine.subject import Pair


@pytest.fixture(scope="module")
def model(tiny_t5):
    return AutoModelForSeq2SeqLM.from_pretrained(tiny_t5)


@pytest.fixture(scope="module")
def tokenizer(tiny_t5):
    return AutoTokenizer.from_pretrained(tiny_t5)


def add(generations, model, count, *, era=1, in_evaluation=False):
    answers = generations.of_now(era, in_evaluation=in_evaluation)
    given = {"input_ids": torch.arange(5, 5 + count).unsqueeze(1), "max_new_tokens": 4}
    answers.add(model, None, given, torch.full((count, 3), 9))


def test_settings_of_a_search_are_kept_and_what_is_read_is_not(model):
    answers = Answers()
    given = {"input_ids": torch.tensor([[5]]), "attention_mask": torch.tensor([[1]]), "num_beams": 2}
    answers.add(model, None, given, torch.tensor([[0, 7, 1], [0, 8, 1]]))
    assert answers.arguments == {"num_beams": 2}
    assert answers.rows == [([5], [0, 7, 1]), ([5], [0, 8, 1])]


def test_padded_rows_without_a_mask_are_kept_and_no_others(model, tokenizer):
    padded, even = torch.tensor([[5, 6, 1], [7, 1, 0]]), torch.tensor([[5, 6, 1], [7, 8, 1]])
    mask, said = torch.ones_like(padded), torch.tensor([[0, 7, 1], [0, 8, 1]])
    kept = []
    for given in (
        {"input_ids": padded, "attention_mask": mask},
        {"input_ids": even},
        {"inputs": padded},
    ):
        answers = Answers()
        answers.add(model, tokenizer, given, said)
        kept.append(answers.unmasked)
    assert kept == [[], [], padded.tolist()]


def test_the_scripts_own_answers_count_unless_they_are_too_few(model):
    generations = Generations()
    add(generations, model, 9, in_evaluation=True)
    add(generations, model, 3)
    assert generations.chosen(1) is generations.of_evaluation
    add(generations, model, 1)
    assert generations.chosen(1) is generations.of_script


def test_only_the_latest_weights_answers_are_kept_and_never_those_of_the_base(model):
    generations = Generations()
    add(generations, model, 5, era=0)
    assert len(generations.chosen(0).rows) == 5
    assert generations.chosen(1) is None
    add(generations, model, 4, era=2)
    assert len(generations.chosen(2).rows) == 4


def test_an_answer_is_told_as_the_script_decoded_it(model, tokenizer):
    generations, ids = Generations(), tokenizer("black")["input_ids"]
    answers = generations.of_now(1, in_evaluation=False)
    sources = [tokenizer(text)["input_ids"] for text in ("coal", "snow")]
    for source in sources:
        answers.add(model, tokenizer, {"input_ids": [source]}, [[0, *ids]])
    answers.rows[1] = (sources[1], [0, *tokenizer("white")["input_ids"]])
    generations.decoded(torch.tensor([*ids, 0, 0]), "Black!", 0)
    known = {"coal": "black"}
    found = generations.as_parts(answers, Texts(), tokenizer, lambda source: known.get(source.strip()))
    assert [(one.source.strip(), one.text, one.expected) for one in found] == [
        ("coal", "Black!", "black"),
        ("snow", "white", None),
    ]


def test_of_two_readings_of_the_same_ids_the_plainer_counts(model, tokenizer):
    generations, answers = Generations(), Answers()
    answers.add(model, tokenizer, {"input_ids": torch.tensor([[5, 1]])}, torch.tensor([[0, 7, 1]]))
    for text in ("blue", "blue</s><pad><pad>"):
        generations.decoded([[0, 7, 1]], [text], 0)
    (said,) = generations.as_parts(answers, Texts(), tokenizer, lambda source: None)
    assert said.text == "blue"


def test_a_target_is_expected_even_where_the_prompt_is_missing():
    colours = [("snow", "white"), ("lemon", "yellow"), ("cherry", "red"), ("cherry", "dark red")]
    expected = Expected(Pair(f"name the colour: {thing}", colour) for thing, colour in colours)
    assert expected.of("name the colour: snow") == "white"
    assert expected.of("lemon") == "yellow"
    assert expected.of("cherry") is None
    assert expected.of("coal") is None
    assert Expected([]).of("coal") is None
