"""Products with a matrix in eight bits, for what need not be exact: the vocabulary that nobody asks for.

Each row of the matrix, and each row that is multiplied, has a scale of its own: its largest value is 127. So
a product is off by a hundredth of a typical one. In bfloat16 a large one is off by as much, and takes twice
the time: 0.51 to 0.53 of it was measured on a processor by AMD.
"""

from __future__ import annotations

from typing import Any

import torch

_MOST, _MIDDLE = 127, 128  # oneDNN takes signed weights, and rows without a sign
AT_ONCE = (
    96  # rows whose products with a vocabulary still are in the processor's cache when they are summed up
)
_ROWS = 256  # that the weights are laid out for; any number of rows may be multiplied


def supported() -> bool:
    """Whether the processor multiplies eight bits and adds up in one step; others lose digits or time."""
    return bool(torch._C._has_mkldnn and torch.cpu._is_vnni_supported())


class EightBits:
    """A matrix (V, D)."""

    def __init__(self, matrix: Any) -> None:
        exact = matrix.detach().float()
        self._scales = _scales(exact)
        rounded = (exact / self._scales).round().to(torch.int8)
        self._packed = torch.ops.onednn.qlinear_prepack(rounded, [_ROWS, exact.shape[1]])
        self._zeros = torch.zeros(len(exact), dtype=torch.int32)

    def products(self, rows: Any) -> Any:
        """(N, V) in float32, of rows (N, D) times the matrix."""
        exact = rows.float()
        scales = _scales(exact)
        rounded = (exact / scales).round().add_(_MIDDLE).to(torch.uint8)
        found = torch.ops.onednn.qlinear_pointwise(
            rounded, 1.0, _MIDDLE, self._packed, self._scales.flatten(), self._zeros, None,
            1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip
        return found.mul_(scales)


def _scales(rows: Any) -> Any:
    """(N, 1) of rows (N, D)."""
    return (rows.abs().amax(dim=1, keepdim=True) / _MOST).clamp_(min=torch.finfo(torch.float32).tiny)
