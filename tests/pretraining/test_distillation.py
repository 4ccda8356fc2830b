import random
from types import SimpleNamespace

import pytest
import torch

from workup.pretraining.distillation import Distillation, agreement, cosines


class Student:
    """Gives the teacher's vectors, turned away from them as far as said."""

    def __init__(self, teacher, away=0.0):
        self.teacher, self.away = teacher, away
        self.other = torch.randn(len(teacher.tokenizer), 32, generator=torch.Generator().manual_seed(0))

    def encoder(self, input_ids, attention_mask):
        with torch.no_grad():
            vectors = self.teacher.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        spare = torch.ones(*input_ids.shape, 8)
        vectors = torch.cat([vectors + self.away * self.other[input_ids], spare], -1)
        return SimpleNamespace(last_hidden_state=vectors)


@pytest.fixture
def distillation(teacher, texts):
    """The student's tokenizer is the teacher's."""
    return Distillation(teacher, teacher.tokenizer, texts)


def test_vectors_equal_to_the_teachers_leave_no_loss(distillation, teacher, texts):
    batch = distillation.collate(texts[:4])
    token, sentence = cosines(Student(teacher), teacher.read(texts[:4]), batch)
    assert token.min().item() == pytest.approx(1, abs=1e-4)
    assert sentence.tolist() == pytest.approx([1] * 4, abs=1e-4)
    assert distillation.loss(Student(teacher), batch).item() == pytest.approx(0, abs=1e-4)


def test_the_further_from_the_teachers_the_larger_the_loss(distillation, teacher, texts):
    batch = distillation.collate(texts[:4])
    losses = [distillation.loss(Student(teacher, away), batch).item() for away in (0.0, 0.3, 1.0, 10.0)]
    assert losses == sorted(losses)
    assert losses[-1] > 1


def test_every_token_counts_but_those_no_text_stands_behind(distillation, teacher):
    texts = ["A man has fever.", "A rash."]
    batch = distillation.collate(texts)
    token, sentence = cosines(Student(teacher), teacher.read(texts), batch)
    assert token.shape == (5 + 3,)
    assert sentence.shape == (2,)


def test_a_batch_holds_ids_mask_and_spans_of_its_texts(teacher, pieces):
    texts = ["A man has fever.", "A rash."]
    batch = Distillation(teacher, pieces, texts).collate(texts)
    assert batch["texts"] == texts
    assert batch["input_ids"].shape == batch["attention_mask"].shape == batch["spans"].shape[:2]
    start, end = batch["spans"][1, 1].tolist()
    assert texts[1][start:end].strip() == "rash"


def draws(distillation, seed):
    rng = random.Random(seed)
    return [distillation.draw(rng) for _ in range(400)]


def test_the_same_seed_draws_the_same_texts_and_another_seed_others(teacher, pieces, texts):
    distillation = Distillation(teacher, pieces, texts)
    assert draws(distillation, 0) == draws(distillation, 0) != draws(distillation, 1)
    assert len(set(draws(distillation, 0))) > len(texts)


def test_no_text_that_is_drawn_is_empty(teacher, pieces):
    assert all(draws(Distillation(teacher, pieces, ["no pain; "]), 0))


def test_drawn_texts_are_whole_or_some_clauses_in_any_case(teacher, pieces):
    text = "A man has fever; no rash, no pain. A cough since yesterday; Hb 90 g/l."
    distillation = Distillation(teacher, pieces, [text])
    drawn = draws(distillation, 0)
    assert all(found and found.lower() in text.lower() for found in drawn)
    as_it_is, small, large = (drawn.count(form) / 400 for form in (text, text.lower(), text.upper()))
    assert as_it_is == pytest.approx(0.7 * 0.82, abs=0.08)
    assert small == pytest.approx(0.7 * 0.15, abs=0.05)
    assert 0 < large < 0.06
    assert len({found.lower() for found in drawn}) > 5


def test_the_agreement_is_the_mean_over_all_tokens_and_texts_whatever_the_batches(
    distillation, teacher, texts
):
    student, some = Student(teacher, 1.0), texts[:7]
    alone = [cosines(student, teacher.read([text]), distillation.collate([text])) for text in some]
    wanted = [torch.cat(found).mean().item() for found in zip(*alone, strict=True)]
    assert agreement(distillation, student, some, size=3) == pytest.approx(wanted, abs=1e-4)
    assert agreement(distillation, student, some, size=7) == pytest.approx(wanted, abs=1e-4)
