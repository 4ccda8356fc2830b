import warnings

import pytest
import torch
from peft import LoraConfig, get_peft_model

from workup.examine.checks.model.adapter_alters_tied_weights import adapter_alters_tied_weights
from workup.examine.finding import Severity


def adapted(model, **config):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft warns of the fault in some versions
        return get_peft_model(model, LoraConfig(r=2, **{"target_modules": ["q", "v"], **config}))


def test_a_trained_copy_of_the_head_is_found(examine, t5):
    model = adapted(t5, modules_to_save=["lm_head"])
    (finding,) = examine(adapter_alters_tied_weights, model=model)
    assert finding.severity is Severity.WARNING
    assert finding.evidence["altered"] == ["lm_head"]


def test_matrices_on_the_head_of_a_bart_are_found(examine, bart):
    model = adapted(bart, target_modules=["q_proj", "lm_head"])
    (finding,) = examine(adapter_alters_tied_weights, model=model)
    assert finding.evidence["altered"] == ["lm_head"]


def test_an_adapter_that_leaves_the_embeddings_alone_is_sound(examine, t5, bart):
    assert not examine(adapter_alters_tied_weights, model=adapted(t5))
    assert not examine(adapter_alters_tied_weights, model=bart)


def test_a_model_with_a_head_of_its_own_is_sound(examine, t5):
    t5.lm_head.weight = torch.nn.Parameter(torch.randn_like(t5.lm_head.weight))
    t5.config.tie_word_embeddings = False
    assert not examine(adapter_alters_tied_weights, model=adapted(t5, modules_to_save=["lm_head"]))


def test_an_adapter_that_is_told_to_keep_the_tie_is_sound(examine, t5):
    if "ensure_weight_tying" not in LoraConfig.__dataclass_fields__:
        pytest.skip("this peft cannot keep a tie")
    model = adapted(t5, modules_to_save=["lm_head"], ensure_weight_tying=True)
    assert not examine(adapter_alters_tied_weights, model=model)
