"""A base small enough for every phase to be lived in seconds, and all of them lived once."""

import pytest

from small_models import save_t5
from workup.walkthrough.lab import Lab
from workup.walkthrough.phase import Result
from workup.walkthrough.phases import PHASES


@pytest.fixture(scope="session")
def small_base(tmp_path_factory):
    """A T5 of half a million random weights with the tokenizer of the built-in base."""
    from workup.pipeline import builtin

    _, tokenizer = builtin.load()
    return save_t5(tmp_path_factory.mktemp("small-base"), tokenizer, d_model=64, d_kv=16, d_ff=128)


@pytest.fixture(scope="session")
def lab(small_base, tmp_path_factory):
    return Lab(
        str(small_base), tmp_path_factory.mktemp("lab") / "runs", epochs=10.0, brief=1.0, learning_rate=3e-3
    )


@pytest.fixture(scope="session")
def live(lab):
    """`live(name)`: the phase of this name, lived once."""
    kept = {}

    def lived(name):
        if name not in kept:
            number, phase = next((n, one) for n, one in enumerate(PHASES, start=1) if one.name == name)
            kept[name] = Result(phase, number, phase.live(lab), 1.0)
        return kept[name]

    return lived
