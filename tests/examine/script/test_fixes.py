import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from workup.errors import SaveError
from workup.examine.script.check import examine_script
from workup.examine.script.fixes import fix_of
from workup.examine.script.source import parse_script, read_script

SCRIPTS = Path(__file__).parents[2] / "scripts"
HEAD = """
from transformers import AutoTokenizer, Seq2SeqTrainer, Seq2SeqTrainingArguments
tokenizer = AutoTokenizer.from_pretrained("t5-small")
"""


def mended(text, wanted="5.18"):
    """The text after --fix; None where nothing was mended."""
    fix = fix_of(parse_script(Path("train.py"), HEAD + text), wanted)
    return fix.content.removeprefix(HEAD) if fix else None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "Seq2SeqTrainer(tokenizer=tokenizer)  # ours\n",
            "Seq2SeqTrainer(processing_class=tokenizer)  # ours\n",
        ),
        (
            "t = Seq2SeqTrainer()\nt.tokenizer.eos_token\n",
            "t = Seq2SeqTrainer()\nt.processing_class.eos_token\n",
        ),
        ("Seq2SeqTrainingArguments(adafactor=True)\n", 'Seq2SeqTrainingArguments(optim="adafactor")\n'),
        ("Seq2SeqTrainingArguments(adafactor=False)\n", "Seq2SeqTrainingArguments()\n"),
        (
            "Seq2SeqTrainingArguments(group_by_length=True)\n",
            'Seq2SeqTrainingArguments(train_sampling_strategy="group_by_length")\n',
        ),
        ("Seq2SeqTrainingArguments(warmup_ratio=0.1)\n", "Seq2SeqTrainingArguments(warmup_steps=0.1)\n"),
        (
            "Seq2SeqTrainingArguments(logging_dir='x', report_to='none')\n",
            "Seq2SeqTrainingArguments(report_to='none')\n",
        ),
        ("Seq2SeqTrainingArguments(no_cuda=True)\n", "Seq2SeqTrainingArguments(use_cpu=True)\n"),
        (
            "é = 'é'; Seq2SeqTrainer(tokenizer=tokenizer)\n",
            "é = 'é'; Seq2SeqTrainer(processing_class=tokenizer)\n",
        ),
        (
            "with tokenizer.as_target_tokenizer():\n    # why\n    t = tokenizer(x, padding=True)\nu = 1\n",
            "# why\nt = tokenizer(text_target=x, padding=True)\nu = 1\n",
        ),
        (
            "from transformers import MT5Tokenizer\nt = MT5Tokenizer.from_pretrained('google/mt5-small')\n",
            "from transformers import T5Tokenizer\nt = T5Tokenizer.from_pretrained('google/mt5-small')\n",
        ),
    ],
)
def test_what_says_the_same_is_written_in_its_place(before, after):
    assert mended(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "Seq2SeqTrainingArguments(warmup_ratio=0.1, warmup_steps=5)\n",
        "Seq2SeqTrainingArguments(warmup_ratio=ratio)\n",
        "Seq2SeqTrainingArguments(group_by_length=wanted)\n",
        "Seq2SeqTrainingArguments(logging_dir='x', report_to='tensorboard')\n",
        "Seq2SeqTrainingArguments(save_safetensors=False)\n",
        "Seq2SeqTrainer(tokenizer=tokenizer, processing_class=other)\n",
        "extra = {'adafactor': True}\nSeq2SeqTrainingArguments(**extra)\n",
        "Seq2SeqTrainingArguments(warmup_ratio=0.1)  # workup: allow gone-name\n",
        "with tokenizer.as_target_tokenizer():\n    t = make(tokenizer, x)\n",
        "with tokenizer.as_target_tokenizer():\n    if x:\n        t = tokenizer(x)\n",
        "from torch.optim import AdamW\n",
    ],
)
def test_what_could_change_the_meaning_is_left_alone(text):
    assert mended(text) is None


def test_a_script_for_the_newer_version_is_mended_for_the_older():
    before = 'Seq2SeqTrainingArguments(warmup_steps=0.1, train_sampling_strategy="group_by_length")\n'
    after = "Seq2SeqTrainingArguments(warmup_ratio=0.1, group_by_length=True)\n"
    assert mended(before, "4.57") == after
    assert mended(after, "5.18") == before


def test_lines_and_comments_around_a_removed_argument_stay():
    before = """
args = Seq2SeqTrainingArguments(
    overwrite_output_dir=True,  # goes
    # where to
    output_dir="out",  # here
    save_safetensors=True,  # goes
)
one_line = Seq2SeqTrainingArguments("out", overwrite_output_dir=True)
no_comma = Seq2SeqTrainingArguments(
    "out",  # here
    overwrite_output_dir=True
)
"""
    after = """
args = Seq2SeqTrainingArguments(
    # where to
    output_dir="out",  # here
)
one_line = Seq2SeqTrainingArguments("out")
no_comma = Seq2SeqTrainingArguments(
    "out"  # here
)
"""
    assert mended(before) == after


ROWS = """
def tokenize(row):
    enc = tokenizer(row["a"])
    labels = tokenizer(row["b"], padding="max_length").input_ids
    enc["labels"] = labels
    return enc


rows = rows.map(tokenize{batched})
"""


@pytest.mark.parametrize(
    ("batched", "masked"),
    [
        ("", "[token if token != tokenizer.pad_token_id else -100 for token in labels]"),
        (
            ", batched=True",
            "[[token if token != tokenizer.pad_token_id else -100 for token in row] for row in labels]",
        ),
    ],
)
def test_pads_in_labels_become_ignored(batched, masked):
    before = ROWS.replace("{batched}", batched)
    assert mended(before) == before.replace('enc["labels"] = labels', f'enc["labels"] = {masked}')


