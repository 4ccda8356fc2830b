import torch

from workup.pretraining.alignment import aligned, overlaps

# "fever and" in the pieces of two tokenizers, each with a special token at its end.
OURS = torch.tensor([[[0, 5], [5, 9], [0, 0]]])
THEIRS = torch.tensor([[[0, 3], [3, 5], [6, 9], [0, 0]]])


def test_tokens_overlap_where_they_share_a_character_and_special_tokens_overlap_nothing():
    assert overlaps(OURS, THEIRS).tolist() == [[[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]]


def test_a_longer_token_overlaps_all_that_it_covers_and_neighbours_share_nothing():
    whole, halves = torch.tensor([[[0, 9]]]), torch.tensor([[[0, 4], [4, 9], [9, 12]]])
    assert overlaps(whole, halves).tolist() == [[[1, 1, 0]]]
    assert torch.equal(overlaps(halves, halves)[0], torch.eye(3))


def test_a_token_gets_the_mean_of_the_vectors_it_overlaps():
    vectors = torch.tensor([[[1.0, 0.0], [3.0, 4.0], [5.0, 6.0], [100.0, 100.0]]])
    means, found = aligned(vectors, THEIRS, OURS)
    assert means.tolist() == [[[2.0, 2.0], [5.0, 6.0], [0.0, 0.0]]]
    assert found.tolist() == [[True, True, False]]


def test_texts_of_a_batch_do_not_mix():
    vectors = torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0))
    spans = torch.cat([THEIRS, THEIRS.flip(1)])
    onto = torch.cat([OURS, OURS.flip(1)])
    together = aligned(vectors, spans, onto)[0]
    alone = torch.cat([aligned(vectors[[row]], spans[[row]], onto[[row]])[0] for row in (0, 1)])
    assert torch.allclose(together, alone)
