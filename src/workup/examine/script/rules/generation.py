"""GENERATION: how answers are made."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from packaging.version import Version

from workup.examine.check import check
from workup.examine.finding import Finding
from workup.examine.script.facts import Arguments, Facts
from workup.examine.script.kinds import kind_of
from workup.examine.script.roles import Roles, Use
from workup.examine.script.rules.shared import ERROR, NOTE, WARNING, found

# How many tokens `generate` makes where nobody says.
_DEFAULT_LENGTH = 20
_LENGTHS = ("max_new_tokens", "max_length", "generation_config")
_SAMPLING = ("temperature", "top_k", "top_p", "typical_p", "min_p")
_SETTINGS = frozenset(
    {
        *("max_length", "min_length", "max_new_tokens", "num_beams", "do_sample", "temperature", "top_k"),
        *("top_p", "repetition_penalty", "length_penalty", "no_repeat_ngram_size", "early_stopping"),
    }
)


@check("SCR050", "generation")
def length_left_at_default(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """Nobody says how long an answer may be, so it ends after 20 tokens.

    What it checks
    Whether a T5 model generates without `max_new_tokens`, `max_length` or a generation config: in `generate`,
    or in the evaluation of a Trainer with `predict_with_generate` and without `generation_max_length`.

    Why it matters
    The default of 20 tokens cuts every longer answer. Scores during training are then too low, and a training
    that stops early stops for that reason.

    Evidence
    The length of targets in tokens, where the script says it.

    Example
    Wrong: `model.generate(**inputs)`. Right: `model.generate(**inputs, max_new_tokens=64)`.

    Remedy
    Allow as many tokens as the longest targets have.

    When it is harmless
    With answers of fewer than 20 tokens. Where targets are cut to 20 or fewer, nothing is said.

    Known limits
    Only models of T5's family are judged: others bring a length of their own.

    Sources
    https://github.com/huggingface/transformers/issues/16664
    """
    longest = _longest_target(facts, roles)
    if not roles.is_t5 or _length_set_elsewhere(facts) or (longest or _DEFAULT_LENGTH + 1) <= _DEFAULT_LENGTH:
        return
    evidence = {"target_length": longest} if longest else {}
    for use in roles.generations:
        if all(use.arguments.lacks(name) for name in _LENGTHS):
            yield found(
                facts,
                use.call,
                WARNING,
                f"generate() is not told a length and ends after {_DEFAULT_LENGTH} tokens",
                "allow as many tokens as the longest targets have",
                f"outputs = model.generate(..., max_new_tokens={longest or 64})",
                **evidence,
            )
    for use in roles.settings:
        generates = facts.constant(use.arguments.get("predict_with_generate")) is True
        if generates and all(
            use.arguments.lacks(name) for name in ("generation_max_length", "generation_config")
        ):
            yield found(
                facts,
                use.arguments.get("predict_with_generate") or use.call,
                WARNING,
                f"evaluation generates without a length and ends every answer after {_DEFAULT_LENGTH} tokens",
                "set generation_max_length to the length of the longest targets",
                f"args = Seq2SeqTrainingArguments(..., generation_max_length={longest or 64})",
                **evidence,
            )


@check("SCR051", "generation")
def mask_not_given(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """`generate` gets padded ids without their attention mask.

    What it checks
    Whether the ids of a padded tokenization are given to `generate` without `attention_mask`.

    Why it matters
    `generate` then infers the mask from the pads. That fails where pad and end token are the same, and a
    model called directly infers nothing.

    Evidence
    The line that pads.

    Example
    Wrong: `model.generate(inputs.input_ids)`. Right: `model.generate(**inputs)`.

    Remedy
    Give the whole encoding: `model.generate(**inputs)`.

    When it is harmless
    With T5, whose pad token is no other token: measured, the answers are the same. So it is a note, and a
    warning only where the script makes the end token its pad.

    Known limits
    Whether a text is shorter than the padding is not known to who only reads the script.

    Sources
    https://github.com/huggingface/transformers/issues/17195
    """
    for use in roles.generations:
        call = roles.generation_input(use)
        unfolded = any(keyword.arg is None for keyword in use.call.keywords)
        if call is None or unfolded or use.arguments.get("attention_mask") is not None:
            continue
        padding = facts.constant(facts.arguments(call).get("padding"))
        if padding in {True, "longest", "max_length"}:
            yield found(
                facts,
                use.call,
                WARNING if roles.pad_is_end else NOTE,
                "padded ids are given to generate() without their attention mask"
                + (", and the pad token is the end token" if roles.pad_is_end else ", which it has to guess"),
                "give the whole encoding to generate()",
                "outputs = model.generate(**inputs, ...)",
                padded_at=facts.place(call),
            )


@check("SCR052", "generation")
def sampling_settings_without_sampling(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """Settings of sampling are given, but nothing is sampled.

    What it checks
    Whether `temperature`, `top_k`, `top_p` and the like are set without `do_sample=True`.

    Why it matters
    They do nothing then. In a generation config that is saved they are an error: `save_pretrained` fails, at
    the first checkpoint or at the end of the training.

    Evidence
    The settings.

    Example
    Wrong: `model.generate(**inputs, temperature=0.7)`. Right: the same with `do_sample=True`, or without
    both.

    Remedy
    Add `do_sample=True`, or leave the settings out.

    When it is harmless
    In `generate` nothing changes; only who reads the script is misled.

    Known limits
    `do_sample` in a generation config that is loaded is not seen.

    Sources
    https://huggingface.co/docs/transformers/main_classes/text_generation
    """
    for use in _generating(facts, roles):
        given = [name for name in _SAMPLING if not _is_none(facts, use.arguments.get(name))]
        sampling = use.arguments.get("do_sample")
        off = sampling is None and use.arguments.complete and use.arguments.get("generation_config") is None
        if given and (off or (sampling is not None and facts.constant(sampling) is False)):
            yield found(
                facts,
                use.arguments.get(given[0]) or use.call,
                WARNING,
                f"{' and '.join(given)} {'is' if len(given) == 1 else 'are'} set, but do_sample is not: "
                "nothing is sampled",
                "add do_sample=True, or leave these out",
                settings=given,
            )
    stored = [node for node in facts.nodes if isinstance(node, ast.Attribute) and _is_stored(node)]
    stored = [node for node in stored if kind_of(facts, node.value) == "generation config"]
    for node in stored if not any(node.attr == "do_sample" for node in stored) else ():
        if node.attr in _SAMPLING and not _is_none(facts, _assigned(facts, node)):
            yield found(
                facts,
                node,
                ERROR,
                f"{node.attr} is set in a generation config without do_sample: save_pretrained() refuses it",
                "set do_sample=True as well, or leave this out",
                settings=[node.attr],
            )


@check("SCR053", "generation")
def repetition_suppressed(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """Generation is kept from repeating itself, which changes right answers as well.

    What it checks
    Whether `no_repeat_ngram_size` or `repetition_penalty` are set to something that acts.

    Why it matters
    They are often added against a loop whose cause is elsewhere (pads in labels, too little training). An
    answer that has to repeat a word, or one of the question, is then mangled: a perfect model was measured to
    fall from 1.00 to 0.00 by `no_repeat_ngram_size=2`, and to 0.77 by `repetition_penalty=2.0`.

    Evidence
    The setting.

    Example
    Wrong: `model.generate(**inputs, repetition_penalty=2.0)` to hide a loop. Right: mend the loop's cause.

    Remedy
    Compare with the answers without it.

    When it is harmless
    Where no right answer repeats anything.

    Known limits
    What the answers look like is not known to who only reads the script.

    Sources
    https://github.com/huggingface/transformers/pull/9984
    """
    neutral = {"no_repeat_ngram_size": 0, "repetition_penalty": 1}
    for use in _generating(facts, roles):
        for name, harmless in neutral.items():
            given = use.arguments.get(name)
            value = facts.constant(given)
            if given is not None and isinstance(value, int | float) and value != harmless:
                yield found(
                    facts,
                    given,
                    NOTE,
                    f"{name}={value} forbids repetition, and so changes right answers that repeat something",
                    "compare with the answers without it, and look for the cause of a loop elsewhere",
                    setting=name,
                    value=value,
                )


@check("SCR054", "generation")
def settings_in_model_config(facts: Facts, version: str) -> Iterator[Finding]:
    """Settings of generation are put into the configuration of the model.

    What it checks
    Whether `model.config` is given `max_length`, `num_beams` and the like.

    Why it matters
    From transformers 5 on, `generate` and `save_pretrained` both refuse such a configuration: a training ends
    with an error at its first checkpoint, or at the very end. In 4.57 the values count or do not, depending
    on what was called before.

    Evidence
    The setting.

    Example
    Wrong: `model.config.max_length = 64`. Right: `model.generation_config.max_new_tokens = 64`.

    Remedy
    Put them into `model.generation_config`, or give them to `generate`.

    When it is harmless
    Never in 5.x.

    Known limits
    A configuration that is changed in a file is not seen.

    Sources
    https://github.com/huggingface/transformers/pull/43374
    """
    refused = Version(version) >= Version("5")
    for node in facts.nodes:
        if isinstance(node, ast.Attribute) and _is_stored(node) and node.attr in _SETTINGS:
            if kind_of(facts, node.value) != "config":
                continue
            told = "and save_pretrained() refuse" if refused else "heeds in some orders of calls only"
            yield found(
                facts,
                node,
                ERROR if refused else WARNING,
                f"{node.attr} is set in the model's config, which generate() {told}",
                "set it in model.generation_config, or give it to generate()",
                f"model.generation_config.{node.attr} = ...",
                setting=node.attr,
            )


@check("SCR055", "generation")
def early_stopping_without_beams(facts: Facts, roles: Roles) -> Iterator[Finding]:
    """`early_stopping` is set, but there is only one beam.

    What it checks
    Whether `early_stopping=True` is given while `num_beams` is 1 or not given.

    Why it matters
    It does nothing: without beams every answer ends at its end token. In a generation config that is saved it
    is an error.

    Evidence
    The number of beams.

    Example
    Wrong: `model.generate(**inputs, early_stopping=True)`. Right: the same with `num_beams=4`, or without it.

    Remedy
    Leave it out, or add beams.

    When it is harmless
    In `generate` nothing changes.

    Known limits
    Beams in a generation config that is loaded are not seen.

    Sources
    https://huggingface.co/docs/transformers/main_classes/text_generation
    """
    for use in _generating(facts, roles):
        given, beams = use.arguments.get("early_stopping"), use.arguments.get("num_beams")
        single = use.arguments.complete if beams is None else facts.constant(beams) == 1
        if use.arguments.get("generation_config") is not None or not single:
            continue
        if given is not None and facts.constant(given) is True:
            yield found(
                facts,
                given,
                NOTE,
                "early_stopping=True does nothing without beams (num_beams is 1)",
                "leave it out, or add beams",
                num_beams=1,
            )


def _generating(facts: Facts, roles: Roles) -> list[Use]:
    """Everything that is told how to generate: calls of generate, and generation configs."""
    configs = [
        Use(call, facts.arguments(call), "GenerationConfig")
        for call in facts.calls
        if facts.origin(call.func) == "transformers.GenerationConfig"
    ]
    return [*roles.generations, *configs]


def _assigned(facts: Facts, target: ast.AST) -> ast.expr | None:
    parent = facts.parents[target]
    return parent.value if isinstance(parent, ast.Assign) else None


def _is_none(facts: Facts, given: ast.expr | None) -> bool:
    return given is None or facts.constant(given) is None


def _longest_target(facts: Facts, roles: Roles) -> int | None:
    """To how many tokens targets are cut, where the script says it."""
    targets: list[Arguments] = [source.arguments for source in roles.label_sources]
    for maker in roles.row_makers:
        uses = roles.tokenizings(maker.function)
        targets += [use.arguments for use in uses if use.arguments.get("text_target") is not None]
    lengths = [facts.constant(given.get("max_length") or given.get("max_target_length")) for given in targets]
    return max((length for length in lengths if isinstance(length, int)), default=None)


def _length_set_elsewhere(facts: Facts) -> bool:
    """Whether a length is set in a config, or given to the Trainer's evaluation."""
    stored = {node.attr for node in facts.nodes if isinstance(node, ast.Attribute) and _is_stored(node)}
    return bool(stored & set(_LENGTHS)) or any(_evaluates_with_length(facts, call) for call in facts.calls)


def _is_stored(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


def _evaluates_with_length(facts: Facts, call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in {"evaluate", "predict"}:
        return False
    given = facts.arguments(call)
    named = any(given.get(name) is not None for name in _LENGTHS)
    return kind_of(facts, call.func.value) == "trainer" and (named or not given.complete)


RULES = (
    length_left_at_default,
    mask_not_given,
    sampling_settings_without_sampling,
    repetition_suppressed,
    settings_in_model_config,
    early_stopping_without_beams,
)
