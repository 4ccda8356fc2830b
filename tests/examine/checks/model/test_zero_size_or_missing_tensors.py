import torch

from workup.examine.checks.model.zero_size_or_missing_tensors import zero_size_or_missing_tensors
from workup.examine.finding import Severity


def test_the_empty_tensors_of_a_divided_model_are_found(examine, t5):
    state = {name: torch.empty(0) if ".layer." in name else w for name, w in t5.state_dict().items()}
    t5.load_state_dict(
        {name: weight for name, weight in state.items() if weight.numel()}, strict=False, assign=True
    )
    for name, weight in state.items():
        if not weight.numel():
            parent, _, last = name.rpartition(".")
            setattr(t5.get_submodule(parent), last, torch.nn.Parameter(weight))
    (finding,) = examine(zero_size_or_missing_tensors, model=t5)
    assert finding.severity is Severity.ERROR
    assert "are empty" in finding.summary


def test_weights_that_were_never_loaded_are_found(examine, t5):
    t5.decoder.to("meta")
    (finding,) = examine(zero_size_or_missing_tensors, model=t5)
    assert "were never loaded" in finding.summary


def test_whole_models_and_models_without_any_weights_are_sound(examine, t5, bart):
    assert not examine(zero_size_or_missing_tensors, model=t5)
    assert not examine(zero_size_or_missing_tensors, model=bart.to("meta"))


def test_weights_that_a_running_training_has_divided_are_sound(examine, t5):
    weight = torch.nn.Parameter(torch.empty(0))
    weight.ds_id = 1  # DeepSpeed's own mark
    t5.lm_head.weight = weight
    assert not examine(zero_size_or_missing_tensors, model=t5)
