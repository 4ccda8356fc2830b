import random
from collections import Counter

import pytest
import torch

from workup.data.rows import Row
from workup.pretraining.labels import NONE, LabelVectors
from workup.pretraining.plan import Pairs
from workup.pretraining.tasks import LABELS, Answering, FillingGaps, Mixture

ROWS = [
    Row({"text": "A man has fever", "finding": "no pain"}, "rows:1"),
    Row({"text": "A girl has a rash", "finding": "Hb 90 g/l"}, "rows:2"),
]
PAIRS = Pairs(source="rows", prompts=["found: {text}", "{text}?"], target="It is {finding}.", share=1.0)


class Always:
    """A task that always draws one row."""

    def __init__(self, row):
        self.row = row

    def draw(self, rng):
        return self.row


@pytest.fixture(scope="module")
def model(pieces):
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(pieces),
            d_model=32,
            d_kv=16,
            d_ff=64,
            num_heads=2,
            num_layers=1,
            dropout_rate=0.0,
            decoder_start_token_id=0,
        )
    ).eval()


def test_a_question_is_any_of_the_prompts_and_the_answer_the_target_of_its_row(pieces):
    task, rng = Answering(pieces, ROWS, PAIRS), random.Random(0)
    drawn = Counter()
    for _ in range(200):
        row = task.draw(rng)
        drawn[tuple(pieces.decode(row[side]) for side in ("input_ids", "labels"))] += 1
    assert drawn.keys() == {
        (f"{question}</s>", f"It is {row.values['finding']}.</s>")
        for row in ROWS
        for question in (f"found: {row.values['text']}", f"{row.values['text']}?")
    }
    assert min(drawn.values()) > 25


def test_a_shortened_question_keeps_some_clauses_in_their_order_and_its_answer_whole(pieces):
    row = Row({"text": "fever, a cough; no rash. a man", "finding": "no pain, at night"}, "rows:1")
    pairs = PAIRS.model_copy(update={"shortened": 0.5, "prompts": ["found: {text}"]})
    task, rng = Answering(pieces, [row], pairs), random.Random(0)
    drawn = [task.draw(rng) for _ in range(200)]
    assert {pieces.decode(one["labels"]) for one in drawn} == {"It is no pain, at night.</s>"}
    questions = [pieces.decode(one["input_ids"], skip_special_tokens=True) for one in drawn]
    assert 90 < questions.count("found: fever, a cough; no rash. a man") < 140
    assert {"found: fever,", "found: fever, no rash. a man"} <= set(questions)
    clauses = ["fever,", "a cough;", "no rash.", "a man"]
    for question in questions:
        places = [question.index(clause) for clause in clauses if clause in question]
        assert places
        assert places == sorted(places)


def test_clauses_may_come_in_any_order(pieces):
    row = Row({"text": "fever, a cough; no rash. a man", "finding": "no"}, "rows:1")
    pairs = PAIRS.model_copy(update={"shuffled": 0.5, "prompts": ["{text}"]})
    task, rng = Answering(pieces, [row], pairs), random.Random(0)
    drawn = [pieces.decode(task.draw(rng)["input_ids"], skip_special_tokens=True) for _ in range(200)]
    assert 90 < drawn.count("fever, a cough; no rash. a man") < 140
    assert len(set(drawn)) > 15
    assert {tuple(sorted(question.split(" "))) for question in drawn} == {tuple(sorted(drawn[0].split(" ")))}


def test_words_are_dropped_up_to_the_given_share_and_one_stays(pieces):
    row = Row({"text": "a man " * 50, "finding": "no"}, "rows:1")
    task = Answering(pieces, [row], PAIRS.model_copy(update={"dropped": 0.7, "prompts": ["{text}"]}))
    rng = random.Random(0)
    lengths = [len(task.draw(rng)["input_ids"]) - 1 for _ in range(200)]
    assert 60 < sum(lengths) / 200 < 70
    assert min(lengths) >= 20
    row = Row({"text": "fever", "finding": "no"}, "rows:1")
    task = Answering(pieces, [row], PAIRS.model_copy(update={"dropped": 0.99, "prompts": ["{text}"]}))
    assert {pieces.decode(task.draw(rng)["input_ids"]) for _ in range(50)} == {"fever</s>"}


