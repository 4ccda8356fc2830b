from itertools import pairwise

import numpy as np
import pytest

from workup.clinic.assess.reasons import pieces, reasons, without
from workup.clinic.safety import read

TEXT = "Crushing chest pain, sweating. No fever. BP 92/58."


def test_pieces_are_findings_and_values_in_their_order_without_overlap():
    found = pieces(read(TEXT))
    assert any("chest pain" in words.text for words in found)
    assert any("92/58" in words.text for words in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_piece_is_taken_out_and_nothing_else():
    words = next(words for words in pieces(read(TEXT)) if "sweating" in words.text)
    assert without(TEXT, words) == "Crushing chest pain, . No fever. BP 92/58."


def test_what_lowers_the_first_when_it_goes_speaks_for_it_and_the_strongest_comes_first():
    effects = {"chest pain": 2.6, "sweating": 0.7, "fever": -0.4}

    def log_odds(texts):
        return np.array([sum(effect for word, effect in effects.items() if word in text) for text in texts])

    found = reasons(read(TEXT), log_odds)
    assert "chest pain" in found[0].words
    assert found[0].effect == pytest.approx(2.6)
    assert [reason.effect > 0 for reason in found if "fever" in reason.words] == [False]
    assert not any("92/58" in reason.words for reason in found)


def test_a_text_without_findings_has_no_reasons():
    assert reasons(read("Nothing to report here."), lambda texts: np.ones(len(texts))) == ()
