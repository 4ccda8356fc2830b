import json

import pytest

from registry_versions import evidence, put
from workup.registry.figures import curves, figures


def test_every_figure_has_its_interval_beside_it(passing):
    found = figures(passing)
    assert found["written_top1"] == 0.9
    assert found["findings/top1"] == pytest.approx(0.9)
    assert found["findings/top1_low"] < 0.9 < found["findings/top1_high"]
    assert found["findings/calibration_error_low"] <= found["findings/calibration_error"]
    assert (found["golden_right"], found["red_flag_asked"]) == (1, 1)


def test_a_training_is_told_step_by_step(registry, passing):
    lines = [
        {"kind": "train", "step": 1, "loss": 2.5, "gradient_norm": None},
        {"kind": "validation", "step": 1, "loss": 2.25},
    ]
    (passing.folder / "log.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert list(curves(passing)) == [("train/loss", 1, 2.5), ("validation/loss", 1, 2.25)]


def test_a_run_without_a_log_has_no_curves(registry):
    assert list(curves(put(registry, evidence()))) == []
