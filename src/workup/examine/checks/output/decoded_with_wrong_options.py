"""OUT011"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from workup.examine.check import check
from workup.examine.finding import Finding, Remedy, Severity
from workup.examine.measurements.answers import Answer, Answers, examples, many
from workup.examine.measurements.generating import quietly
from workup.examine.measurements.texts import plain
from workup.examine.symptoms import left_marks

# One answer in a hundred may look like this by itself; every second one spoils the result.
_SOME, _MOST = 0.01, 0.5
# The options that made the texts make nearly all of them again; a text may have been edited by hand.
_NEARLY_ALL = 0.95
Rows = Sequence[tuple[Answer, str]]


class Way(NamedTuple):
    """A way to turn ids into text."""

    skip_special_tokens: bool
    clean_up_tokenization_spaces: bool

    def text(self, tokenizer: Any, ids: Sequence[int]) -> str:
        """The text of these ids; kinds of white space do not count."""
        with quietly():
            return plain(tokenizer.decode([one for one in ids if one >= 0], **self._asdict()))

    def beside(self, other: Way) -> dict[str, bool]:
        """The options of this way that the other has not."""
        mine, others = self._asdict(), other._asdict()
        return {name: value for name, value in mine.items() if others[name] != value}


_WAYS = tuple(Way(*values) for values in product((True, False), repeat=2))


@check("OUT011", "output", after=["TOK007", "TOK010"])
def decoded_with_wrong_options(answers: Answers, tokenizer: Any) -> Finding | None:
    """Answers are turned into text in a way that the expected texts do not survive.

    What it checks
    With which of `skip_special_tokens` and `clean_up_tokenization_spaces` the ids of the answers give their
    texts; and whether the expected texts, turned into ids and back in the same way, become others although
    another way keeps them. Also whether texts still hold special tokens or a vocabulary's signs for spaces.

    Why it matters
    The model can say every answer rightly and none is counted as right: a mark that belongs to the answer was
    skipped, "3 ." was made "3.", or `</s>` stands behind each text.

    Evidence
    The options, how many expected texts they alter, and an example.

    Example
    Wrong: `tokenizer.batch_decode(ids, skip_special_tokens=True)` where targets hold a special `<sep>`.
    Right: decoding without skipping, pad and end taken off; or `<sep>` added by `add_tokens`.

    Remedy
    Decode in the way that keeps the expected texts.

    When it is harmless
    When answers and expected texts are compared after both were edited alike. Where skipping would take a
    mark out of the answer, special tokens are left in on purpose, and pad and end are not reported.

    Known limits
    Needs the ids of the answers. What becomes of a text after it was decoded is not seen. transformers 5
    refuses the cleaning up for BPE tokenizers.

    Sources
    https://github.com/huggingface/trl/issues/2897,
    https://github.com/huggingface/transformers/issues/31513
    """
    rows = answers.known
    if not rows or not callable(tokenizer):
        return None
    survival = _survival([text for _, text in rows], tokenizer)
    return _marks_left(rows, answers, tokenizer, survival) or _altered(rows, answers, tokenizer, survival)


class Survival(NamedTuple):
    """What becomes of the expected texts on their way to ids and back, and which of them stay the same."""

    back: Mapping[Way, Sequence[str]]
    kept: Mapping[Way, Sequence[bool]]

    def of(self, *, skip: bool) -> int:
        """How many stay the same at best with special tokens skipped, or left in."""
        return max(sum(kept) for way, kept in self.kept.items() if way.skip_special_tokens is skip)


def _survival(expected: Sequence[str], tokenizer: Any) -> Survival:
    ids = tokenizer(text_target=list(expected), add_special_tokens=False, verbose=False)["input_ids"]
    back = {way: [way.text(tokenizer, one) for one in ids] for way in _WAYS}
    kept = {way: [plain(text) == one for text, one in zip(expected, back[way], strict=True)] for way in _WAYS}
    return Survival(back, kept)


def _marks_left(rows: Rows, answers: Answers, tokenizer: Any, survival: Survival) -> Finding | None:
    """Texts that hold what only the ids should hold, unless skipping would cost more than them."""
    special = tuple(map(str, getattr(tokenizer, "all_special_tokens", ())))
    left = [
        (row, set(left_marks(row.decoded, special)) - set(left_marks(text, special))) for row, text in rows
    ]
    found = [(row, marks) for row, marks in left if marks]
    if not many(len(found), len(rows), _SOME) or survival.of(skip=False) > survival.of(skip=True):
        return None
    share, named = len(found) / len(rows), sorted(set().union(*(marks for _, marks in found)))
    return Finding(
        _severity(share),
        f"{len(found)} of {len(rows)} answers ({share:.0%}) still hold {' '.join(named[:5])}, which the "
        "expected texts do not",
        Remedy(
            "decode with skip_special_tokens=True",
            code="tokenizer.batch_decode(ids, skip_special_tokens=True)",
        ),
        {
            **answers.evidence,
            "marks": named,
            "answers with one": len(found),
            "example": found[0][0].decoded[:80],
        },
    )


def _altered(rows: Rows, answers: Answers, tokenizer: Any, survival: Survival) -> Finding | None:
    """Expected texts that become others in the way that the answers were decoded, and do not in another."""
    used = [way for way in _WAYS if _may_have_made(way, rows, tokenizer)]
    if not used:
        return None
    back, kept = survival
    # Where several ways may have made the texts, the mildest is taken for the one that did.
    own = max(used, key=lambda way: sum(kept[way]))
    best = max(_WAYS, key=lambda way: (sum(kept[way]), -len(way.beside(own))))
    lost = [n for n in range(len(rows)) if kept[best][n] and not kept[own][n]]
    if not many(len(lost), len(rows), _SOME):
        return None
    right = ", ".join(f"{name}={value}" for name, value in best.beside(own).items())
    wrong = ", ".join(f"{name}={value}" for name, value in own.beside(best).items())
    return Finding(
        _severity(len(lost) / len(rows)),
        f"{len(lost)} of {len(rows)} expected texts become others when they are decoded as the answers were, "
        f"with {wrong}",
        Remedy(
            f"decode with {right}, and take pad and end off by their ids",
            code=f"tokenizer.batch_decode(ids, {right})",
        ),
        {
            **answers.evidence,
            "expected texts altered": len(lost),
            **own.beside(best),
            "examples": examples([(back[own][n], rows[n][1]) for n in lost]),
        },
    )


def _may_have_made(way: Way, rows: Rows, tokenizer: Any) -> bool:
    """Whether the texts of the answers are their ids decoded in this way."""
    made = sum(way.text(tokenizer, row.ids) == plain(row.decoded) for row, _ in rows)
    return made >= _NEARLY_ALL * len(rows)


def _severity(share: float) -> Severity:
    return Severity.ERROR if share >= _MOST else Severity.WARNING
