"""Trains the tokenizer of the built-in base and saves it into the package.

Run once, by hand, and commit the result: unigram training is not reproducible between processes.

    .venv/bin/python scripts/make_tokenizer.py

It reads the training cases and the conditions of the case book; validation cases stay unseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from workup.clinic.book import conditions
from workup.clinic.cases import render_whole
from workup.pipeline import builtin

VOCABULARY = 12000
SENTINELS = [f"<extra_id_{i}>" for i in range(100)]
SYMBOLS = list("0123456789\n%/<>=+-°µ²±.,:;()[]{}'\"!?&*#@^~→≥≤")


def texts() -> Iterator[str]:
    """Every text of the case book that a training may see."""
    for specialty, condition in conditions():
        yield from (specialty.specialty, *condition.names, *condition.differential)
        yield from (*condition.findings, *condition.imaging, *condition.tests, *condition.against)
        yield from (f"{name}: {value}" for name, value in condition.labs.items())
        for case in condition.cases:
            if case.use == "train":
                yield from (render_whole(case), case.text)


def main() -> None:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(), pre_tokenizers.Digits(individual_digits=True)]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(
        list(texts()) * 2,
        trainers.UnigramTrainer(
            vocab_size=VOCABULARY - len(SENTINELS),
            special_tokens=["<pad>", "</s>", "<unk>"],
            unk_token="<unk>",
            initial_alphabet=SYMBOLS,
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))]
    )
    tokenizer.add_special_tokens(SENTINELS)
    folder = builtin.folder()
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 1000000,
        "pad_token": "<pad>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "additional_special_tokens": SENTINELS,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    print(f"{folder}: {tokenizer.get_vocab_size()} pieces")


if __name__ == "__main__":
    main()
