"""Tiny pretrained models with their tokenizers: T5, mT5 (T5 v1.1) and BART in shape.

Each is pretrained for half a minute on notes that no script sees: T5 on spans and on two tasks with a prefix,
mT5 on spans alone, BART on copying with gaps. None has learned to route a note.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.faults import data

SENTINELS = tuple(f"<extra_id_{n}>" for n in range(4))
STEPS = 400
BATCH = 32
RATE = 3e-3
# Rows of the embedding that no token uses: the published checkpoints have them too.
SPARE = 28


def build(folder: Path) -> None:
    """Make and pretrain every model below the folder, unless it is there already."""
    for name, make in (("t5", t5), ("mt5", mt5), ("bart", bart)):
        if not (folder / name / "config.json").is_file():
            print(f"pretraining a tiny {name}", flush=True)
            make(folder / name)


def notes(count: int) -> list[data.Row]:
    """Rows that no script sees."""
    random_state = random.Random(77)
    return [data.row(random_state, n) for n in range(count)]


def tokenizer(begin: bool) -> Any:
    """A BPE tokenizer in T5's manner: spaces are part of the pieces, and unknown characters stay unknown.

    With `begin`, texts begin with <s> as in BART.
    """
    from tokenizers import (
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
        trainers,
    )
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.normalizer = normalizers.Sequence([normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()])
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()])
    made.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>", *(["<s>"] if begin else []), *SENTINELS]
    texts = [str(value) for row in notes(600) for value in row.values()]
    tasks = ["route the note: write the order: say the part: say the customer: is it urgent:"]
    made.train_from_iterator(
        [*texts, *tasks], trainers.BpeTrainer(vocab_size=420, special_tokens=special, show_progress=False)
    )
    first, ids = ("<s> ", [("<s>", 3)]) if begin else ("", [])
    made.post_processor = processors.TemplateProcessing(
        single=f"{first}$A </s>", special_tokens=[("</s>", 1), *ids]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        bos_token="<s>" if begin else None,
        additional_special_tokens=list(SENTINELS),
        model_input_names=["input_ids", "attention_mask"],
        model_max_length=512,
    )


def t5(folder: Path) -> None:
    """As the first T5: tied embeddings, a pretraining that mixes spans and tasks."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    words = tokenizer(begin=False)
    torch.manual_seed(0)
    config = T5Config(**_t5_shape(len(words)), dropout_rate=0.1)
    _pretrain(T5ForConditionalGeneration(config), words, _spans_and_tasks, folder)


def mt5(folder: Path) -> None:
    """As mT5: a gated feed-forward, an output head of its own, a pretraining on spans alone."""
    import torch
    from torch import nn
    from transformers import MT5Config, MT5ForConditionalGeneration

    words = tokenizer(begin=False)
    torch.manual_seed(0)
    config = MT5Config(
        **_t5_shape(len(words)),
        dropout_rate=0.1,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )
    model = MT5ForConditionalGeneration(config)
    # transformers 5 ties a fresh model's head whatever the config says.
    model.config.tie_word_embeddings = False
    head = torch.randn_like(model.lm_head.weight) * config.d_model**-0.5
    model.lm_head.weight = nn.Parameter(head)
    _pretrain(model, words, _spans, folder)


def bart(folder: Path) -> None:
    """As BART: learned positions, texts between <s> and </s>, a pretraining that fills gaps."""
    import torch
    from transformers import BartConfig, BartForConditionalGeneration

    words = tokenizer(begin=True)
    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(words) + SPARE,
        d_model=64,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        max_position_embeddings=64,
        dropout=0.1,
        init_std=0.1,
        pad_token_id=0,
        bos_token_id=3,
        eos_token_id=1,
        decoder_start_token_id=1,
        forced_eos_token_id=1,
    )
    _pretrain(BartForConditionalGeneration(config), words, _gaps, folder)


def _t5_shape(words: int) -> dict[str, Any]:
    return {
        "vocab_size": words + SPARE,
        "d_model": 64,
        "d_kv": 16,
        "num_heads": 4,
        "d_ff": 128,
        "num_layers": 2,
        "num_decoder_layers": 2,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "decoder_start_token_id": 0,
    }


Exercise = Callable[[random.Random, data.Row], tuple[str, str]]


def _spans(random_state: random.Random, row: data.Row) -> tuple[str, str]:
    """Two spans of the note replaced by sentinels, and what stood there."""
    words = str(row["note"]).split()
    half = len(words) // 2
    first, second = random_state.randrange(half - 2), half + random_state.randrange(len(words) - half - 2)
    left, right = words[first : first + 2], words[second : second + 2]
    source = [*words[:first], SENTINELS[0], *words[first + 2 : second], SENTINELS[1], *words[second + 2 :]]
    return " ".join(source), " ".join([SENTINELS[0], *left, SENTINELS[1], *right, SENTINELS[2]])


def _spans_and_tasks(random_state: random.Random, row: data.Row) -> tuple[str, str]:
    """Spans, or a task of old with its prefix."""
    kind = random_state.randrange(3)
    if kind == 0:
        return _spans(random_state, row)
    if kind == 1:
        return f"say the part: {row['note']}", str(row["part"])
    return f"say the customer: {row['note']}", str(row["note"]).split()[0]


def _gaps(random_state: random.Random, row: data.Row) -> tuple[str, str]:
    """The note with a word lost, and the whole note."""
    words = str(row["note"]).split()
    words.pop(random_state.randrange(len(words)))
    return " ".join(words), str(row["note"])


def _pretrain(model: Any, words: Any, exercise: Exercise, folder: Path) -> None:
    """Train on exercises and save model and tokenizer."""
    import torch

    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    model.train()
    for step, batch in enumerate(_batches(words, exercise)):
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        if step % 50 == 0 or step == STEPS - 1:
            print(f"  step {step}: loss {loss.item():.3f}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    words.save_pretrained(folder)
    model.save_pretrained(folder)


def _batches(words: Any, exercise: Exercise) -> Iterator[Any]:
    random_state = random.Random(5)
    rows = notes(4000)
    for _ in range(STEPS):
        pairs = [exercise(random_state, row) for row in random_state.sample(rows, BATCH)]
        batch = words([source for source, _ in pairs], padding=True, return_tensors="pt")
        labels = words([target for _, target in pairs], padding=True, return_tensors="pt")
        batch["labels"] = labels["input_ids"].masked_fill(labels["attention_mask"] == 0, -100)
        yield batch


if __name__ == "__main__":
    build(Path(sys.argv[1]))