METRICS = """
import numpy as np


def compute_metrics(outcome):
    said, wanted = outcome
    return {"shown": tokenizer.batch_decode(wanted)}


Seq2SeqTrainer(compute_metrics=compute_metrics)
"""


def test_labels_that_become_ignored_are_decoded_as_pads_again():
    text = mended(ROWS.replace("{batched}", "") + METRICS)
    assert "batch_decode(np.where(wanted != -100, wanted, tokenizer.pad_token_id))" in text
    assert "-100 for token in labels" in text


@pytest.mark.parametrize(
    "more",
    [
        METRICS.replace("import numpy as np", ""),
        'print(tokenizer.decode(rows[0]["labels"]))\n',
    ],
    ids=["no numpy", "decoded elsewhere"],
)
def test_pads_stay_where_the_script_would_decode_what_is_ignored(more):
    assert mended(ROWS.replace("{batched}", "") + more) is None


def test_pads_of_tensors_are_left_to_the_author():
    assert mended(ROWS.replace("{batched}", "").replace("padding=", 'return_tensors="pt", padding=')) is None


def test_a_fixed_script_is_whole_keeps_its_permissions_and_its_byte_order_mark(tmp_path):
    path, link = tmp_path / "real.py", tmp_path / "train.py"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + "Seq2SeqTrainer(tokenizer=tokenizer)\r\n").encode())
    path.chmod(0o750)
    link.symlink_to(path)
    fix_of(read_script(link), "5.18").write()
    assert (
        path.read_bytes()
        == b"\xef\xbb\xbf" + (HEAD + "Seq2SeqTrainer(processing_class=tokenizer)\r\n").encode()
    )
    assert path.stat().st_mode & 0o777 == 0o750
    assert link.is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["real.py", "train.py"]


def test_a_script_that_cannot_be_written_is_told_and_left_as_it_was(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(HEAD + "Seq2SeqTrainer(tokenizer=tokenizer)\n")
    fix = fix_of(read_script(path), "5.18")
    (tmp_path / "train.py.partial").mkdir()
    with pytest.raises(SaveError, match="could not be written"):
        fix.write()
    assert "tokenizer=tokenizer" in path.read_text()


def test_a_notebook_is_fixed_in_its_cells_and_nowhere_else():
    cells = [
        "!pip install transformers\n" + HEAD,
        "# a note\nargs = Seq2SeqTrainingArguments(\n    'out',\n    warmup_ratio=0.1,  # a tenth\n)",
        "%%time\ntrainer = Seq2SeqTrainer(args=args, tokenizer=tokenizer)\ntrainer.train()\n",
        "print('done')",
    ]
    form = {"cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]}
    before = json.dumps(form, indent=1)
    fix = fix_of(parse_script(Path("nb.ipynb"), before), "5.18")
    expected = before.replace("warmup_ratio=", "warmup_steps=").replace(
        "tokenizer=tok", "processing_class=tok"
    )
    assert fix.content == expected
    assert "nb.ipynb:cell 2" in fix.diff
    assert "nb.ipynb:cell 4" not in fix.diff


@pytest.mark.parametrize("name", ["first.py", "validation.py", "prefix.py", "final.py"])
def test_after_the_fix_no_script_of_the_guide_uses_a_name_that_is_gone(name):
    fix = fix_of(read_script(SCRIPTS / "guide" / name), "5.18")
    compile(fix.content, name, "exec")
    left = {one.code for one in examine_script(parse_script(Path(name), fix.content), "5.18").findings}
    assert not left & {"SCR001", "SCR002", "SCR010", "SCR040"}
    assert fix_of(parse_script(Path(name), fix.content), "5.18") is None


def test_healthy_scripts_have_nothing_to_fix():
    for path in sorted((SCRIPTS / "healthy").glob("*.py")):
        assert fix_of(read_script(path), "5.18") is None


@pytest.fixture(scope="module")
def tiny_base(tmp_path_factory):
    """A T5 of random weights with a tokenizer of T5's own kind: pieces of one letter."""
    from transformers import T5Config, T5ForConditionalGeneration, T5Tokenizer

    folder = tmp_path_factory.mktemp("tiny-base")
    letters = [(letter, -3.0) for letter in "▁abcdefghijklmnopqrstuvwxyzFRSTM,:"]
    tokenizer = T5Tokenizer(vocab=[("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *letters])
    tokenizer.save_pretrained(folder)
    sizes = {"d_model": 16, "d_kv": 4, "num_heads": 4, "d_ff": 32, "num_layers": 1}
    config = T5Config(vocab_size=len(tokenizer), decoder_start_token_id=0, **sizes)
    T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


@pytest.mark.skipif(version("transformers") < "5", reason="what is mended is mended for transformers 5")
def test_the_final_script_of_the_guide_runs_to_its_end_once_it_is_fixed(tiny_base, tmp_path):
    text = fix_of(read_script(SCRIPTS / "guide" / "final.py"), "5.18").content
    for old, new in (('"t5-small"', repr(str(tiny_base))), ("num_train_epochs=40", "num_train_epochs=1")):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "final.py").write_text(text)
    run = {"cwd": tmp_path, "env": os.environ, "capture_output": True, "text": True}
    done = subprocess.run([sys.executable, "final.py"], check=False, **run)
    assert done.returncode == 0, done.stderr
    assert "Forecast with transformers 5." in done.stdout
