import numpy as np
import pytest
import torch

from workup.pipeline.scoring import eight_bits
from workup.pipeline.scoring.closed_set import ClosedSet
from workup.pipeline.scoring.reading import LibraryReader
from workup.pipeline.scoring.t5_reading import Pieces, T5Reader
from workup.pipeline.scoring.trie import Trie, block_of, blocks
from workup.pipeline.tokenization import encode_sources
from workup.recipe import Tokens

SOURCES = ["a lemon", "name the colour: coal from an old book in the north", "x"]
TRIE = Trie.of([(0, 5, 6, 7, 1), (0, 5, 1), (0, 7, 8, 1), (0, 7, 9, 10, 11, 1), (0, 12, 1)])
KINDS = {
    "one decoder layer": ("t5", {"num_decoder_layers": 1}),
    "several": ("t5", {"num_decoder_layers": 3}),
    "gated and untied": ("flan", {}),
}


def tokenized(tokenizer, **settings):
    return encode_sources(tokenizer, SOURCES, Tokens(source_length=48, **settings))[0]


def read(reader, sources, chosen):
    with torch.inference_mode():
        encoded = reader.encode(sources)
        return encoded.means, reader.read(TRIE, encoded, chosen)


def own_blocks():
    """A block for the first source and another for the third, none for the second."""
    return {0: block_of(TRIE, TRIE.inner), 2: block_of(TRIE, TRIE.inner[3:5])}


def assert_same(one, other, tolerance=1e-4):
    np.testing.assert_allclose(one[0], other[0], atol=tolerance)
    assert one[1].keys() == other[1].keys()
    for number, found in one[1].items():
        np.testing.assert_allclose(found.steps, other[1][number].steps, atol=tolerance)
        np.testing.assert_allclose(found.others, other[1][number].others, atol=tolerance)


@pytest.mark.parametrize("kind", KINDS)
def test_it_reads_what_transformers_reads(make, tokenizer, kind):
    family, changes = KINDS[kind]
    model, sources = make(family, **changes), tokenized(tokenizer)
    own, library = T5Reader(model), LibraryReader(model, tokenizer)
    assert_same(read(own, sources, own_blocks()), read(library, sources, own_blocks()))
    for block in blocks(TRIE, 3):
        same = dict.fromkeys(range(len(SOURCES)), block)
        assert_same(read(own, sources, same), read(library, sources, same))


@pytest.mark.parametrize("side", ["left", "right"])
def test_padding_makes_no_difference(make, tokenizer, side):
    reader = T5Reader(make("t5"))
    padded = tokenizer(SOURCES, padding="max_length", max_length=48, padding_side=side)
    rows = [{name: padded[name][row] for name in ("input_ids", "attention_mask")} for row in range(3)]
    assert_same(read(reader, rows, own_blocks()), read(reader, tokenized(tokenizer), own_blocks()))


def test_in_bfloat16_it_stays_near(make, tokenizer):
    model, sources = make("t5"), tokenized(tokenizer)
    exact = read(T5Reader(model), sources, own_blocks())
    near = read(T5Reader(model.bfloat16()), sources, own_blocks())
    assert_same(near, exact, tolerance=0.1)
    assert not np.allclose(near[1][0].steps, exact[1][0].steps, atol=1e-6)


def test_in_bfloat16_with_eight_bits_it_stays_as_near_as_without(make, tokenizer, monkeypatch):
    model, sources = make("t5"), tokenized(tokenizer)
    exact = read(T5Reader(model), sources, own_blocks())[1]
    model.bfloat16()
    off = {}
    for used in (True, False):
        monkeypatch.setattr(eight_bits, "supported", lambda used=used: used)
        near = read(T5Reader(model), sources, own_blocks())[1]
        off[used] = max(np.abs(near[number].steps - exact[number].steps).max() for number in exact)
    assert off[True] != off[False]
    assert off[True] < 1.5 * off[False]


@pytest.mark.parametrize("weights", ["decoder.block.0.layer.0.SelfAttention.v", "decoder.embed_tokens"])
def test_what_is_kept_of_a_trie_ends_with_the_weights_it_came_from(make, tokenizer, weights):
    model, sources = make("t5"), tokenized(tokenizer)
    reader = T5Reader(model)
    before = read(reader, sources, own_blocks())
    with torch.no_grad():
        model.get_submodule(weights).weight.mul_(1.5)
    after = read(reader, sources, own_blocks())
    assert not np.allclose(before[1][0].steps, after[1][0].steps, atol=1e-3)
    assert_same(after, read(LibraryReader(model, tokenizer), sources, own_blocks()))


def test_threads_may_read_at_the_same_time(make, tokenizer):
    from concurrent.futures import ThreadPoolExecutor

    reader, sources = T5Reader(make("t5")), tokenized(tokenizer)
    alone = read(reader, sources, own_blocks())
    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(lambda _: read(reader, sources, own_blocks()), range(12)):
            assert_same(found, alone, tolerance=1e-6)


def test_a_model_that_is_trained_on_is_read_as_it_is_then(make, tokenizer):
    model = make("t5")
    closed = ClosedSet(model, tokenizer, {"blue": ["blue"], "black": ["black"]}, Tokens())
    before = closed.score(SOURCES).log_probabilities
    model.train()
    read = tokenizer(SOURCES, return_tensors="pt", padding=True)
    labels = tokenizer(["blue"] * 3, return_tensors="pt")["input_ids"]
    loss = model(input_ids=read["input_ids"], attention_mask=read["attention_mask"], labels=labels).loss
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=0.5).step()
    assert (closed.score(SOURCES).log_probabilities[:, 0] > before[:, 0]).all()


def test_pieces_are_filled_and_rounded_up():
    pieces = Pieces.of([2, 0, 3])
    assert [(piece.start, piece.stop) for piece in pieces] == [(0, 2), (2, 2), (2, 5)]
    filled = pieces.fill([[7, 8], [], [9, 9, 9]], "cpu")
    assert filled[:5].tolist() == [7, 8, 9, 9, 9]
    assert len(filled) == pieces.rows
    assert not filled[5:].any()


def test_eight_bits_end_with_the_weights_they_came_from(make, tokenizer):
    model, sources = make("t5").bfloat16(), tokenized(tokenizer)
    reader = T5Reader(model)
    before = read(reader, sources, own_blocks())
    with torch.no_grad():
        model.lm_head.weight.mul_(1.5)
    after = read(reader, sources, own_blocks())
    assert not np.allclose(before[1][0].steps, after[1][0].steps, atol=1e-2)
    assert_same(after, read(T5Reader(model), sources, own_blocks()), tolerance=1e-6)
