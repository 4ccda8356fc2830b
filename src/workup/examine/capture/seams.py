"""The places where a script is watched, and how a function there is replaced by one that also tells of it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

# Gets the arguments, yields, is sent the result; it is closed at the yield where the call fails.
Observer = Callable[..., Generator[None, Any, None]]


@dataclass(frozen=True)
class Seam:
    """A method of a library's class, and the method of `Seen` that observes its calls."""

    module: str
    owner: str
    method: str
    observer: str


_MODELS, _TRAINER = "transformers.modeling_utils", "transformers.trainer"
_TOKENIZERS, _ADAPTERS = "transformers.tokenization_utils_base", "peft.peft_model"

# Where a version of a library has no such method nothing is watched: transformers 5 has no `encode_plus`.
SEAMS = (
    Seam("datasets.arrow_dataset", "Dataset", "map", "mapped"),
    Seam("torch.utils.data.dataloader", "DataLoader", "__iter__", "iterated"),
    Seam(_MODELS, "PreTrainedModel", "from_pretrained", "model_loaded"),
    Seam(_MODELS, "PreTrainedModel", "save_pretrained", "model_saved"),
    Seam(_MODELS, "PreTrainedModel", "load_state_dict", "state_loaded"),
    Seam(_MODELS, "PreTrainedModel", "__call__", "called"),
    Seam(_ADAPTERS, "PeftModel", "from_pretrained", "adapter_loaded"),
    Seam(_ADAPTERS, "PeftModel", "save_pretrained", "model_saved"),
    Seam(_ADAPTERS, "PeftModel", "__call__", "called"),
    Seam(_TOKENIZERS, "PreTrainedTokenizerBase", "from_pretrained", "tokenizer_loaded"),
    Seam(_TOKENIZERS, "PreTrainedTokenizerBase", "__call__", "encoded"),
    Seam(_TOKENIZERS, "PreTrainedTokenizerBase", "encode", "encoded"),
    Seam(_TOKENIZERS, "PreTrainedTokenizerBase", "encode_plus", "encoded"),
    Seam(_TOKENIZERS, "PreTrainedTokenizerBase", "batch_encode_plus", "encoded"),
    Seam(_TOKENIZERS, "PreTrainedTokenizerBase", "decode", "decoded"),
    Seam("transformers.generation.utils", "GenerationMixin", "generate", "answered"),
    Seam(_TRAINER, "Trainer", "__init__", "trainer_made"),
    Seam(_TRAINER, "Trainer", "train", "trained"),
    Seam(_TRAINER, "Trainer", "training_step", "step_made"),
    Seam(_TRAINER, "Trainer", "evaluate", "evaluated"),
    Seam(_TRAINER, "Trainer", "predict", "evaluated"),
)  # fmt: skip


@dataclass(frozen=True)
class Guard:
    """How observers are called so that none of their failures reaches the script.

    Attributes:
        begin: starts an observer with the arguments of a call; None where the call is not watched.
        end: hands it the result.
    """

    begin: Callable[[str, tuple[Any, ...], dict[str, Any]], Generator[None, Any, None] | None]
    end: Callable[[Generator[None, Any, None], Any], None]


def fit(seam: Seam, module: ModuleType, guard: Guard) -> None:
    """Put the watching function in the place of the method. Its signature stays."""
    owner = getattr(module, seam.owner)
    own = inspect.getattr_static(owner, seam.method, None)
    if own is None:
        return
    is_class_method = isinstance(own, classmethod)
    original = own.__func__ if is_class_method else own
    watching = _watching(original, seam.observer, guard)
    if seam.observer == "called":
        watching = _unless_compiling(original, watching)
    setattr(owner, seam.method, classmethod(watching) if is_class_method else watching)


def _watching(original: Callable[..., Any], observer: str, guard: Guard) -> Callable[..., Any]:
    @functools.wraps(original)
    def watching(*args: Any, **kwargs: Any) -> Any:
        observing = guard.begin(observer, args, kwargs)
        if observing is None:
            return original(*args, **kwargs)
        try:
            result = original(*args, **kwargs)
        except BaseException:
            observing.close()
            raise
        guard.end(observing, result)
        return result

    return watching


def _unless_compiling(original: Callable[..., Any], watching: Callable[..., Any]) -> Callable[..., Any]:
    """torch.compile reads the calls of a model, and must find there what it would find unwatched."""
    from torch.compiler import is_compiling

    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs) if is_compiling() else watching(*args, **kwargs)

    return call
