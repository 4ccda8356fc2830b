import torch
from transformers import AutoModelForSeq2SeqLM

from workup.examine.checks.output.pad_loop import pad_loop as check
from workup.examine.finding import Severity
from workup.examine.subject import Generated


def test_a_model_that_has_learned_only_pads_says_only_pads(examined, tokenizer, tiny_t5):
    torch.manual_seed(0)
    model = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5).train()
    inputs = tokenizer(["a ripe lemon", "a cherry"], padding=True, return_tensors="pt")
    pads = torch.zeros(2, 8, dtype=torch.long)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-2)
    for _ in range(15):
        optimizer.zero_grad()
        batch = {name: inputs[name] for name in ("input_ids", "attention_mask")}
        model(**batch, labels=pads).loss.backward()
        optimizer.step()
    ids = model.eval().generate(**batch, max_new_tokens=8).tolist()
    generated = [Generated("a", tuple(row), tokenizer.decode(row, skip_special_tokens=True)) for row in ids]
    (finding,) = examined(check, generated, model=model)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["pads only"] == 2


def test_pads_behind_an_end_fill_up_a_batch(examined, answer):
    assert not examined(check, [answer("", "red", ids=[9, 1, 0, 0, 0], ends=False) for _ in range(4)])


def test_an_answer_that_ends_at_once_is_no_loop(examined, answer):
    assert not examined(check, [answer("", "red", ids=[1, 0, 0, 0], ends=False) for _ in range(4)])


def test_where_pad_and_end_are_one_token_nothing_is_said(examined, answer, tokenizer):
    tokenizer.pad_token = tokenizer.eos_token
    assert not examined(check, [answer("", "red", ids=[1, 1, 1, 1]) for _ in range(4)])
