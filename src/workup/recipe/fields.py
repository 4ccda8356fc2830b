"""The sections of a recipe and what each of their fields does.

A field's description says what the field does and where its default comes from; the same words are
the comments of a saved recipe and the explanations of a diff.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Positive = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, lt=1)]
Interval = Literal["epoch", "never"] | Positive


class Section(BaseModel):
    """A part of a recipe: frozen, no unknown keys, no silent conversion of types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Data(Section):
    """Which rows, under which names, and how they are divided."""

    source: str = Field(
        description="a csv, tsv, jsonl or parquet file, a datasets folder, an installed source ('clinic'), "
        "or an installed format and its argument ('ddxplus:folder')"
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="name used in the templates: name of the column in the data",
    )
    split: Literal["fraction", "column", "source", "none"] = Field(
        "fraction", description="where validation rows come from; without any, overfitting cannot be seen"
    )
    validation_fraction: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.2, description="share of groups held out when split is 'fraction'"
    )
    split_column: str | None = Field(
        None, description="column that says train or validation, when split is 'column'"
    )
    validation_source: str | None = Field(None, description="the validation data, when split is 'source'")
    group: str | None = Field(
        None, description="column whose equal values never stand on both sides of a split"
    )
    keep_together: Literal["none", "copies", "templates"] = Field(
        "none",
        description="what a 'fraction' split may not tear apart beside groups: near-copies of each other, "
        "or rows of one template too",
    )
    accepted: str | None = Field(
        None, description="column with further answers that count as right, beside the target's first field"
    )
    strata: str | None = Field(None, description="column by whose values the evaluation is broken down")
    limit: Positive | None = Field(
        None, description="train on this many rows, drawn with the data seed; null: all of them"
    )
    extra_source: str | None = Field(
        None, description="further rows, all of them trained on, none validated on: augmentation"
    )
    skip_bad: Annotated[int, Field(ge=0)] = Field(
        0, description="drop up to this many rows that cannot be used, counted and listed; 0: refuse them"
    )
    seed: int = Field(0, description="of the split and the limit")

    @model_validator(mode="after")
    def _split_has_its_argument(self) -> Data:
        needs = {"column": "split_column", "source": "validation_source"}
        for split, argument in needs.items():
            if (self.split == split) != (getattr(self, argument) is not None):
                raise ValueError(f"{argument} must be given exactly when split is {split!r}")
        return self


class Prompt(Section):
    """How a row becomes the text the model reads."""

    prefix: str = Field(
        "",
        description="put before every source, in training and prediction alike; T5 was pretrained with such",
    )
    template: str = Field("{input}", description="the source text; names in braces are columns")


class Target(Section):
    """How a row becomes the text the model learns to write."""

    template: str = Field(
        "{output}",
        description="the text to learn; names in braces are columns, the first is the answer that is scored",
    )


class Tokens(Section):
    """How texts become ids of bounded length."""

    source_length: Positive = Field(
        512, description="longest source in tokens; 512 is T5's pretraining length (Raffel 2020)"
    )
    target_length: Positive = Field(
        128, description="longest target in tokens; longer ones are cut, counted and reported"
    )
    padding: Literal["longest", "max_length"] = Field(
        "longest", description="pad to the longest row of a batch, or always to the full length"
    )
    mask_label_pads: bool = Field(
        True, description="pads in the labels are ignored by the loss (-100); counted, they drown the answer"
    )
    append_eos: bool = Field(
        True, description="every target ends in the end token; without it generation never learns to stop"
    )


class Lora(Section):
    """A low-rank adapter in place of training every weight."""

    rank: Positive = Field(8, description="rank of the adapter (Hu 2021)")
    alpha: Positive = Field(16, description="scale of the adapter's output; twice the rank is usual")
    dropout: Share = Field(0.0, description="dropout before the adapter")


class Training(Section):
    """The optimisation."""

    epochs: Rate = Field(10.0, description="passes over the training rows")
    batch_size: Positive = Field(8, description="rows in one forward pass")
    accumulation: Positive = Field(
        1,
        description="batches added up into one optimizer step; the same loss and gradient as one large batch",
    )
    learning_rate: Rate = Field(
        3e-4, description="peak step size; transformers' T5 page finds 1e-4 and 3e-4 good with AdamW"
    )
    warmup: Annotated[int, Field(ge=0)] | Share = Field(
        0.06, description="steps before the peak: a whole number of them, or a share of all steps"
    )
    schedule: Literal["linear", "cosine", "constant"] = Field(
        "linear", description="course of the step size after the warm-up"
    )
    optimizer: Literal["adamw", "adafactor"] = Field(
        "adamw",
        description="adafactor: as T5 was pretrained, steps in proportion to each weight; try 1e-3 to 1e-2",
    )
    weight_decay: Annotated[float, Field(ge=0)] = Field(0.0, description="decoupled weight decay")
    max_grad_norm: Annotated[float, Field(ge=0)] = Field(
        1.0, description="gradients longer than this are shortened; 0: never"
    )
    label_smoothing: Share = Field(
        0.0, description="share of the target's probability spread over all tokens"
    )
    precision: Literal["auto", "float32", "bf16"] = Field(
        "auto", description="auto: bf16 autocast where the hardware computes in it, else float32"
    )
    batch_order: Literal["by_length", "shuffled"] = Field(
        "by_length",
        description="rows of like length share a batch (fewer pads to compute), or plain shuffling",
    )
    threads: Positive | Literal["auto"] = Field(
        "auto", description="CPU threads of one process; auto: few for small models, where more only wait"
    )
    evaluate_every: Interval = Field(
        "epoch", description="when the validation loss is taken: epoch, never, or a number of steps"
    )
    checkpoint_every: Interval = Field(
        "epoch", description="when a checkpoint to resume from is written: epoch, never, or a number of steps"
    )
    early_stopping: Positive | None = Field(
        None,
        description="stop after this many evaluations without a better validation loss; keep the best",
    )
    lora: Lora | None = Field(
        None, description="train a low-rank adapter (merged into the model at the end) instead of all weights"
    )
    continue_from: str | None = Field(
        None,
        description="a finished run to start from, with a fresh optimizer; null: start from the base",
    )


class Generation(Section):
    """How answers are searched for."""

    num_beams: Positive = Field(4, description="hypotheses kept while searching; 1 is greedy")
    max_new_tokens: Positive = Field(
        64, description="longest answer in tokens; transformers alone stops at 20"
    )
    min_new_tokens: Annotated[int, Field(ge=0)] = Field(0, description="shortest answer in tokens")
    length_penalty: float = Field(
        0.0, description="exponent of the length that scores are divided by; 0 ranks by probability itself"
    )
    repetition_penalty: Rate = Field(
        1.0, description="above 1, tokens already said become less likely; hides repetition, cures nothing"
    )
    no_repeat_ngram_size: Annotated[int, Field(ge=0)] = Field(
        0, description="n-grams of this size are said once at most; 0: no rule"
    )
    early_stopping: bool = Field(
        False, description="stop as soon as num_beams answers are complete, found better ones or not"
    )
