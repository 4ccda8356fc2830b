"""A tiny teacher, corpus and source of pairs, and the student's tokenizer for them, made once a session."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from workup.pretraining.corpus import passages
from workup.pretraining.plan import Learning, Pairs, Plan, Stage, TeacherChoice, TokenizerChoice
from workup.pretraining.teacher import Teacher
from workup.pretraining.tokenizer import teacher_pieces

WHO = ("A woman", "A man", "The child", "An old man", "A girl of 7")
WHAT = ("fever", "a cough", "tonsillitis", "leukaemia", "chest pain", "bronchitis", "a rash", "anaemia")
WHEN = ("for 3 days", "since yesterday", "after a meal", "at night", "on waking", "for 2 weeks")
FOUND = ("CRP 8 mg/l", "temperature 39.1 °C", "Hb < 90 g/l", "SpO2 94 %", "no pain", "pulse 110/min")
WORDS = "a woman man the child an old girl of has fever cough chest pain rash for days since yesterday after"
MORE_WORDS = "meal at night on waking weeks no pulse temperature mg min found and"
STEMS = "tonsil leuk bronch an ##itis ##l ##aemia ##ing"


def sentences(count: int) -> list[str]:
    rng = random.Random(0)
    return [
        f"{rng.choice(WHO)} has {rng.choice(WHAT)} {rng.choice(WHEN)}; {rng.choice(FOUND)}."
        for _ in range(count)
    ]


def make_teacher_tokenizer() -> Tokenizer:
    """A lower-casing WordPiece tokenizer: the words above, some of them in two pieces, and every letter."""
    characters = [chr(code) for code in range(33, 127)] + ["°", "µ", "²", "±"]
    letters = [sign for sign in characters if sign == sign.lower()]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{sign}" for sign in letters)]
    pieces += f"{WORDS} {MORE_WORDS} {STEMS}".split()
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    return tokenizer


@pytest.fixture(scope="session")
def teacher_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers whose weights, biases and norms are all drawn, with its tokenizer."""
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny-teacher")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=make_teacher_tokenizer(),
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    model = BertModel(config)
    chance = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            drawn = torch.randn(weight.shape, generator=chance)
            if "LayerNorm" in name:
                weight.copy_((1.0 if name.endswith("weight") else 0.0) + 0.2 * drawn)
            elif "position_embeddings" in name:
                weight.copy_(0.1 * drawn)
            elif "word_embeddings" in name:
                weight.copy_(drawn)
            else:
                weight.copy_(0.2 * drawn)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def teacher(teacher_folder: Path) -> Teacher:
    return Teacher(teacher_folder)


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 240 sentences in paragraphs of four."""
    folder = tmp_path_factory.mktemp("tiny-corpus")
    written = sentences(240)
    paragraphs = [" ".join(written[start : start + 4]) for start in range(0, len(written), 4)]
    # The end of a line ends a sentence, not a passage: a file each keeps the paragraphs apart.
    for number, paragraph in enumerate(paragraphs):
        (folder / f"{number:03}.txt").write_text(paragraph + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def texts(corpus_folder: Path) -> list[str]:
    return list(passages(corpus_folder))


@pytest.fixture(scope="session")
def pieces(texts: list[str], teacher: Teacher) -> Any:
    """The student's tokenizer."""
    return teacher_pieces(texts, teacher.tokenizer, 620)


@pytest.fixture(scope="session")
def pairs_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 rows with the columns text and finding."""
    file = tmp_path_factory.mktemp("tiny-pairs") / "pairs.jsonl"
    rows = [{"text": text, "finding": text.split("; ")[1]} for text in sentences(80)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def plan(corpus_folder: Path, teacher_folder: Path, pairs_file: Path) -> Plan:
    """Two steps of distillation, five of learning."""
    return Plan(
        corpus=str(corpus_folder),
        tokenizer=TokenizerChoice(kind="teacher", pieces=620),
        teacher=TeacherChoice(folder=str(teacher_folder)),
        distillation=Stage(steps=2, batch_size=4, learning_rate=1e-3),
        learning=Learning(
            steps=5,
            batch_size=4,
            learning_rate=1e-3,
            decoder_learning_rate=1e-2,
            checkpoint_every=2,
            pairs=[
                Pairs(
                    source=str(pairs_file),
                    prompts=["found: {text}", "{text}"],
                    target="{finding}",
                    label="finding",
                    share=0.5,
                )
            ],
            gaps=0.5,
        ),
        held_out=0.1,
    )
