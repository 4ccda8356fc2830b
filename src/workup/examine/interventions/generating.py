"""Remedies that need no training: the model as it is answers the same questions again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workup.examine.experiment.setup import Question, Setup
from workup.examine.finding import Finding
from workup.examine.interventions.cure import Cure, Intervention, intervention
from workup.examine.measurements.generating import Settings, Targets


@intervention("GEN001")
def longer_answers(setup: Setup, targets: Targets, settings: Settings) -> Cure:
    """Answer again with room for the longest target."""
    needed = max(targets.lengths)
    changed = setup.with_settings(max_length=None, max_new_tokens=needed)
    return Cure(f"room for {needed} tokens instead of {settings.cap}", changed)


@intervention("GEN002")
def end_allowed(setup: Setup) -> Cure:
    """Answer again with no least length, and with the end token allowed."""
    off = dict.fromkeys(("min_length", "min_new_tokens", "suppress_tokens", "bad_words_ids"))
    return Cure("no least length and no suppressed tokens", setup.with_settings(**off))


@intervention("GEN003")
def ngrams_allowed(setup: Setup) -> Cure:
    """Answer again without blocked n-grams."""
    off = {"no_repeat_ngram_size": 0, "encoder_no_repeat_ngram_size": 0}
    return Cure("no blocked n-grams", setup.with_settings(**off))


@intervention("GEN004")
def no_penalty(setup: Setup) -> Cure:
    """Answer again without a repetition penalty."""
    off = {"repetition_penalty": 1.0, "encoder_repetition_penalty": 1.0}
    return Cure("a repetition penalty of 1", setup.with_settings(**off))


@intervention("GEN005")
def no_sampling(setup: Setup) -> Cure:
    """Answer again with the likeliest tokens instead of drawn ones."""
    off = dict.fromkeys(("temperature", "top_k", "top_p", "min_p", "typical_p"))
    return Cure("do_sample=False", setup.with_settings(do_sample=False, **off))


@intervention("GEN006")
def without_dropout(setup: Setup) -> Cure:
    """Answer again in evaluation mode."""
    return Cure("model.eval()", replace(setup, in_training_mode=False))


@intervention("GEN007")
def with_mask(setup: Setup) -> Cure:
    """Answer again with the attention mask."""
    masked, bare = replace(setup, with_mask=True), replace(setup, with_mask=False)
    return Cure("the attention mask of the tokenizer", masked, bare)


@intervention("GEN008")
def by_probability(setup: Setup) -> Cure:
    """Answer again with answers ranked by their probability."""
    return Cure("length_penalty=0", setup.with_settings(length_penalty=0.0))


@intervention("MOD002")
def start_of_training(setup: Setup, finding: Finding) -> Cure | None:
    """Answer again with the start token of the training."""
    start = finding.evidence.get("batch or config")
    if not isinstance(start, int):
        return None
    changed = setup.with_settings(decoder_start_token_id=start, bos_token_id=start)
    return Cure(f"a start with token {start}, as in training", changed)


@intervention("MOD003")
def ids_of_tokenizer(setup: Setup, tokenizer: Any) -> Cure:
    """Answer again with the pad and the end token of the tokenizer."""
    pad, end = tokenizer.pad_token_id, tokenizer.eos_token_id
    changed = setup.with_settings(pad_token_id=pad, eos_token_id=end)
    return Cure(f"pad {pad} and end {end}, as the tokenizer has them", changed)


@intervention("MOD006")
def nothing_forced(setup: Setup) -> Cure:
    """Answer again with no forced first token."""
    return Cure("no forced first token", setup.with_settings(forced_bos_token_id=None))


@intervention("MOD001")
def tied_again(setup: Setup) -> Cure:
    """Tie the embeddings again, and answer."""
    return Cure("embeddings tied again", replace(setup, prepare=(*setup.prepare, _tie)))


@intervention("MOD015")
def loaded_rightly(setup: Setup, model: Any, refused_weights: Any = None) -> Cure:
    """Load the weights by the names that the model has, or tie its embeddings again, and answer."""
    if refused_weights is not None and (cure := _renamed(setup, model, refused_weights)) is not None:
        return cure
    return Cure("embeddings tied again", replace(setup, prepare=(*setup.prepare, _tie)))


@intervention("MOD009")
def names_of_model(setup: Setup, model: Any, refused_weights: Any) -> Cure | None:
    """Load the weights by the names that the model has, and answer."""
    return _renamed(setup, model, refused_weights)


def _renamed(setup: Setup, model: Any, weights: Mapping[str, Any]) -> Cure | None:
    """Weights without the prefix by which a wrapper named them; None where that makes them fit no better."""
    own = set(model.state_dict())
    prefixes = Counter(
        given.removesuffix(name) for given in weights for name in own if given.endswith(f".{name}")
    )
    if not prefixes:
        return None
    prefix = prefixes.most_common(1)[0][0]
    renamed = {given.removeprefix(prefix): weight for given, weight in weights.items()}
    if len(own & renamed.keys()) <= len(own & weights.keys()):
        return None

    def load(model: Any) -> None:
        model.load_state_dict(renamed, strict=False)

    told = f"weights loaded by their names without {prefix!r}"
    return Cure(told, replace(setup, prepare=(*setup.prepare, load)))


def _tie(model: Any) -> None:
    """Every embedding and the head become the shared one."""
    model.config.tie_word_embeddings = True
    shared = model.get_input_embeddings().weight
    for place in ("encoder.embed_tokens", "decoder.embed_tokens", "lm_head"):
        *way, last = place.split(".")
        holder = model
        for name in way:
            holder = getattr(holder, name, None)
        inner = getattr(holder, last, None)
        if inner is not None and inner.weight.shape == shared.shape:
            inner.weight = shared
    model.tie_weights()


@intervention("INP009")
def with_prompt(setup: Setup, finding: Finding) -> Cure | None:
    """Ask again with the beginning that the training sources have."""
    prompts = finding.evidence.get("beginnings in training")
    extra = finding.evidence.get("beginning in prediction")
    if extra:
        cut = tuple(Question(one.source.removeprefix(extra), one.expected) for one in setup.questions)
        return Cure(f"no {extra!r} before the questions", replace(setup, questions=cut))
    if not prompts:
        return None
    # Of several tasks the one that was meant is not known: the first is that of most rows.
    first = str(prompts[0])
    asked = tuple(
        one if one.source.startswith(first) else Question(first + one.source.lstrip(), one.expected)
        for one in setup.questions
    )
    return Cure(f"{first!r} before the questions, as in training", replace(setup, questions=asked))


@intervention("TOK007")
def tokenizer_of_training(setup: Setup, tokenizer: Any, answering_tokenizer: Any) -> Cure:
    """Answer again with the tokenizer of the training."""
    return Cure("the tokenizer of the training", replace(setup, tokenizer=tokenizer))


@intervention("OUT011")
def decoded_rightly(setup: Setup, finding: Finding) -> Cure:
    """Make text of the same answers by the right options."""
    named = {k: v for k, v in finding.evidence.items() if k.startswith(("skip_", "clean_"))}
    wrong = named or {"skip_special_tokens": False}
    right = {name: not value for name, value in wrong.items()}
    told = ", ".join(f"{name}={value}" for name, value in right.items())
    before = replace(setup, decoding={**setup.decoding, **wrong})
    return Cure(f"decoding with {told}", replace(setup, decoding={**setup.decoding, **right}), before)


@intervention("TOK010")
def nothing_skipped(setup: Setup, tokenizer: Any) -> Cure:
    """Make text of the same answers without skipping special tokens that have a meaning."""
    names = ("pad_token_id", "eos_token_id", "bos_token_id")
    frame = frozenset(one for name in names if (one := getattr(tokenizer, name, None)) is not None)
    whole = replace(setup, decoding={"skip_special_tokens": False}, left_out=frame)
    return Cure("decoding without skip_special_tokens, pad and end taken off by their ids", whole)


GENERATING: tuple[Intervention, ...] = (
    longer_answers,
    end_allowed,
    ngrams_allowed,
    no_penalty,
    no_sampling,
    without_dropout,
    with_mask,
    by_probability,
    start_of_training,
    ids_of_tokenizer,
    nothing_forced,
    tied_again,
    loaded_rightly,
    names_of_model,
    with_prompt,
    tokenizer_of_training,
    decoded_rightly,
    nothing_skipped,
)
