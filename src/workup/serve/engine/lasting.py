"""What lasts is set apart from what requests make, for Python's collector looks through all it knows of.

With the libraries and a model that takes half a second, in which nothing is answered, and comes about once in
a thousand requests.
"""

from __future__ import annotations

import gc


def set_apart_once() -> None:
    """Of all that is in memory now, unless some was set apart before; takes half a second."""
    if not gc.get_freeze_count():
        set_apart()


def set_apart() -> None:
    """Of all that is in memory now, and let go of what was set apart before and is not used any more."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
