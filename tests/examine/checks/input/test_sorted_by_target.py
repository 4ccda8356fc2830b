import random

import pytest
from torch.utils.data import DataLoader
from transformers import Seq2SeqTrainingArguments

from workup.examine.checks.input.sorted_by_target import sorted_by_target
from workup.examine.finding import Severity

COLOURS = ("red", "green", "blue", "white")


def arguments(folder, **more):
    return Seq2SeqTrainingArguments(
        str(folder), per_device_train_batch_size=8, report_to="none", use_cpu=True, disable_tqdm=True, **more
    )


def sequential(folder, **more):
    made = arguments(folder, **more)
    if not hasattr(made, "train_sampling_strategy"):
        pytest.skip("this transformers always shuffles")
    made.train_sampling_strategy = "sequential"
    return made


@pytest.fixture
def rows(pairs):
    targets = [colour for colour in COLOURS for _ in range(30)]
    return pairs([f"a {target} thing of kind {n % 7}" for n, target in enumerate(targets)], targets)


def test_sorted_rows_that_stay_in_order_are_found(examine, rows, tmp_path):
    (finding,) = examine(sorted_by_target, train_pairs=rows, arguments=sequential(tmp_path))
    assert finding.severity is Severity.ERROR
    assert finding.evidence["runs"] == 4
    assert finding.evidence["longest run"] == 30


def test_the_default_of_the_trainer_shuffles(examine, rows, tmp_path):
    assert not examine(sorted_by_target, train_pairs=rows, arguments=arguments(tmp_path))


def test_without_arguments_the_order_is_only_noted(examine, rows):
    (finding,) = examine(sorted_by_target, train_pairs=rows)
    assert finding.severity is Severity.NOTE
    assert "not known" in finding.summary


def test_a_loader_that_does_not_shuffle_keeps_the_order(examine, rows):
    kept, shuffled = DataLoader(rows, batch_size=8), DataLoader(rows, batch_size=8, shuffle=True)
    (finding,) = examine(sorted_by_target, train_pairs=rows, sampler=kept.sampler)
    assert finding.severity is Severity.ERROR
    assert not examine(sorted_by_target, train_pairs=rows, sampler=shuffled.sampler)


def test_rows_in_random_order_may_stay_in_it(examine, rows, tmp_path):
    random.Random(0).shuffle(rows)
    assert not examine(sorted_by_target, train_pairs=rows, arguments=sequential(tmp_path))


def test_texts_of_their_own_have_no_order(examine, pairs, tmp_path):
    rows = pairs([f"name {n}" for n in range(60)], sorted(f"thing number {n}" for n in range(60)))
    assert not examine(sorted_by_target, train_pairs=rows, arguments=sequential(tmp_path))


def test_imbalance_is_no_order(examine, pairs, tmp_path):
    targets = ["true"] * 118 + ["false"] * 2
    rows = pairs([f"is {n} odd" for n in range(120)], targets)
    assert not examine(sorted_by_target, train_pairs=rows, arguments=sequential(tmp_path))
