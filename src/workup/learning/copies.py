"""Which known texts a case is a copy of, whatever was changed in it first.

A copy has the same form (`registry.fingerprints`); one in which a few words were changed is a near-copy: edit
similarity of the forms of at least 0.8 (Lee et al. 2022). No two of the case book's 855 cases are copies of
each other by this measure. Nor can a stored test set be read back from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workup.data.copies import Index

if TYPE_CHECKING:
    from workup.learning.tables import Item


@dataclass(frozen=True)
class Known:
    """A text that is known already: its form, its diagnosis where it has one, and where it stands.

    `item` is the item that it is the text of; None for a text of a reference set.
    """

    form: str
    diagnosis: str | None
    place: str
    item: Item | None = None


@dataclass(frozen=True)
class Copy:
    """A known text that another is a copy of; a `similarity` (0 to 1) below 1 is a near-copy."""

    known: Known
    similarity: float

    @property
    def how(self) -> str:
        """In words."""
        return "a copy" if self.similarity == 1 else f"nearly a copy ({self.similarity:.2f})"

    def __str__(self) -> str:
        known = self.known
        return f"{self.how} of {f'item {known.item.id}' if known.item is not None else known.place}"


class Texts:
    """Known texts, to be asked which of them a text is a copy of; `under` are more of them, unchanged."""

    def __init__(self, known: Iterable[Known] = (), under: Texts | None = None) -> None:
        self._under = under
        self._index = Index()
        self._by_form: dict[str, list[Known]] = {}
        self._forms: list[str] = []
        for one in known:
            self.add(one)

    def add(self, one: Known) -> None:
        """Add a text."""
        if one.form not in self._by_form:
            self._by_form[one.form] = []
            self._index.add(len(self._forms), one.form)
            self._forms.append(one.form)
        self._by_form[one.form].append(one)

    def copies(self, form: str) -> list[Copy]:
        """Every known text of this form; where there is none, every near-copy, the most similar first."""
        found = [
            Copy(known, match.similarity)
            for match in self._index.matches(form)
            for known in self._by_form[self._forms[match.index]]
        ]
        found += self._under.copies(form) if self._under else []
        same = [copy for copy in found if copy.similarity == 1]
        return same or sorted(found, key=lambda copy: -copy.similarity)
