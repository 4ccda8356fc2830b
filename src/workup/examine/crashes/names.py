"""Crashes because of a name that this version does not know: an argument, attribute, import, task, method."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Iterable
from typing import Any

from workup.examine.api_changes import Change, find
from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_GUIDE = "https://github.com/huggingface/transformers/blob/main/MIGRATION_GUIDE_V5.md"
_TRAINER = "https://huggingface.co/docs/transformers/main_classes/trainer"


def _changed(scene: Scene, change: Change, thing: str, rename: str = "{}") -> Told:
    """What is told of a name that the installed version does not know, but another one does.

    Args:
        rename: how the new name is written in code.
    """
    version = scene.transformers
    history = "it was removed" if change.gone else f"it came with transformers {change.born}"
    only_code = re.fullmatch("write `([^`]+)`", change.instead)
    code = rename.format(change.rename) if change.rename else only_code.group(1) if only_code else ""
    return Told(
        f"transformers {version} has no {thing}; {history}",
        Remedy(change.instead, code=code),
        {"transformers": version},
    )


def _near(name: str, valid: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, list(valid), n=1, cutoff=0.6)), None)


def _misspelt(name: str, thing: str, valid: Iterable[str], rename: str) -> Told:
    """What is told of a name that no version ever had."""
    near = _near(name, valid)
    if near is None:
        return Told(f"{thing}, and none is named alike", Remedy(f"leave `{name}` out, or look it up"))
    return Told(f"{thing}; the nearest is {near!r}", Remedy(f"write `{near}`", code=rename.format(near)))


def _owner(called: str) -> str | None:
    """The owner in the table of API changes, of what was called."""
    kind, _, method = called.rpartition(".")
    if method == "train":
        return "train"
    if method == "forward":
        return "model"
    if kind.endswith("TrainingArguments"):
        return "TrainingArguments"
    if kind.endswith("Trainer"):
        return "Trainer"
    if "encode_plus" in method:
        return "tokenizer"
    return "from_pretrained" if _is_model(kind) else None


def _of_transformers(name: str) -> Any:
    import transformers

    return getattr(transformers, name, None)


def _is_model(name: str) -> bool:
    import transformers

    found = _of_transformers(name)
    return isinstance(found, type) and issubclass(found, transformers.PreTrainedModel)


def _arguments_of(called: str) -> set[str]:
    """The names that what was called takes; empty for what is not of transformers."""
    kind, _, method = called.rpartition(".")
    owner = _of_transformers(kind or "Trainer")
    if owner is None:
        return set()
    if method == "__init__" and _is_model(kind):
        config = owner.config_class()
        return {*inspect.signature(owner.from_pretrained).parameters, *vars(config)} - {"args", "kwargs"}
    if "encode_plus" in method:
        return set(inspect.signature(owner.__call__).parameters)
    return set(inspect.signature(getattr(owner, method)).parameters) - {"self", "kwargs"}


def _is_namesake(scene: Scene, kind: str) -> bool:
    """Whether a class of this name is the user's own and has nothing to do with transformers."""
    held = getattr(scene.error, "obj", None)
    here = {**scene.frames[0].f_globals, **scene.frames[0].f_locals} if scene.frames else {}
    found = type(held) if held is not None else here.get(kind)
    if not isinstance(found, type):
        return False
    return not any(base.__module__.startswith("transformers") for base in found.__mro__)


def _unknown_argument(scene: Scene) -> Told | None:
    called = scene.groups.get("called", "train")
    name = scene.groups.get("name") or scene.groups["other"]
    if _is_namesake(scene, called.partition(".")[0]):
        return None
    owner = _owner(called)
    change = find(owner, name) if owner else None
    shown = called.removesuffix(".__init__")
    if owner == "from_pretrained":
        shown += ".from_pretrained"
    if owner == "tokenizer":
        shown = "the tokenizer"
    if change is not None and change.kind == "argument" and not change.works_in(scene.transformers):
        return _changed(scene, change, f"argument {name!r} of {shown}", f"{{}}=...  # in place of {name}=...")
    valid = _arguments_of(called)
    return _misspelt(name, f"{shown} has no argument {name!r}", valid, "{}=...") if valid else None


def _attribute_owner(kind: str) -> str | None:
    if kind.endswith("TrainingArguments"):
        return "TrainingArguments"
    if kind.endswith("Trainer"):
        return "Trainer"
    if kind.endswith("Config"):
        return "config"
    if "Tokenizer" in kind or kind.endswith("Backend"):
        return "tokenizer"
    return "model" if _is_model(kind) else None


def _gone_attribute(scene: Scene) -> Told | None:
    kind, name = scene.groups["kind"], scene.groups["name"]
    owner = _attribute_owner(kind)
    change = find(owner, name) if owner else None
    if owner is None or change is None or change.works_in(scene.transformers) or _is_namesake(scene, kind):
        return None
    spoken = "args" if owner == "TrainingArguments" else owner.lower()
    return _changed(scene, change, f"attribute {name!r} of {kind}", f"{spoken}.{{}}")


