"""The Plan: a complete, frozen description of how a base model is made."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from workup.errors import RecipeError
from workup.pipeline.prompt import Template
from workup.recipe.fields import Positive, Rate, Section


class Texts(Section):
    """Further texts to read: columns of a source."""

    source: str = Field(description="any source of rows, such as 'cases.jsonl' or 'synthetic:12000@7'")
    columns: list[str] = Field(description="the columns whose texts are read", min_length=1)


class TeacherChoice(Section):
    """The sentence encoder to learn from."""

    folder: str = Field(description="a BERT in a folder of save_pretrained or of sentence-transformers")
    sha256: str | None = Field(None, description="of its model.safetensors; verified unless null")


class Encoder(Section):
    """The shape of an encoder without a teacher; with one it has the teacher's."""

    width: Positive = Field(384, description="d_model")
    heads: Positive = Field(12, description="attention heads; the width is a multiple of them")
    hidden: Positive = Field(1536, description="d_ff")
    layers: Positive = Field(6, description="encoder blocks")

    @model_validator(mode="after")
    def _heads_share_the_width(self) -> Encoder:
        if self.width % self.heads:
            raise ValueError(f"'width' {self.width} must be a multiple of 'heads' {self.heads}")
        return self

    @property
    def shape(self) -> dict[str, int]:
        """The same in the words of T5Config."""
        return {
            "d_model": self.width,
            "d_kv": self.width // self.heads,
            "num_heads": self.heads,
            "d_ff": self.hidden,
            "num_layers": self.layers,
        }


class TokenizerChoice(Section):
    """How texts are cut into pieces."""

    kind: Literal["teacher", "unigram"] = Field(
        description="'teacher': cut words as the teacher does; 'unigram': learn pieces from the texts"
    )
    pieces: Positive = Field(12_000, description="size of the vocabulary, 100 sentinels included")


class Stage(Section):
    """One training: AdamW, a short warmup, one cosine cycle to zero."""

    steps: Positive = Field(description="optimizer steps")
    batch_size: Positive = Field(32, description="rows in a batch")
    learning_rate: Rate = Field(description="at its peak; of the encoder and the embedding")
    checkpoint_every: Positive = Field(200, description="steps between checkpoints and held-out losses")


class Pairs(Section):
    """Questions and answers made from the rows of a source."""

    source: str = Field(description="any source of rows, such as 'synthetic:60000@1'")
    prompts: list[str] = Field(
        description="templates of the question with column names in braces; one is drawn each time",
        min_length=1,
    )
    target: str = Field(description="template of the answer")
    share: Rate = Field(description="of all rows, in proportion to the other shares")
    shortened: float = Field(
        0.0,
        ge=0,
        le=1,
        description="share of draws in which a question keeps only some clauses of its columns",
    )
    shuffled: float = Field(
        0.0, ge=0, le=1, description="share of draws in which the clauses come in any order"
    )
    dropped: float = Field(
        0.0,
        ge=0,
        lt=1,
        description="the largest share of a question's words to be left out; how many is drawn each time",
    )
    label: str | None = Field(
        None, description="a column; the question's mean vector learns which of its values the row has"
    )

    @property
    def columns(self) -> list[str]:
        """Every column that is read."""
        named = [field for text in (*self.prompts, self.target) for field in Template(text).fields]
        return list(dict.fromkeys([*named, *([self.label] if self.label else [])]))


class Learning(Stage):
    """Encoder and decoder learn pairs and gaps."""

    decoder_learning_rate: Rate = Field(description="of the decoder, which starts from nothing")
    pairs: list[Pairs] = Field(default_factory=list, description="tasks with an answer")
    gaps: float = Field(0.25, ge=0, description="share of span corruption on the corpus")


class Plan(Section):
    """How a base model is made, from texts to weights."""

    corpus: str = Field(description="a folder of text, JSON lines, csv or parquet files")
    texts: list[Texts] = Field(default_factory=list, description="further texts that are read")
    tokenizer: TokenizerChoice
    teacher: TeacherChoice | None = Field(None, description="null: the encoder starts from random weights")
    encoder: Encoder | None = Field(None, description="its shape, where there is no teacher")
    decoder_layers: Positive = Field(1, description="decoder blocks, from random weights")
    distillation: Stage | None = Field(None, description="the encoder learns the teacher's vectors")
    learning: Learning
    further: list[Learning] = Field(default_factory=list, description="more of it, with other tasks or rates")
    writing: Stage | None = Field(
        None, description="the decoder alone goes on with the last tasks; a step costs much less"
    )
    held_out: float = Field(
        0.02, gt=0, le=0.5, description="share of texts and rows that the held-out losses are taken on"
    )
    seed: int = Field(0, description="of new weights and of the order of everything")

    @model_validator(mode="after")
    def _possible(self) -> Plan:
        if (self.teacher is None) == (self.encoder is None):
            raise ValueError("give either 'teacher' or 'encoder': a teacher brings its own shape")
        if self.teacher is None and (self.distillation or self.tokenizer.kind == "teacher"):
            raise ValueError("'distillation' and the tokenizer kind 'teacher' need a teacher")
        if not all(learning.pairs or learning.gaps for learning in self.lessons.values()):
            raise ValueError("learning needs 'pairs', or a share of 'gaps' above zero")
        return self

    @property
    def lessons(self) -> dict[str, Learning]:
        """All stages of learning by their names, in their order."""
        further = {f"learning-{number}": learning for number, learning in enumerate(self.further, start=2)}
        return {"learning": self.learning, **further}

    def reading(self, corpus: str) -> Plan:
        """The plan with another corpus."""
        return self.model_copy(update={"corpus": corpus})

    def taught_by(self, folder: str) -> Plan:
        """The plan with its teacher in another folder; it must be the same teacher.

        Raises:
            RecipeError: the plan has no teacher.
        """
        if self.teacher is None:
            raise RecipeError("this plan has no teacher to be found in another folder; leave --teacher out")
        return self.model_copy(update={"teacher": self.teacher.model_copy(update={"folder": folder})})

    @classmethod
    def load(cls, path: Path) -> Plan:
        """Read a plan from YAML.

        Raises:
            RecipeError: the file is missing, is not YAML, or breaks the form.
        """
        from workup.recipe.yaml_form import read_section

        return read_section(path, cls, "plan", "'corpus:' and 'learning:'")
