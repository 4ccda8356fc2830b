import torch

from workup.pipeline import builtin
from workup.pipeline.model import load


def test_the_builtin_base_is_the_same_every_time_and_leaves_the_random_state_alone():
    before = torch.get_rng_state()
    first, _ = builtin.load()
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(123)
    second, _ = builtin.load()
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_the_builtin_base_is_a_small_t5():
    base = load("builtin")
    assert base.family == "T5"
    assert 5e6 < base.parameters < 15e6


def test_the_builtin_tokenizer_writes_clinical_symbols_and_line_breaks():
    _, tokenizer = builtin.load()
    text = "Hb 7.2 g/dL\nT > 38.5 °C, <5 µg/m² ± 2 %"
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert ids[-1] == tokenizer.eos_token_id
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_the_builtin_tokenizer_has_the_special_tokens_of_t5():
    _, tokenizer = builtin.load()
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id) == (0, 1, 2)
    assert tokenizer.convert_tokens_to_ids("<extra_id_99>") != tokenizer.unk_token_id
