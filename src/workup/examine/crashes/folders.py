"""Crashes because of what a folder holds: no model, no tokenizer, no checkpoint, another family."""

from __future__ import annotations

import difflib
import importlib.util
import re
from pathlib import Path

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_MODEL = "https://huggingface.co/docs/transformers/main_classes/model"


def _checkpoints(folder: Path) -> list[Path]:
    """The folders in it that hold a model, the latest step last."""
    found = [path.parent for path in folder.glob("*/config.json")]
    return sorted(found, key=lambda path: (int((re.findall(r"\d+", path.name) or ["0"])[-1]), path.name))


def _no_folder(scene: Scene) -> Told | None:
    given = next(iter(scene.groups.values()))
    folder = Path(given).expanduser()
    if folder.is_dir():
        return None
    parent = folder.parent
    while not parent.exists():
        parent = parent.parent
    models = _checkpoints(parent)
    names = difflib.get_close_matches(folder.name, [path.name for path in models], n=1, cutoff=0.5)
    nearest = next((path for path in models if path.name in names), models[-1] if models else None)
    return Told(
        f"there is no folder {given!r} (seen from {Path.cwd()}), so it was taken for a model of the hub",
        Remedy(
            f"give the path of a folder that exists; {nearest} holds a model"
            if nearest
            else "give the path of a folder that exists, or the name of a model on the hub",
            code=f'from_pretrained("{nearest}")' if nearest else "",
        ),
        {"folder": given, "models beside it": [str(path) for path in models]},
    )


def _no_model(scene: Scene) -> Told | None:
    folder = Path(next(iter(scene.groups.values())))
    if not folder.is_dir():
        return None
    held = sorted(path.name for path in folder.iterdir())
    evidence = {"folder": str(folder), "holds": held[:20]}
    missing = "weights" if "config.json" in held else "config.json"
    models = _checkpoints(folder)
    if models:
        return Told(
            f"{folder} holds no {missing}, but {len(models)} checkpoints that do",
            Remedy("read the checkpoint itself", code=f'from_pretrained("{models[-1]}")'),
            evidence,
        )
    return Told(f"{folder} holds no {missing} (it holds {', '.join(held[:6]) or 'nothing'})", None, evidence)


def _no_tokenizer(scene: Scene) -> Told | None:
    folder = scene.local("pretrained_model_name_or_path")
    if importlib.util.find_spec("sentencepiece") is None:
        return Told(
            "the package sentencepiece is not installed, which reads this tokenizer",
            Remedy("install it and start Python again", code="pip install sentencepiece"),
        )
    return Told(f"{folder} holds no tokenizer" if folder else "the folder holds no tokenizer")


NO_FOLDER = Crash(
    code="CRA023",
    name="folder-taken-for-hub-name",
    stage="model",
    errors=("OSError", "ValueError"),
    pattern=r"Repo id must (?:be in the form|use alphanumeric)[^:]*: '(?P<a>[^']+)'"
    r"|Incorrect path_or_model_id: '(?P<b>[^']+)'|^(?P<c>\S+) is not a local folder and is not a valid model",
    shown=(
        "Repo id must be in the form 'repo_name' or 'namespace/repo_name': './outputs/final'.",
        "outputs/final is not a local folder and is not a valid model identifier listed on "
        "'https://huggingface.co/models'",
    ),
    summary="A path was given where there is no folder, so it was taken for the name of a model on the hub.",
    why="`from_pretrained` takes whatever is no folder for a name of the hub. The path is relative to the "
    "folder that Python was started in, not to the script.",
    remedy=Remedy("give the path of a folder that exists"),
    sources=(_MODEL,),
    tell=_no_folder,
)
NO_MODEL = Crash(
    code="CRA024",
    name="folder-without-model",
    stage="model",
    errors=("OSError", "ValueError"),
    pattern=r"Error no file named .* found in directory (?P<a>\S+?)\.?$"
    r"|Unrecognized model in (?P<b>\S+?)\. Should have a `model_type` key"
    r"|^(?P<c>\S+) does not appear to have a file named \S+",
    shown=(
        "Error no file named model.safetensors, or pytorch_model.bin, found in directory ./outputs.",
        "Unrecognized model in ./outputs. Should have a `model_type` key in its config.json.",
        "./outputs does not appear to have a file named config.json.",
    ),
    summary="The folder holds no model: no config.json, or no weights.",
    why="The Trainer writes into folders `checkpoint-STEP` inside the output folder; that itself holds a "
    "model only after `save_model()`.",
    remedy=Remedy("save the model there, or read one of the checkpoints", code="trainer.save_model(folder)"),
    sources=(_MODEL,),
    tell=_no_model,
)
NO_TOKENIZER = Crash(
    code="CRA025",
    name="folder-without-tokenizer",
    stage="tokenization",
    errors=("OSError", "ValueError"),
    pattern=r"Couldn't instantiate the backend tokenizer|Can't load tokenizer for",
    shown=("Couldn't instantiate the backend tokenizer from one of: (1) a `tokenizers` library ...",),
    summary="The folder holds no tokenizer, or the package that reads it is missing.",
    why="`model.save_pretrained` writes no tokenizer; the Trainer does, if it was given one.",
    remedy=Remedy(
        "save the tokenizer beside the model, or read that of the base model",
        code="tokenizer.save_pretrained(folder)",
    ),
    sources=("https://huggingface.co/docs/transformers/main_classes/tokenizer",),
    tell=_no_tokenizer,
)
WRONG_AUTO_CLASS = Crash(
    code="CRA026",
    name="wrong-auto-class",
    stage="model",
    errors=("ValueError",),
    pattern=r"Unrecognized configuration class <class '[\w.]*?(?P<config>\w+)'> for this kind of AutoModel: "
    r"(?P<auto>\w+)",
    shown=(
        "Unrecognized configuration class <class 'transformers.models.t5.configuration_t5.T5Config'> for "
        "this kind of AutoModel: AutoModelForCausalLM.",
    ),
    summary="The model is read with the class of another family.",
    why="T5, BART and their kin have an encoder and a decoder; AutoModelForCausalLM is for models without "
    "encoder.",
    remedy=Remedy("read it with the right class", code="AutoModelForSeq2SeqLM.from_pretrained(folder)"),
    sources=("https://huggingface.co/docs/transformers/model_doc/auto",),
)
NO_CHECKPOINT = Crash(
    code="CRA027",
    name="nothing-to-resume",
    stage="training",
    errors=("ValueError",),
    pattern=r"No valid checkpoint found in output directory|Can't find a valid checkpoint at",
    shown=(
        "No valid checkpoint found in output directory (outputs)",
        "Can't find a valid checkpoint at outputs/checkpoint-500",
    ),
    summary="Training was to be resumed, and there is no checkpoint.",
    why="No checkpoint was saved yet, `save_only_model` left the state out, or `output_dir` is another one "
    "than before.",
    remedy=Remedy(
        "resume only where there is something",
        code="trainer.train(resume_from_checkpoint=get_last_checkpoint(args.output_dir))",
    ),
    sources=("https://huggingface.co/docs/transformers/main_classes/trainer",),
)

CRASHES = (
    NO_FOLDER,
    NO_MODEL,
    NO_TOKENIZER,
    WRONG_AUTO_CLASS,
    NO_CHECKPOINT,
)
