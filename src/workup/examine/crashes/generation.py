"""Crashes in generation, and when its settings are saved."""

from __future__ import annotations

import ast
import difflib
import re

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_GUIDE = "https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md"
_GENERATION = "https://huggingface.co/docs/transformers/main_classes/text_generation"
_TENSORS = 'model.generate(**tokenizer(text, return_tensors="pt"))'


def _unused(scene: Scene) -> Told:
    names = re.findall(r"'(\w+)'", scene.groups["names"])
    if "token_type_ids" in names:
        return Told(
            "the tokenizer makes token_type_ids, and this model has no use for them",
            Remedy(
                "make the tokenizer leave them out",
                code='tokenizer.model_input_names = ["input_ids", "attention_mask"]',
            ),
            {"unused": names},
        )
    import transformers

    known = [name for name in vars(transformers.GenerationConfig()) if not name.startswith("_")]
    listed = ", ".join(map(repr, names))
    near = difflib.get_close_matches(names[0], known, n=1)
    if not near:
        return Told(
            f"generate() knows no argument {listed}", Remedy(f"leave out {listed}"), {"unused": names}
        )
    return Told(
        f"generate() knows no argument {listed}; the nearest to {names[0]!r} is {near[0]!r}",
        Remedy(f"write `{near[0]}`", code=f"{near[0]}=..."),
        {"unused": names, "nearest": near[0]},
    )


def _contradiction(scene: Scene) -> Told:
    found = re.findall(r"- `(\w+)`: ([^\n]*?)(?: -- |\. )", scene.message)
    if not found:
        first = scene.message.strip().partition("\n")[0].rstrip(".")
        return Told(f"the settings of generation contradict each other: {first}")
    import transformers

    defaults = transformers.GenerationConfig()
    names = [name for name, _ in found]
    return Told(
        f"{names[0]} has no effect on generation, because {found[0][1].replace('`', '')}: with such "
        "settings the model cannot be saved",
        Remedy(
            "unset what has no effect, or set what it needs",
            code="; ".join(
                f"model.generation_config.{name} = {getattr(defaults, name, None)}" for name in names
            ),
        ),
        {"at odds": names},
    )


def _in_model_config(scene: Scene) -> Told:
    values = ast.literal_eval(scene.groups["values"])
    moves = [
        f"model.generation_config.{name} = {value!r}; del model.config.{name}"
        for name, value in values.items()
    ]
    listed = ", ".join(f"{name}={value}" for name, value in values.items())
    return Told(
        f"settings of generation were put into model.config ({listed}), where transformers "
        f"{scene.transformers} "
        "forbids them",
        Remedy("move them to the generation config", code="; ".join(moves)),
        {"in model.config": values},
    )


def _no_shape(scene: Scene) -> Told | None:
    if scene.message == "":
        # BatchEncoding raises this without a word when it is asked for what it does not hold.
        if scene.local("item") not in ("shape", "size", "ndim"):
            return None
        return Told(
            "generate() was given the whole output of the tokenizer in place of its tensors",
            Remedy("unpack it with two asterisks", code=_TENSORS),
        )
    if "generate" not in scene.called:
        return None
    return Told(f"generate() was given a {scene.groups['kind']} in place of a tensor")


def _no_tensor(scene: Scene) -> Told | None:
    if "forward" not in scene.called:
        return None
    kind = next(iter(scene.groups.values()))
    return Told(f"the model was given a {kind} of ids in place of a tensor")


