import pytest
from datasets import Dataset
from torch.utils.data import DataLoader

from workup.examine.capture.seen import Seen

ROWS = Dataset.from_list([{"input_ids": [5, 1]}] * 4)


@pytest.mark.parametrize(("rows", "streamed"), [(ROWS, False), (ROWS.to_iterable_dataset(), True)])
def test_rows_that_come_as_a_stream_are_told_from_others(rows, streamed):
    seen = Seen()
    assert not seen.is_streamed
    next(seen.iterated(DataLoader(rows)))
    assert seen.is_streamed is streamed
