"""Tiny models and data, made once a session: most tests need nothing larger."""

from __future__ import annotations

import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import settings
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from clinic_task import train_clinic
from colour_task import colour_rows, write_csv
from postgresql import Server, serve
from small_models import save_t5
from workup.recipe import Data, Prompt, Recipe, Target, Tokens, Training
from workup.run import Run, train

if TYPE_CHECKING:
    from workup.clinic.assess import Diagnoser

torch.set_num_threads(1)

# No test may depend on timing; the same examples are tried every time.
settings.register_profile("workup", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("workup")


@pytest.fixture
def colours(tmp_path: Path) -> Path:
    """24 rows of the colour task as a csv file with the columns id, text, colour."""
    return write_csv(tmp_path / "colours.csv", colour_rows())


def make_tokenizer() -> Tokenizer:
    """A byte-level BPE tokenizer: its training is reproducible, and no character is unknown to it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    texts = [" ".join(row.values()) for row in colour_rows()] + ["name the colour: Diagnosis: | DD:"]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<pad>", "</s>", "<s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer


@pytest.fixture(scope="session")
def tiny_t5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A T5 of some 50 k random weights with its tokenizer, saved to a folder. It has no dropout."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=make_tokenizer(), pad_token="<pad>", eos_token="</s>"
    )
    return save_t5(tmp_path_factory.mktemp("tiny-t5"), tokenizer, d_model=32, d_kv=8, d_ff=64)


@pytest.fixture(scope="session")
def tiny_bart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BART of some 60 k random weights with its tokenizer, saved to a folder. It has no dropout."""
    from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny-bart")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=make_tokenizer(), pad_token="<pad>", eos_token="</s>", bos_token="<s>"
    )
    torch.manual_seed(0)
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=128,
        dropout=0.0,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=2,
        decoder_start_token_id=1,
        forced_eos_token_id=None,
        init_std=0.2,
    )
    BartForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_recipe(base: Path, source: Path) -> Recipe:
    """A recipe that begins to learn the colour task, in about two seconds."""
    return Recipe(
        base=str(base),
        data=Data(source=str(source), validation_fraction=0.25),
        prompt=Prompt(prefix="name the colour: ", template="{text}"),
        target=Target(template="{colour}"),
        tokens=Tokens(source_length=64, target_length=16),
        training=Training(epochs=4.0, batch_size=8, learning_rate=3e-3, threads=1),
    )


@pytest.fixture
def colour_recipe(colours: Path, tiny_t5: Path) -> Recipe:
    """The colour task, on a data file of the test's own."""
    return make_recipe(tiny_t5, colours)


@pytest.fixture(scope="session")
def learned_run(tiny_t5: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that has learned the colour task; its evaluation is broken down by the column `cold`."""
    folder = tmp_path_factory.mktemp("learned")
    rows = [{**row, "cold": str(row["text"].startswith(("a snow", "a sky")))} for row in colour_rows()]
    recipe = make_recipe(tiny_t5, write_csv(folder / "colours.csv", rows))
    recipe = recipe.change("training.epochs", 40).change("data.strata", "cold")
    return train(recipe.change("notice", "A toy, not a painter."), folder / "run")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture(scope="session")
def clinic_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The built-in base, fine-tuned on eight conditions of the case book."""
    return train_clinic(tmp_path_factory.mktemp("clinic"))


@pytest.fixture(scope="session")
def diagnoser(clinic_run: Run) -> Diagnoser:
    """The diagnoser of that run; tests must leave it as it is."""
    from workup.clinic.assess import Diagnoser

    return Diagnoser.load(clinic_run.folder)


@pytest.fixture(scope="session")
def served_once(tiny_t5: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a registry in which a tiny model serves; tests must leave it as it is."""
    from learning_served import serve_small

    return serve_small(tiny_t5, tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of the tests' own."""
    yield from serve()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new, empty store can be opened: a test with it runs on both kinds of database."""
    if request.param == "sqlite":
        return str(tmp_path / "workup.db")
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture
def workup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Done]:
    """The command line, run in a folder of its own: `workup("recipe", "show", path)`."""
    from workup.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["workup", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return run
