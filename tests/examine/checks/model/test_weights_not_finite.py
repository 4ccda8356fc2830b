import torch

from workup.examine.checks.model.weights_not_finite import weights_not_finite
from workup.examine.finding import Severity


def test_one_step_with_a_nan_loss_spoils_the_weights(examine, t5):
    ids = torch.tensor([[5, 6, 1]])
    (t5(input_ids=ids, labels=ids).loss * float("nan")).backward()
    torch.optim.SGD(t5.parameters(), lr=0.1).step()
    (finding,) = examine(weights_not_finite, model=t5)
    assert finding.severity is Severity.ERROR
    assert finding.evidence["spoiled"] > 0


def test_numbers_that_half_precision_cannot_hold_are_found(examine, t5):
    with torch.no_grad():
        t5.decoder.block[0].layer[2].DenseReluDense.wo.weight[0, 0] = 1e6
    assert not examine(weights_not_finite, model=t5)
    (finding,) = examine(weights_not_finite, model=t5.half())
    assert finding.summary.startswith("1 numbers in 1 of")
    assert "wo.weight" in finding.summary


def test_finite_weights_are_sound(examine, t5, bart):
    assert not examine(weights_not_finite, model=t5)
    assert not examine(weights_not_finite, model=bart.to(torch.bfloat16))