UNUSED_ARGUMENTS = Crash(
    code="CRA053",
    name="arguments-of-generate-unused",
    stage="generation",
    errors=("ValueError",),
    pattern=r"`model_kwargs` are not used by the model: \[(?P<names>[^\]]*)\]",
    shown=("The following `model_kwargs` are not used by the model: ['token_type_ids'] (note: typos ...)",),
    summary="generate() was given an argument that neither it nor the model knows.",
    why="A name is misspelt, or the tokenizer makes token_type_ids, which T5 and BART have no use for.",
    remedy=Remedy("leave it out"),
    sources=(_GENERATION,),
    tell=_unused,
)
NO_START = Crash(
    code="CRA054",
    name="no-start-token",
    stage="model",
    errors=("ValueError", "AttributeError"),
    pattern=r"decoder_start_token_id[`']?(?: or `?bos_token_id`?)? has to be defined"
    r"|has no attribute 'decoder_start_token_id'",
    shown=(
        "self.model.config.decoder_start_token_id has to be defined. In T5 it is usually set to the "
        "pad_token_id.",
        "`decoder_start_token_id` or `bos_token_id` has to be defined for encoder-decoder generation.",
        "'T5Config' object has no attribute 'decoder_start_token_id'",
    ),
    summary="The config does not say with which token the decoder begins.",
    why="A config made by hand has none; those of checkpoints do. T5 begins with its pad token, BART with "
    "its end token.",
    remedy=Remedy(
        "say it, for T5 so, before the model is made",
        code="config = T5Config(..., decoder_start_token_id=tokenizer.pad_token_id)",
    ),
    sources=("https://huggingface.co/docs/transformers/model_doc/t5",),
)
SETTINGS_AT_ODDS = Crash(
    code="CRA055",
    name="generation-settings-at-odds",
    stage="generation",
    errors=("ValueError",),
    pattern=r"GenerationConfig is invalid|generation config instance is invalid"
    r"|Greedy methods .*do not support `num_return_sequences`|Fix these issues to save the configuration",
    shown=(
        "GenerationConfig is invalid: \n- `early_stopping`: `num_beams` is set to 1. However, "
        "`early_stopping` is set to `True`",
        "Greedy methods without beam search do not support `num_return_sequences` different than 1 (got 3).",
    ),
    summary="The settings of generation contradict each other, so the model cannot be saved with them.",
    why="While generating this is only a warning; on saving, which may be at the very end of a training, "
    "it is an error.",
    remedy=Remedy("unset what has no effect", code="model.generation_config = GenerationConfig(num_beams=4)"),
    sources=(_GENERATION,),
    tell=_contradiction,
)
SETTINGS_IN_MODEL_CONFIG = Crash(
    code="CRA056",
    name="generation-settings-in-model-config",
    stage="generation",
    errors=("ValueError",),
    pattern=r"(?:modified the pretrained model configuration to control generation"
    r"|generation parameters are set in the model config).*?(?P<values>\{.*?\})",
    shown=(
        "You have modified the pretrained model configuration to control generation We detected the "
        "following values set - {'max_length': 30}.",
        "Some generation parameters are set in the model config. ... Generation parameters found: "
        "{'max_length': 30}",
    ),
    summary="Settings of generation were put into model.config, where transformers 5 forbids them.",
    why="transformers 5 keeps them in `model.generation_config` alone, and refuses to generate or to save.",
    remedy=Remedy(
        "move them to the generation config",
        code="model.generation_config.max_length = 64; del model.config.max_length",
    ),
    sources=(_GUIDE, "https://github.com/huggingface/transformers/pull/43374"),
    tell=_in_model_config,
)
DECODING_ON_HUB = Crash(
    code="CRA057",
    name="way-of-decoding-moved-to-the-hub",
    stage="generation",
    errors=("ValueError",),
    pattern=r"^(?P<name>[\w -]+?) requires `trust_remote_code=True` in your `generate` call",
    shown=("Constrained Beam Search requires `trust_remote_code=True` in your `generate` call",),
    summary="This way of decoding is no longer part of transformers; its code would be fetched from the hub.",
    why="Constrained and contrastive search, DoLa and groups of beams were moved out because few used them.",
    remedy=Remedy(
        "leave out the argument that asks for it (force_words_ids, penalty_alpha, dola_layers, "
        "num_beam_groups)"
    ),
    sources=(_GUIDE,),
    tell=lambda scene: Told(f"{scene.groups['name']} is no longer part of transformers"),
)
NO_SHAPE = Crash(
    code="CRA058",
    name="generate-without-tensors",
    stage="generation",
    errors=("AttributeError",),
    pattern=r"^$|^'(?P<kind>list|str|dict)' object has no attribute '(?:shape|size|ndim|device)'",
    shown=("", "'list' object has no attribute 'shape'"),
    summary="generate() was given something else than tensors.",
    why="The tokenizer gives lists unless told otherwise, and together in one object that must be unpacked.",
    remedy=Remedy("ask the tokenizer for tensors, and unpack them", code=_TENSORS),
    sources=(_GENERATION,),
    tell=_no_shape,
)
NO_TENSOR = Crash(
    code="CRA059",
    name="model-without-tensors",
    stage="batching",
    errors=("TypeError", "AttributeError"),
    pattern=r"embedding\(\): argument 'indices' \(position \d\) must be Tensor, not (?P<a>\w+)"
    r"|^'(?P<b>list)' object has no attribute '(?:size|shape|device)'",
    shown=(
        "embedding(): argument 'indices' (position 2) must be Tensor, not list",
        "'list' object has no attribute 'size'",
    ),
    summary="The model was given lists of ids in place of tensors.",
    why="The tokenizer gives lists unless told otherwise.",
    remedy=Remedy(
        "ask the tokenizer for tensors", code='tokenizer(texts, padding=True, return_tensors="pt")'
    ),
    sources=("https://huggingface.co/docs/transformers/main_classes/tokenizer",),
    tell=_no_tensor,
)
VOCABULARY_FILE = Crash(
    code="CRA060",
    name="tokenizer-from-vocabulary-file",
    stage="tokenization",
    errors=("TypeError",),
    pattern=r"Can't extract `str` to `Vec`",
    shown=("Can't extract `str` to `Vec`",),
    summary="A tokenizer was made from the path of its vocabulary, which transformers 5 takes for the "
    "vocabulary itself.",
    why="transformers 5 reads files only in `from_pretrained`. Given as `vocab_file=...` the path is "
    "ignored without a word, and the tokenizer knows no word.",
    remedy=Remedy(
        "read the folder of the file", code="tokenizer = AutoTokenizer.from_pretrained(folder_of_the_file)"
    ),
    sources=(_GUIDE,),
)

CRASHES = (
    UNUSED_ARGUMENTS,
    NO_START,
    SETTINGS_AT_ODDS,
    SETTINGS_IN_MODEL_CONFIG,
    DECODING_ON_HUB,
    NO_SHAPE,
    NO_TENSOR,
    VOCABULARY_FILE,
)
