import errno
import os
from pathlib import Path

import pytest
import torch
import transformers
from transformers import AutoModelForSeq2SeqLM


def test_a_package_that_is_missing_is_told_with_its_installation(explained, monkeypatch, arguments):
    monkeypatch.setattr("transformers.training_args.is_accelerate_available", lambda *_, **__: False)
    finding = explained(lambda: arguments().device)
    assert finding.code == "CRA016"
    assert finding.summary == "the package accelerate is not installed"
    assert finding.remedy.code == "pip install accelerate"


def test_a_reader_of_tokenizers_that_is_missing_is_told(explained, monkeypatch):
    known = transformers.utils.import_utils.BACKENDS_MAPPING
    message = known["sentencepiece"][1]
    monkeypatch.setitem(known, "sentencepiece", (lambda: False, message))

    class SomeTokenizer:
        pass

    finding = explained(lambda: transformers.utils.requires_backends(SomeTokenizer, "sentencepiece"))
    assert finding.remedy.code == "pip install sentencepiece"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is such a device")
def test_a_device_that_is_not_there_is_told(explained, t5):
    finding = explained(lambda: t5.to("cuda"))
    assert finding.code == "CRA017"
    assert 'the device "cuda" was asked for' in finding.summary
    assert finding.remedy.code == 'device = "cuda" if torch.cuda.is_available() else "cpu"'


@pytest.mark.skipif(torch.backends.mps.is_built(), reason="there may be such a device")
def test_a_device_of_another_kind_of_machine_is_told(explained, t5):
    assert "torch.backends.mps" in explained(lambda: t5.to("mps")).remedy.code


class Untouchable:
    """A data set whose rows cannot be had for the same reason each time."""

    def __init__(self, rows, error):
        self.rows, self.error = rows, error

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, place):
        raise self.error


def test_memory_that_ran_out_is_told_with_half_the_rows(explained, trainer, rows):
    error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
    held = trainer(train=Untouchable(rows, error), per_device_train_batch_size=8)
    finding = explained(held.train)
    assert finding.code == "CRA019"
    assert "with 8 rows at a time" in finding.summary
    assert finding.remedy.code == "per_device_train_batch_size=4, gradient_accumulation_steps=2"


def test_memory_that_ran_out_in_evaluation_is_told_apart(explained, trainer, rows):
    error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
    finding = explained(trainer(evaluation=Untouchable(rows, error)).evaluate)
    assert "scores of every token" in finding.summary
    assert "predict_with_generate=True" in finding.remedy.code


def test_memory_of_the_cpu_can_run_out_too(explained):
    assert explained(lambda: torch.empty(10**15)).summary == "memory ran out"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Expected all tensors to be on the same device, but got index is on cpu", "CRA018"),
        ("CUDA error: device-side assert triggered", "CRA020"),
    ],
)
def test_what_only_a_gpu_says_is_told_too(explained, message, code):
    """The errors cannot be had without one: they are raised in a module of torch's name."""
    inside = {"__name__": "torch.nn.functional", "error": RuntimeError(message)}
    exec("def embedding(): raise error", inside)
    assert explained(inside["embedding"]).code == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_told_with_what_lies_on_it(explained, t5, arguments):
    given = arguments()
    (Path(given.output_dir) / "checkpoint-1").mkdir(parents=True)

    def save():
        with open("/dev/full", "wb", buffering=0) as file:  # noqa: PTH123
            torch.save(t5.state_dict(), file)

    finding = explained(save, arguments=given)
    assert finding.code == "CRA021"
    assert "which holds 1 checkpoints" in finding.summary
    assert "save_total_limit" in finding.remedy.code


def test_another_error_of_the_disk_is_not_explained(explained, tmp_path):
    assert explained(lambda: (tmp_path / "no" / "file").read_text()) is None
    assert os.strerror(errno.ENOSPC) == "No space left on device"


def test_a_model_that_is_not_here_is_told_with_the_setting_that_forbids_to_fetch_it(explained):
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    finding = explained(lambda: AutoModelForSeq2SeqLM.from_pretrained("t5-nowhere"))
    assert finding.code == "CRA022"
    assert "'t5-nowhere' is neither a folder here nor in the cache" in finding.summary
    assert "HF_HUB_OFFLINE" in finding.summary
    assert finding.remedy.code == "hf download t5-nowhere"


def test_a_service_whose_package_is_missing_is_told_with_how_to_do_without(explained, trainer, monkeypatch):
    monkeypatch.setattr("transformers.integrations.integration_utils.is_wandb_available", lambda: False)
    finding = explained(lambda: trainer(report_to="wandb"))
    assert finding.code == "CRA016"
    assert finding.summary == "the Trainer is to report to wandb, which is not installed"
    assert finding.remedy.code == 'report_to="none"'
