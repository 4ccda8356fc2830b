import torch

from workup.pipeline.batching import EpochOrder, collator
from workup.pipeline.model import load


def order(epoch, *, lengths=None, seed=0):
    return list(EpochOrder(40, lengths=lengths, group=4, seed=seed, epoch=lambda: epoch))


def test_an_order_depends_on_seed_and_epoch_alone():
    first = order(3)
    torch.manual_seed(99)
    torch.rand(7)
    assert order(3) == first
    assert order(4) != first
    assert order(3, seed=1) != first


def test_every_row_comes_once_an_epoch():
    assert sorted(order(0)) == list(range(40))
    assert sorted(order(0, lengths=[n % 9 for n in range(40)])) == list(range(40))


def test_rows_of_like_length_share_a_batch():
    lengths = [1 if n % 2 else 50 for n in range(40)]
    rows = order(0, lengths=lengths)
    pads = sum(
        max(batch) * 4 - sum(batch)
        for batch in ([lengths[i] for i in rows[k : k + 4]] for k in range(0, 40, 4))
    )
    shuffled = order(0)
    unsorted = sum(
        max(batch) * 4 - sum(batch)
        for batch in ([lengths[i] for i in shuffled[k : k + 4]] for k in range(0, 40, 4))
    )
    assert pads < unsorted / 2


def test_a_batch_masks_pads_and_shifts_labels_to_the_right(tiny_t5):
    base = load(str(tiny_t5))
    batch = collator(base.tokenizer, base.model)(
        [
            {"input_ids": [5, 6, 1], "attention_mask": [1, 1, 1], "labels": [7, 1]},
            {"input_ids": [5, 1], "attention_mask": [1, 1], "labels": [8, 9, 1]},
        ]
    )
    assert batch["input_ids"].tolist() == [[5, 6, 1], [5, 1, 0]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 1, 0]]
    assert batch["labels"].tolist() == [[7, 1, -100], [8, 9, 1]]
    assert batch["decoder_input_ids"].tolist() == [[0, 7, 1], [0, 8, 9]]
