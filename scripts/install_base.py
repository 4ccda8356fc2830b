"""Puts a finished base of `workup pretrain plans/builtin.yaml` into the package, with its checksums.

    .venv/bin/python scripts/install_base.py runs/base/model

Run by hand, once a new base is final; the result is committed.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from workup.files import sha256
from workup.pipeline import builtin


def install(model: Path, into: Path) -> None:
    """Copy the five files, the tokenizer's settings in the form that transformers 4 and 5 both read."""
    for name in ("config.json", "generation_config.json", "model.safetensors", "tokenizer.json"):
        shutil.copyfile(model / name, into / name)
    settings = json.loads((model / "tokenizer_config.json").read_text(encoding="utf-8"))
    sentinels = [f"<extra_id_{number}>" for number in range(100)]
    both = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_input_names": ["input_ids", "attention_mask"],
        "model_max_length": settings["model_max_length"],
        **{name: settings[name] for name in ("pad_token", "eos_token", "unk_token")},
        "additional_special_tokens": sentinels,
        "clean_up_tokenization_spaces": False,
    }
    (into / "tokenizer_config.json").write_text(json.dumps(both, indent=2) + "\n", encoding="utf-8")
    sums = "".join(f"{sha256(into / name)}  {name}\n" for name in builtin.FILES)
    (into / builtin.CHECKSUMS).write_text(sums, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    install(Path(sys.argv[1]), builtin.folder())