def test_gaps_are_sentinels_in_the_text_and_the_target_fills_them(pieces, texts):
    task, rng = FillingGaps(pieces, texts), random.Random(0)
    whole = {tuple(pieces(text)["input_ids"][:-1]) for text in texts}
    for _ in range(20):
        row = task.draw(rng)
        fill, sentinel = {}, None
        for id in row["labels"][:-1]:
            if id in task.sentinels:
                sentinel = id
                fill[sentinel] = []
            else:
                fill[sentinel].append(id)
        assert len(fill) > 1
        assert tuple(i for id in row["input_ids"][:-1] for i in fill.get(id, [id])) in whole


def test_a_text_too_short_for_a_gap_is_passed_over(pieces):
    row = FillingGaps(pieces, ["", "rash", "a rash at night"]).draw(random.Random(0))
    assert set(pieces("a rash at night")["input_ids"]) <= {*row["input_ids"], *row["labels"]}


def test_a_mixture_draws_in_proportion_to_the_shares(pieces, model):
    rows = [{"input_ids": [number, 1], "labels": [1], "label": NONE} for number in (5, 6)]
    mixture, rng = Mixture(pieces, model, [(0.6, Always(rows[0])), (0.2, Always(rows[1]))]), random.Random(0)
    drawn = [mixture.draw(rng) for _ in range(1000)]
    assert drawn.count(rows[0]) == pytest.approx(750, abs=50)
    assert mixture.length(rows[0]) == 2


def test_the_loss_of_a_mixture_is_the_models_own_cross_entropy(pieces, model, texts):
    answering, gaps = Answering(pieces, ROWS, PAIRS), FillingGaps(pieces, texts)
    mixture, rng = Mixture(pieces, model, [(0.5, answering), (0.5, gaps)]), random.Random(0)
    rows = [mixture.draw(rng) for _ in range(4)]
    batch = mixture.collate(rows)
    assert (batch["labels"] == -100).any(), "targets of unlike length"
    with torch.no_grad():
        own = model(
            input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], labels=batch["labels"]
        ).loss
        assert mixture.loss(model, batch).item() == pytest.approx(own.item(), rel=1e-5)


def test_a_mixture_smooths_no_labels_where_a_gradient_is_wanted(pieces, model):
    mixture = Mixture(pieces, model, [(1.0, Answering(pieces, ROWS, PAIRS))])
    batch = mixture.collate([mixture.draw(random.Random(0))])
    loss = mixture.loss(model, batch)
    assert loss.requires_grad
    own = {name: value for name, value in batch.items() if name != "label"}
    assert loss.item() == pytest.approx(model(**own).loss.item(), rel=1e-5)


def test_where_there_are_labels_they_are_learned_in_training_and_not_judged_on_what_is_held_out(
    pieces, model, texts
):
    labelled = PAIRS.model_copy(update={"label": "finding"})
    answering = Answering(pieces, ROWS, labelled, {"no pain": 0, "Hb 90 g/l": 1})
    mixture = Mixture(pieces, model, [(1.0, answering), (1.0, FillingGaps(pieces, texts))])
    rng = random.Random(0)
    batch = mixture.collate([mixture.draw(rng) for _ in range(24)])
    assert set(batch["label"].tolist()) == {0, 1, NONE}
    alone = mixture.loss(model, batch).item()
    vectors = LabelVectors(model, pieces, ["no pain", "Hb 90 g/l"])
    setattr(model, LABELS, vectors)
    try:
        with torch.no_grad():
            assert mixture.loss(model, batch).item() == pytest.approx(alone, rel=1e-5)
        both = mixture.loss(model, batch)
        both.backward()
    finally:
        delattr(model, LABELS)
    assert both.item() > alone
    assert vectors.weight.grad.abs().sum() > 0


def test_what_is_too_long_is_cut_and_still_ends(pieces, model):
    long = Row({"text": "a rash " * 400, "finding": "no pain " * 400}, "rows:1")
    for task in (Answering(pieces, [long], PAIRS), FillingGaps(pieces, [long.values["text"]])):
        row = task.draw(random.Random(0))
        assert len(row["input_ids"]) <= 256
        assert len(row["labels"]) <= 64
        assert row["input_ids"][-1] == row["labels"][-1] == pieces.eos_token_id
