import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, DataCollatorForSeq2Seq, T5Config, T5ForConditionalGeneration

from workup.examine.checks.model.embeddings_not_tied import embeddings_not_tied
from workup.examine.finding import Severity


def own_head(model, weight=None):
    """The model with a head of its own, as transformers 4 leaves it after `tie_word_embeddings=False`."""
    drawn = torch.randn_like(model.shared.weight) if weight is None else weight
    model.lm_head.weight = torch.nn.Parameter(drawn)
    model.config.tie_word_embeddings = False
    return model


def as_trained(model):
    """Rows of unequal length, as those of frequent and rare tokens are after a real training."""
    with torch.no_grad():
        model.shared.weight.mul_(torch.linspace(0.2, 3.0, model.shared.num_embeddings)[:, None])
    return model


def test_a_checkpoint_loaded_untied_has_random_embeddings(examine, tiny_t5, t5):
    loaded = AutoModelForSeq2SeqLM.from_pretrained(tiny_t5, tie_word_embeddings=False)
    if torch.equal(loaded.encoder.embed_tokens.weight, loaded.shared.weight):
        pytest.skip("transformers 4 draws the head alone anew; the next tests have that case")
    (finding,) = examine(embeddings_not_tied, model=loaded)
    assert finding.severity is Severity.ERROR
    assert {"encoder.embed_tokens", "decoder.embed_tokens"} <= set(finding.evidence["differ"])


def test_a_freshly_drawn_head_is_told_from_a_trained_embedding(examine, t5):
    (finding,) = examine(embeddings_not_tied, model=own_head(as_trained(t5)))
    assert finding.severity is Severity.ERROR
    assert "freshly drawn" in finding.summary


def test_a_loss_far_above_the_logs_last_convicts_a_head_of_its_own(examine, t5, tokenizer, rows):
    parts = {"train_rows": rows, "collator": DataCollatorForSeq2Seq(tokenizer)}
    model = own_head(t5)
    (finding,) = examine(embeddings_not_tied, model=model, log=[{"loss": 0.002, "step": 9}], **parts)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["loss and the log's last"][1] == 0.002
    assert not examine(embeddings_not_tied, model=model, log=[{"loss": 60.0, "step": 9}], **parts)


def test_a_head_that_differs_though_the_config_ties_is_a_warning(examine, bart):
    bart.lm_head.weight = torch.nn.Parameter(bart.lm_head.weight.detach() * 1.5)
    (finding,) = examine(embeddings_not_tied, model=bart)
    assert finding.severity is Severity.WARNING


def test_tied_models_are_sound_whatever_the_message_on_loading(examine, tiny_t5, t5, bart):
    # The state of a checkpoint that stores the shared embedding alone: the same keys are "missing".
    state = {"shared.weight": t5.shared.weight.detach().clone()}
    missing = t5.load_state_dict(state, strict=False).missing_keys
    assert "lm_head.weight" in missing
    assert not examine(embeddings_not_tied, model=t5)
    assert not examine(embeddings_not_tied, model=bart)


def test_a_trained_head_of_its_own_is_sound(examine, t5):
    config = T5Config(
        **{**t5.config.to_dict(), "tie_word_embeddings": False, "feed_forward_proj": "gated-gelu"}
    )
    config.scale_decoder_outputs = False
    model = T5ForConditionalGeneration(config)
    as_trained(model)
    head = torch.randn_like(model.shared.weight) * torch.linspace(3.0, 0.1, len(model.shared.weight))[:, None]
    model.lm_head.weight = torch.nn.Parameter(head)
    assert not examine(embeddings_not_tied, model=model)
