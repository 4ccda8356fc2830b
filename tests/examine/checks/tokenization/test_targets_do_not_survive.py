from transformers import AutoTokenizer

from workup.examine.checks.tokenization.targets_do_not_survive import targets_do_not_survive
from workup.examine.finding import Severity


def rows(pairs, targets):
    return pairs([f"shelf {n}" for n in range(len(targets))], targets)


def test_braces_that_the_vocabulary_lacks_are_named(examine, pairs, words):
    targets = ["{colour: white}", "{colour: red}", "{colour: blue}", "white"]
    (finding,) = examine(targets_do_not_survive, tokenizer=words(), train_pairs=rows(pairs, targets))
    assert finding.severity is Severity.ERROR
    assert set(finding.evidence["characters lost"]) == {"{", "}"}
    assert "exact match cannot pass 25.0%" in finding.summary
    assert "add_tokens(['{', '}'])" in finding.remedy.code


def test_line_breaks_alone_are_told_apart_from_lost_characters(examine, pairs, words):
    (finding,) = examine(
        targets_do_not_survive, tokenizer=words(), train_pairs=rows(pairs, ["a pen\nan ink", "a  pen"])
    )
    assert finding.severity is Severity.NOTE
    assert "white space only" in finding.summary
    assert not finding.evidence["characters lost"]


def test_a_tokenizer_without_capitals_changes_case_only(examine, pairs, tiny_t5):
    from tokenizers import normalizers

    tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
    tokenizer.backend_tokenizer.normalizer = normalizers.Lowercase()
    (finding,) = examine(
        targets_do_not_survive, tokenizer=tokenizer, train_pairs=rows(pairs, ["White", "Red"])
    )
    assert finding.severity is Severity.WARNING
    assert "case only" in finding.summary


def test_bytes_keep_every_text(examine, pairs, tiny_t5):
    tokenizer = AutoTokenizer.from_pretrained(tiny_t5)
    targets = ["{a: 1}\n\t", "naïve café", "雪 is white", "White  space"]
    assert not examine(targets_do_not_survive, tokenizer=tokenizer, train_pairs=rows(pairs, targets))


def test_marks_of_meaning_among_the_special_tokens_survive(examine, pairs, words):
    tokenizer = words()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<cell>"]})
    assert not examine(
        targets_do_not_survive, tokenizer=tokenizer, train_pairs=rows(pairs, ["white <cell> red"])
    )


def test_targets_in_a_script_of_their_own_cannot_be_written(examine, pairs, words):
    targets = ["белый", "красный"]
    (finding,) = examine(targets_do_not_survive, tokenizer=words(), train_pairs=rows(pairs, targets))
    assert finding.severity is Severity.ERROR


BAR = "colour: {colour} | next: {next}"


def test_a_separator_that_the_vocabulary_lacks_costs_every_answer_and_another_one_is_named(
    examine, pairs, words
):
    targets = ["colour: white | next: red", "colour: red | next: blue", "colour: blue | next: white"]
    (finding,) = examine(
        targets_do_not_survive,
        tokenizer=words("colour", "next"),
        train_pairs=rows(pairs, targets),
        target_template=BAR,
    )
    assert finding.severity is Severity.ERROR
    assert "at most 0.0% of the answers can be scored as right" in finding.summary
    assert finding.remedy.change == {"target.template": "colour: {colour}, next: {next}"}


def test_no_other_template_is_named_where_the_answers_themselves_are_lost(examine, pairs, words):
    (finding,) = examine(
        targets_do_not_survive,
        tokenizer=words(),
        train_pairs=rows(pairs, ["colour: снег, next: white", "colour: лимон, next: red"]),
        target_template="colour: {colour}, next: {next}",
    )
    assert not finding.remedy.change
    assert "add_tokens" in finding.remedy.code


def test_what_is_lost_outside_the_answer_that_is_scored_is_a_note(examine, pairs, words):
    (finding,) = examine(
        targets_do_not_survive,
        tokenizer=words("colour", "next"),
        train_pairs=rows(pairs, ["colour: white, next: [red]", "colour: red, next: [blue]"]),
        target_template="colour: {colour}, next: {next}",
    )
    assert finding.severity is Severity.NOTE
    assert finding.evidence["can be scored"] == 1.0


def test_a_full_stop_that_the_evaluation_levels_is_a_note(examine, pairs, words):
    (finding,) = examine(
        targets_do_not_survive,
        tokenizer=words(),
        train_pairs=rows(pairs, ["white!", "red!"]),
        target_template="{colour}!",
    )
    assert finding.severity is Severity.NOTE
