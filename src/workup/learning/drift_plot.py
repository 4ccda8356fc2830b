"""The picture of a drift report: how far each measure moved in each specialty, and where it is no chance."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np

from workup.errors import DataError
from workup.files import write_text
from workup.learning.drift import ALPHA, MEASURES, Drift


def save(found: Drift, path: Path) -> None:
    """Write the picture as SVG: a row a specialty, a column a measure.

    A star marks drift; blank is what could not be tested.

    Raises:
        DataError: matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError:
        raise DataError("a plot needs matplotlib: pip install 'workup[learning]'") from None
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "workup"
    from matplotlib import pyplot as plt

    names = list(dict.fromkeys(shift.specialty for shift in found.shifts))
    sizes = np.full((len(names), len(MEASURES)), np.nan)
    figure, axes = plt.subplots(figsize=(8, 1.6 + 0.32 * len(names)), layout="constrained")
    for shift in found.shifts:
        row, column = names.index(shift.specialty), MEASURES.index(shift.measure)
        sizes[row, column] = shift.size
        axes.text(
            column,
            row,
            f"{shift.size:.2f}{' ★' if shift.drifted else ''}",
            ha="center",
            va="center",
            fontsize=9,
            fontweight="bold" if shift.drifted else "normal",
            color="white" if shift.size > 0.55 else "black",
        )
    picture = axes.imshow(sizes, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(MEASURES)), MEASURES)
    axes.set_yticks(range(len(names)), names)
    axes.set_title(f"Drift of {found.cases} cases; ★: p < {ALPHA} after correction", loc="left", fontsize=10)
    figure.colorbar(picture, ax=axes, label="size, 0 to 1", shrink=0.8)
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    plt.close(figure)
    write_text(path, drawn.getvalue())