def _gone_import(scene: Scene) -> Told | None:
    name = scene.groups.get("name") or scene.groups.get("attribute") or scene.groups["module"]
    change = find("transformers", name)
    if change is not None and not change.works_in(scene.transformers):
        return _changed(scene, change, f"{name!r} to import")
    import transformers

    near = _near(name, dir(transformers)) if "module" not in scene.groups else None
    if near is None:
        return None
    return Told(
        f"transformers {scene.transformers} has no {name!r}; the nearest is {near!r}",
        Remedy(f"write `{near}`", code=f"from transformers import {near}"),
    )


def _gone_task(scene: Scene) -> Told | None:
    task = scene.groups["name"]
    change = find("pipeline", task)
    if change is not None and not change.works_in(scene.transformers):
        told = _changed(scene, change, f"pipeline {task!r}")
        return Told(told.cause, Remedy(change.instead, code=_BY_HAND), told.evidence)
    valid = scene.groups["valid"].replace("'", "").split(", ")
    return _misspelt(task, f"there is no pipeline {task!r}", valid, 'pipeline("{}", ...)')


_BY_HAND = (
    "tokenizer.batch_decode(model.generate(**tokenizer(texts, padding=True, return_tensors='pt'), "
    "max_new_tokens=64), skip_special_tokens=True)"
)


def _old_signature(scene: Scene) -> Told | None:
    kind, method = scene.groups["kind"], scene.groups["method"]
    base = _of_transformers("Seq2SeqTrainer")
    if _of_transformers(kind) is not None or not hasattr(base, method):
        return None
    wanted = inspect.signature(getattr(base, method)).parameters
    names = [
        name if value.default is value.empty else f"{name}={value.default!r}"
        for name, value in wanted.items()
        if value.kind is value.POSITIONAL_OR_KEYWORD
    ]
    # Keywords that the base passes on ("**gen_kwargs") are passed on by the heir too.
    names += [f"**{name}" for name, value in wanted.items() if value.kind is value.VAR_KEYWORD]
    return Told(
        f"{kind}.{method} takes other arguments than transformers {scene.transformers} gives it",
        Remedy(f"give {method} all of its arguments", code=f"def {method}({', '.join(names)}):"),
    )


def _invalid_choice(scene: Scene) -> Told:
    value, choices = scene.groups["value"], scene.groups["valid"].replace("'", "").split(", ")
    change = find("TrainingArguments", f"optim={value}")
    if change is not None:
        return _changed(scene, change, f"optimizer {value!r}")
    return _misspelt(value, f"{scene.groups['enum']} has no value {value!r}", choices, '"{}"')


