"""Phase: a reload that replaces trained weights by random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from workup.examine.subject import Generated
from workup.examine.symptoms import constant_share
from workup.walkthrough.counting import count, is_right, lines, right
from workup.walkthrough.lab import PREFIX, Lab, answers, asked, examined
from workup.walkthrough.phase import Change, Claim, Lived, Phase

_ARGUMENT = "tie_word_embeddings=False"


def live(lab: Lab) -> Lived:
    """Load the sound model with one argument too many, then without."""
    run = lab.sound_run
    model, missing = _reloaded(run.model_folder)
    before = answers(model, run.predictor.tokenizer, run.recipe, asked(lab.test))
    after = lab.answers(run)
    jobs = {note.job for note in (*lab.train, *lab.test)}
    subject = replace(lab.subject(run), model=model, generated=before, base_weights=None)
    return Lived(
        failure=Change(
            "answers are none that any note asks for",
            count(before, lambda row: row.text not in jobs),
            count(after, lambda row: row.text not in jobs),
        ),
        right=right(before, after),
        given="note",
        lines=lines(before, after, PREFIX),
        change=f"from_pretrained(folder) without {_ARGUMENT}",
        report=examined(subject),
        again=lab.report(run),
        claims=(_message(lab, missing), _constant(before)),
    )


def _reloaded(folder: Path) -> tuple[Any, set[str]]:
    """The model as that argument loads it, and the names of the weights that were not found."""
    import torch
    from transformers import AutoModelForSeq2SeqLM

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # of the weights that are drawn anew
        model, told = AutoModelForSeq2SeqLM.from_pretrained(
            folder, tie_word_embeddings=False, output_loading_info=True
        )
    return model.eval(), set(told["missing_keys"])


def _message(lab: Lab, fatal: set[str]) -> Claim:
    """The same message where it is harmless: a Trainer that loads its best checkpoint gives it."""
    from safetensors.torch import load_file

    from workup.pipeline import model as models

    run = lab.sound_run
    base = models.load(lab.base)
    told = base.model.load_state_dict(load_file(run.model_folder / "model.safetensors"), strict=False)
    known = count(answers(base.model, base.tokenizer, run.recipe, asked(lab.test)), is_right)
    return Claim(
        "the message about missing keys (embed_tokens, lm_head) belongs to the fault",
        f"loaded as a Trainer loads its best checkpoint, {len(told.missing_keys)} keys are missing too "
        f"({', '.join(name.removesuffix('.weight') for name in told.missing_keys)}), the weights stay tied, "
        f"and {known} answers are right; only comparing the weights tells the two apart",
        holds=not told.missing_keys or known.share < 0.5,
    )


def _constant(rows: Sequence[Generated]) -> Claim:
    """What one random embedding after another makes of an answer."""
    share, text = constant_share([row.text for row in rows])
    return Claim(
        'such a model says one word, "True", to everything',
        f"the commonest answer ({text[:40]!r}) is given to {share:.0%} of the notes: lost embeddings make "
        "noise, and one tidy word has another cause",
        holds=share > 0.9,
    )


PHASE = Phase(
    name="lost-weights",
    title='The "True" bug',
    guide="After a reload, with a warning about missing keys, every answer was the same useless word. The "
    "guide suspected new parameter names and rolled them back.",
    causes=("MOD001",),
    live=live,
    lesson="After a reload compare weights or losses, never messages.",
)
