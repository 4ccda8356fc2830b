import pytest
import torch

from workup.pipeline import hardware
from workup.recipe import Training


def test_a_recipes_word_is_followed_and_said():
    assert hardware.threads(Training(threads=3), 10) == (3, "3 threads: the recipe says so")
    assert hardware.precision(Training(precision="float32")) == (False, "float32: the recipe says so")
    assert hardware.precision(Training(precision="bf16"))[0]


def test_small_models_get_at_most_two_threads(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 16)
    assert hardware.threads(Training(), 10_000_000)[0] == 2
    assert hardware.threads(Training(), 700_000_000)[0] == 16


def test_processes_on_one_machine_share_its_cores(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "8")
    monkeypatch.setattr(torch, "get_num_threads", lambda: 16)
    assert hardware.threads(Training(), 700_000_000)[0] == 2


def test_the_users_own_thread_setting_is_respected(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert "OMP_NUM_THREADS says so" in hardware.threads(Training(), 10)[1]


@pytest.mark.skipif(torch.cuda.is_available(), reason="about CPUs")
@pytest.mark.parametrize("native", [True, False])
def test_bf16_is_chosen_only_where_the_cpu_computes_in_it(monkeypatch, native):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": native, "amx_bf16": False})
    chosen, why = hardware.precision(Training())
    assert chosen is native
    assert "bf16" in why


def test_the_number_of_threads_is_put_back():
    before = torch.get_num_threads()
    with hardware.computing_on(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