UNKNOWN_ARGUMENT = Crash(
    code="CRA001",
    name="unknown-argument",
    stage="environment",
    errors=("TypeError",),
    pattern=r"(?:(?P<called>\w+\.\w+)\(\) got an unexpected keyword argument '(?P<name>\w+)'"
    r"|train\(\) got unexpected keyword arguments: (?P<other>\w+))",
    shown=(
        "Seq2SeqTrainingArguments.__init__() got an unexpected keyword argument 'evaluation_strategy'",
        "Seq2SeqTrainer.__init__() got an unexpected keyword argument 'tokenizer'",
        "T5ForConditionalGeneration.__init__() got an unexpected keyword argument 'load_in_8bit'",
    ),
    summary="An argument has another name in the installed version of transformers, or is misspelt.",
    why="transformers 5 renamed and removed arguments, and added some that 4.57 does not know. Arguments of "
    "`from_pretrained` that nobody knows end in the model's own `__init__`, which is why that is blamed.",
    remedy=Remedy("write the name that the installed version knows"),
    sources=(_GUIDE,),
    anywhere=True,
    tell=_unknown_argument,
)
OLD_SIGNATURE = Crash(
    code="CRA002",
    name="overridden-method-of-another-version",
    stage="environment",
    errors=("TypeError",),
    pattern=r"(?P<kind>\w+)\.(?P<method>\w+)\(\) (?:got an unexpected keyword argument '\w+'"
    r"|takes \d+ positional arguments? but \d+ (?:was|were) given)",
    shown=(
        "MyTrainer.compute_loss() got an unexpected keyword argument 'num_items_in_batch'",
        "MyTrainer.training_step() takes 3 positional arguments but 4 were given",
        "MyTrainer.log() takes 2 positional arguments but 3 were given",
    ),
    summary="A method of a Trainer of your own has the signature of another version of transformers.",
    why="The Trainer calls its methods with arguments that were added over time: `num_items_in_batch`, "
    "`start_time`. An own method that lacks them cannot be called.",
    remedy=Remedy(
        "give the method all of its arguments",
        code="def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):",
    ),
    sources=(_TRAINER,),
    tell=_old_signature,
)
GONE_ATTRIBUTE = Crash(
    code="CRA003",
    name="attribute-of-another-version",
    stage="environment",
    errors=("AttributeError",),
    pattern=r"^'?(?P<kind>\w+)'?(?: object)? has no attribute '?(?P<name>\w+)'?",
    shown=(
        "'Seq2SeqTrainer' object has no attribute 'tokenizer'",
        "TokenizersBackend has no attribute as_target_tokenizer",
        "'T5Config' object has no attribute 'max_length'",
    ),
    summary="An attribute or a method is gone in the installed version of transformers.",
    why="transformers 5 removed what it had long replaced. Settings of generation left the model's config.",
    remedy=Remedy("use what has taken its place"),
    sources=(_GUIDE,),
    anywhere=True,
    tell=_gone_attribute,
)
GONE_IMPORT = Crash(
    code="CRA004",
    name="import-of-another-version",
    stage="environment",
    errors=("ImportError", "AttributeError"),
    pattern=r"(?:cannot import name '(?P<name>\w+)' from 'transformers[\w.]*'"
    r"|module '?transformers[\w.]*'? has no attribute '?(?P<attribute>\w+)'?"
    r"|No module named '(?P<module>transformers\.[\w.]+)')",
    shown=(
        "cannot import name 'AdamW' from 'transformers' (.../transformers/__init__.py)",
        "module transformers has no attribute MT5Tokenizer",
        "No module named 'transformers.models.t5.tokenization_t5_fast'",
    ),
    summary="A class or a module is gone from the installed version of transformers, or is misspelt.",
    why="TensorFlow and JAX classes, separate fast tokenizers, the text-to-text pipelines and an own AdamW "
    "have left transformers.",
    remedy=Remedy("import what has taken its place"),
    sources=(_GUIDE, "https://github.com/huggingface/transformers/pull/40760"),
    anywhere=True,
    tell=_gone_import,
)
GONE_TASK = Crash(
    code="CRA005",
    name="pipeline-of-another-version",
    stage="environment",
    errors=("KeyError",),
    pattern=r"Unknown task (?P<name>[\w-]+), available tasks are \[(?P<valid>[^\]]*)\]",
    shown=("\"Unknown task summarization, available tasks are ['any-to-any', ...]\"",),
    summary="The pipeline for this task is gone in the installed version of transformers, or is misspelt.",
    why="transformers 5 removed the pipelines for summarization, translation and text2text-generation.",
    remedy=Remedy("call `generate` yourself", code=_BY_HAND),
    sources=(_GUIDE,),
    tell=_gone_task,
)
LOAD_METRIC = Crash(
    code="CRA006",
    name="load-metric-gone",
    stage="environment",
    errors=("ImportError", "AttributeError"),
    pattern=r"cannot import name 'load_metric' from 'datasets'|'datasets' has no attribute 'load_metric'",
    shown=(
        "cannot import name 'load_metric' from 'datasets' (.../datasets/__init__.py)",
        "module 'datasets' has no attribute 'load_metric'",
    ),
    summary="Metrics have moved from the package datasets to the package evaluate.",
    why="`load_metric` was removed in datasets 3.",
    remedy=Remedy("use the package evaluate", code="import evaluate; rouge = evaluate.load('rouge')"),
    sources=("https://huggingface.co/docs/evaluate/index",),
    anywhere=True,
)
INVALID_CHOICE = Crash(
    code="CRA007",
    name="value-of-another-version",
    stage="environment",
    errors=("ValueError",),
    pattern=r"^(?P<value>\S+) is not a valid (?P<enum>\w+), please select one of \[(?P<valid>[^\]]*)\]",
    shown=("adamw_hf is not a valid OptimizerNames, please select one of ['adamw_torch', ...]",),
    summary="A value of a training argument is unknown to the installed version, or is misspelt.",
    why="The choices of `optim`, `eval_strategy`, `lr_scheduler_type` and others are fixed lists.",
    remedy=Remedy("choose one of the values that the message lists"),
    sources=(_TRAINER,),
    tell=_invalid_choice,
)
FRACTION_OF_WARMUP = Crash(
    code="CRA008",
    name="warmup-steps-as-a-share",
    stage="environment",
    errors=("ValueError",),
    pattern=r"warmup_steps must be of type int",
    shown=("warmup_steps must be of type int and must be 0 or a positive integer.",),
    summary="A share of all steps was given as warmup_steps, which only transformers 5 understands.",
    why="Under transformers 4 a share is `warmup_ratio`; from 5.15 on that name is gone.",
    remedy=Remedy("under transformers 4 write `warmup_ratio`", code="warmup_ratio=0.1"),
    sources=(_GUIDE,),
)

CRASHES = (
    UNKNOWN_ARGUMENT,
    OLD_SIGNATURE,
    GONE_ATTRIBUTE,
    GONE_IMPORT,
    GONE_TASK,
    LOAD_METRIC,
    INVALID_CHOICE,
    FRACTION_OF_WARMUP,
)
