from workup.examine.checks.generation.ngrams_blocked import ngrams_blocked as check
from workup.examine.finding import Severity
from workup.examine.subject import Pair


def test_targets_that_say_a_word_again_lose_to_the_rule(examined, says_again):
    (finding,) = examined(check, says_again, generation={"no_repeat_ngram_size": 1})
    assert finding.severity is Severity.ERROR
    assert finding.evidence["targets that repeat"] == 4
    assert finding.evidence["right without"] == 1.0
    assert finding.evidence["right with"] == 0.0
    assert finding.remedy.change == {"generation.no_repeat_ngram_size": 0}


def test_the_same_for_another_family(examined, bart_says_again):
    (finding,) = examined(check, bart_says_again, generation={"no_repeat_ngram_size": 1})
    assert finding.evidence["right with"] < finding.evidence["right without"] == 1.0


def test_a_rule_of_the_models_own_configuration_is_found_without_generating(examined, says_again):
    model = says_again.model
    model.generation_config.no_repeat_ngram_size = 1
    try:
        (finding,) = examined(check, says_again, collator=None, train_rows=None)
    finally:
        model.generation_config.no_repeat_ngram_size = None
    assert finding.evidence["from"] == "generation_config"
    assert "rows tried" not in finding.evidence


def test_longer_n_grams_than_any_that_comes_again_are_sound(examined, says_again):
    assert not examined(check, says_again, generation={"no_repeat_ngram_size": 6})


def test_targets_that_never_repeat_are_sound(examined, says_once):
    assert not examined(check, says_once, generation={"no_repeat_ngram_size": 2})


def test_no_rule_is_sound(examined, says_again):
    assert not examined(check, says_again, generation={"no_repeat_ngram_size": 0})
    assert not examined(check, says_again)


def test_a_rare_target_that_repeats_is_a_warning_where_nothing_is_lost(examined, says_once):
    pairs = [Pair("a sky", "blue")] * 60 + [Pair("a sky", "blue and blue and blue")]
    (finding,) = examined(check, says_once, train_pairs=pairs, generation={"no_repeat_ngram_size": 1})
    assert finding.severity is Severity.WARNING
