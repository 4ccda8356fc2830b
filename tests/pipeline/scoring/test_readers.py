import pytest
import torch

from workup.pipeline.scoring.readers import reader_of
from workup.pipeline.scoring.reading import LibraryReader
from workup.pipeline.scoring.t5_reading import T5Reader

from .conftest import FAMILIES


@pytest.mark.parametrize("family", FAMILIES)
def test_only_a_plain_t5_is_read_by_its_weights(make, tokenizer, family):
    expected = T5Reader if family in ("t5", "flan") else LibraryReader
    assert type(reader_of(make(family), tokenizer)) is expected


def test_a_t5_with_something_put_into_it_is_read_through_transformers(make, tokenizer):
    class Adapter(torch.nn.Linear):
        """Stands where a library of adapters would put its own layer."""

    adapted, hooked, half = make("t5"), make("t5"), make("t5").half()
    adapted.encoder.block[0].layer[0].SelfAttention.q = Adapter(32, 32, bias=False)
    hooked.decoder.block[1].register_forward_hook(lambda *seen: None)
    for model in (adapted, hooked, half):
        assert type(reader_of(model, tokenizer)) is LibraryReader
