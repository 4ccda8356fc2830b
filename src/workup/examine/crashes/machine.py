"""Crashes because of what is, or is not, on this machine: packages, devices, memory, disk, network."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from workup.examine.crashes.crash import Crash, Told
from workup.examine.crashes.damage import broken_file
from workup.examine.crashes.scene import Scene
from workup.examine.finding import Remedy

_INSTALLATION = "https://huggingface.co/docs/transformers/installation"


def _package(scene: Scene) -> Told | None:
    if reporter := scene.groups.get("reporter"):
        return Told(
            f"the Trainer is to report to {reporter}, which is not installed",
            Remedy(f"report to nobody, or install it: pip install {reporter}", code='report_to="none"'),
        )
    name = scene.groups["package"].lower()
    if name == "protobuf" and broken_file(scene):
        return None
    return Told(
        f"the package {name} is not installed",
        Remedy(f"install {name} and start Python again", code=f"pip install {name}"),
    )


def _device(scene: Scene) -> Told:
    import torch

    device = "mps" if "mps" in scene.message else "cuda"
    if "deserialize" in scene.message:
        return Told(
            "the file was saved on a GPU, and this machine has none that torch can use",
            Remedy("read it into the memory of the CPU", code='torch.load(path, map_location="cpu")'),
        )
    return Told(
        f'the device "{device}" was asked for, and torch {torch.__version__} finds none on this machine',
        Remedy(
            "take the device that is there; the Trainer does so by itself",
            code=f'device = "{device}" if torch.{_AVAILABLE[device]}.is_available() else "cpu"',
        ),
    )


_AVAILABLE = {"cuda": "cuda", "mps": "backends.mps"}


def _memory(scene: Scene) -> Told:
    arguments = scene.arguments
    if "evaluation_loop" in scene.called and not getattr(arguments, "predict_with_generate", False):
        return Told(
            "memory ran out while the evaluation gathered the scores of every token of the vocabulary",
            Remedy(
                "evaluate by what is generated, or move the scores to the CPU now and then",
                code="predict_with_generate=True  # or: eval_accumulation_steps=8",
            ),
        )
    size = getattr(arguments, "per_device_train_batch_size", None)
    if not isinstance(size, int) or size < 2:
        return Told("memory ran out")
    kept = getattr(arguments, "gradient_accumulation_steps", 1) * 2
    return Told(
        f"memory ran out with {size} rows at a time on a device",
        Remedy(
            "take half as many rows at a time and twice as many times; shorter sources save most",
            code=f"per_device_train_batch_size={size // 2}, gradient_accumulation_steps={kept}",
        ),
        {"per_device_train_batch_size": size},
    )


def _disk(scene: Scene) -> Told:
    folder = Path(getattr(scene.arguments, "output_dir", None) or ".")
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e6
    checkpoints = len(list(folder.glob("checkpoint-*")))
    return Told(
        f"the disk is full: {free:.0f} MB are free at {folder}, which holds {checkpoints} checkpoints",
        evidence={"free MB": round(free), "checkpoints": checkpoints},
    )


def _network(scene: Scene) -> Told:
    name = scene.local("pretrained_model_name_or_path", "path_or_repo_id", "repo_id", "path")
    forbidden = [key for key in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE") if os.environ.get(key, "0") != "0"]
    reason = f"{forbidden[0]} forbids to fetch it" if forbidden else "the hub cannot be reached"
    kind = " --repo-type dataset" if "load_dataset" in scene.called else ""
    return Told(
        f"{str(name)!r} is neither a folder here nor in the cache, and {reason}",
        Remedy(
            "give the path of a folder that holds it, or fetch it once while there is a network",
            code=f"hf download {name}{kind}",
        ),
    )


MISSING_PACKAGE = Crash(
    code="CRA016",
    name="package-missing",
    stage="environment",
    errors=("ImportError", "RuntimeError", "ValueError"),
    pattern=r"requires (?:the "
    r")?`?(?P<package>SentencePiece|protobuf|accelerate|tiktoken|peft|bitsandbytes)\b"
    r"|Callback requires (?P<reporter>[\w-]+) to be installed",
    shown=(
        "T5Tokenizer requires the SentencePiece library but it was not found in your environment.",
        "requires the protobuf library but it was not found in your environment.",
        "Using the `Trainer` with `PyTorch` requires `accelerate>=1.1.0`: Please run `pip install ...`",
        "WandbCallback requires wandb to be installed. Run `pip install wandb`.",
    ),
    summary="A package that transformers needs only sometimes is not installed.",
    why="sentencepiece and protobuf read the `spiece.model` of T5; accelerate runs the Trainer; `report_to` "
    "names services that each have a package of their own.",
    remedy=Remedy("install it and start Python again", code="pip install sentencepiece protobuf accelerate"),
    sources=(_INSTALLATION,),
    tell=_package,
)
NO_SUCH_DEVICE = Crash(
    code="CRA017",
    name="device-not-there",
    stage="environment",
    errors=("AssertionError", "RuntimeError"),
    pattern=r"Torch not compiled with CUDA enabled|Found no NVIDIA driver|No CUDA GPUs are available"
    r"|not linked with support for mps|deserialize object on a CUDA device"
    r"|MPS backend is supported on MacOS",
    shown=(
        "Torch not compiled with CUDA enabled",
        "PyTorch is not linked with support for mps devices",
        "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
    ),
    summary="A device was asked for that torch does not find on this machine.",
    why="There is no such GPU, no driver, or torch was installed in its CPU build.",
    remedy=Remedy(
        "take the device that is there", code='device = "cuda" if torch.cuda.is_available() else "cpu"'
    ),
    sources=("https://pytorch.org/get-started/locally/",),
    tell=_device,
)
TWO_DEVICES = Crash(
    code="CRA018",
    name="inputs-on-another-device",
    stage="environment",
    errors=("RuntimeError",),
    pattern=r"Expected all tensors to be on the same device",
    shown=(
        "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu! "
        "(when checking argument for argument index in method wrapper_CUDA__index_select)",
    ),
    summary="The model is on one device and its input on another.",
    why="After training the Trainer leaves the model on the GPU; the tokenizer makes its tensors on the CPU.",
    remedy=Remedy(
        "move the input to the model",
        code='inputs = tokenizer(text, return_tensors="pt").to(model.device)',
    ),
    sources=("https://huggingface.co/docs/transformers/main_classes/tokenizer",),
)
OUT_OF_MEMORY = Crash(
    code="CRA019",
    name="out-of-memory",
    stage="environment",
    errors=("RuntimeError",),
    pattern=r"(?:CUDA|MPS backend|XPU|HIP) out of memory|DefaultCPUAllocator: (?:can't allocate|not "
    r"enough) memory",
    shown=(
        "CUDA out of memory. Tried to allocate 2.00 GiB.",
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4000000000000000 bytes.",
    ),
    summary="Memory ran out.",
    why="It grows with the rows of a batch and with their length; an evaluation that does not generate "
    "keeps a score for every token of the vocabulary at every position.",
    remedy=Remedy(
        "take fewer rows at a time, and more times",
        code="per_device_train_batch_size=4, gradient_accumulation_steps=4",
    ),
    sources=("https://github.com/huggingface/transformers/issues/7926",),
    anywhere=True,
    tell=_memory,
)
DEVICE_ASSERT = Crash(
    code="CRA020",
    name="device-side-assert",
    stage="tokenization",
    errors=("RuntimeError",),
    pattern=r"device-side assert triggered",
    shown=("CUDA error: device-side assert triggered",),
    summary="A token id or a label is beyond the model's vocabulary, or an input longer than its positions.",
    why="A GPU cannot say which index was out of range; the line that is blamed comes later than the fault.",
    remedy=Remedy("run one step on the CPU, which names the index", code="use_cpu=True, max_steps=1"),
    sources=("https://github.com/huggingface/transformers/issues/6599",),
    anywhere=True,
)
DISK_FULL = Crash(
    code="CRA021",
    name="disk-full",
    stage="environment",
    errors=("OSError", "RuntimeError", "SafetensorError"),
    pattern=r"No space left on device|PytorchStreamWriter failed writing file|Disk quota exceeded",
    shown=(
        "[Errno 28] No space left on device",
        "PytorchStreamWriter failed writing file data/0: file write failed",
    ),
    summary="The disk is full.",
    why="A checkpoint holds the weights and, twice as large, the state of the optimizer.",
    remedy=Remedy("delete old checkpoints and keep fewer", code="save_total_limit=2, save_only_model=True"),
    sources=("https://huggingface.co/docs/transformers/main_classes/trainer",),
    anywhere=True,
    tell=_disk,
)
NO_NETWORK = Crash(
    code="CRA022",
    name="model-not-here-and-no-network",
    stage="environment",
    errors=("OSError",),
    pattern=r"couldn't connect to '?https?://\S*huggingface|Couldn't reach '?[\w./-]+'? on the Hub"
    r"|Cannot reach https?://\S*huggingface",
    shown=(
        "We couldn't connect to 'https://huggingface.co' to load the files, and couldn't find them in the "
        "cached files.",
        "Couldn't reach 'cnn_dailymail' on the Hub (OfflineModeIsEnabled)",
    ),
    summary="A model or a data set is neither here nor in the cache, and the hub cannot be reached.",
    why="A name that is no folder here is taken for one of the hub's.",
    remedy=Remedy("give the path of a folder, or fetch it once while there is a network"),
    sources=(f"{_INSTALLATION}#offline-mode",),
    tell=_network,
)

CRASHES = (
    MISSING_PACKAGE,
    NO_SUCH_DEVICE,
    TWO_DEVICES,
    OUT_OF_MEMORY,
    DEVICE_ASSERT,
    DISK_FULL,
    NO_NETWORK,
)
