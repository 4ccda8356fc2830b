import pytest
import torch

from workup.pipeline.scoring.eight_bits import EightBits, supported

pytestmark = pytest.mark.skipif(not supported(), reason="the processor has no products of eight bits")


@pytest.fixture(autouse=True)
def same_numbers():
    torch.manual_seed(0)


def error(found, exact):
    """The root mean square of what is off, as a share of that of the products."""
    return float((found - exact).square().mean().sqrt() / exact.square().mean().sqrt())


@pytest.mark.parametrize("count", [1, 7, 300])
def test_products_are_off_by_a_hundredth(count):
    matrix, rows = torch.randn(500, 96), torch.randn(count, 96)
    found = EightBits(matrix).products(rows)
    assert found.shape == (count, 500)
    assert found.dtype == torch.float32
    assert error(found, rows @ matrix.T) < 0.02


def test_large_rows_cost_small_ones_no_digits():
    matrix, rows = torch.randn(500, 96), torch.randn(4, 96)
    matrix[1], rows[1] = 1000 * matrix[1], 1000 * rows[1]
    found, exact = EightBits(matrix).products(rows), rows @ matrix.T
    assert error(found[0, 2:], exact[0, 2:]) < 0.02
    assert error(found[1], exact[1]) < 0.02


def test_a_row_comes_out_the_same_beside_any_others():
    matrix, rows = torch.randn(500, 96), torch.randn(20, 96)
    weights = EightBits(matrix)
    assert torch.equal(weights.products(rows)[3:4], weights.products(rows[3:4]))


def test_bfloat16_is_read_and_what_is_nothing_stays_nothing():
    matrix, rows = torch.randn(500, 96).bfloat16(), torch.randn(4, 96).bfloat16()
    matrix[0], rows[1] = 0, 0
    found = EightBits(matrix).products(rows)
    assert (found[:, 0] == 0).all()
    assert (found[1] == 0).all()
    assert error(found, rows.float() @ matrix.float().T) < 0.02
