"""What a version learned beyond the data of a recipe: released cases, by fingerprint, and who agreed on them.

No text of a case is kept here. Whether a case may still be learned from is asked of the learning store.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from workup.errors import RegistryError

LEARNED = "learned.json"
FORMAT = 1


@dataclass(frozen=True)
class LearnedItem:
    """A released case.

    Attributes:
        fingerprint: of its text, 64 hexadecimal digits; item: its number in the store.
        sender: who sent it; reviewers: who agreed that it is the diagnosis.
    """

    fingerprint: str
    item: int
    diagnosis: str
    sender: str
    reviewers: tuple[str, ...]


@dataclass(frozen=True)
class Learned:
    """How a version came out of the learning loop.

    Attributes:
        way: fresh, continue or replay; after: the version that served then, such as general@1.
        steps: optimizer steps since the base.
        recipe: how its line is trained from the base, as plain values; its data holds none of the items.
        items: everything its weights learned from; the last `new` of them were new to `after`.
    """

    way: str
    after: str
    steps: int
    recipe: Mapping[str, Any]
    items: tuple[LearnedItem, ...]
    new: int

    @property
    def reviewers(self) -> list[str]:
        """Everybody who agreed on an item."""
        return list(dict.fromkeys(name for item in self.items for name in item.reviewers))

    def __str__(self) -> str:
        return (
            f"{len(self.items)} released cases, {self.new} of them new since {self.after} ({self.way}); "
            f"agreed on by {', '.join(self.reviewers)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def load(cls, folder: Path) -> Learned | None:
        """What a run or a version learned; None: nothing but its recipe's data.

        Raises:
            RegistryError: the file cannot be read, or another version of Workup wrote it.
        """
        path = folder / LEARNED
        if not path.is_file():
            return None
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values.pop("format") != FORMAT:
                raise ValueError(f"this Workup reads format {FORMAT}")
            items = tuple(
                LearnedItem(**{**item, "reviewers": tuple(item["reviewers"])}) for item in values["items"]
            )
            return cls(**{**values, "items": items})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RegistryError(f"{path} cannot be read ({error}); bring it back from a backup") from None
