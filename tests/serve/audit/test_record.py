import json

from workup.serve.audit.chain import canonical
from workup.serve.audit.record import record, summary

TEXT = "A 54-year-old with polyuria, polydipsia and weight loss."


def test_a_record_holds_what_was_asked_and_what_was_answered(diagnoser):
    answer = diagnoser.assess(TEXT)
    kept = json.loads(canonical(record(TEXT, answer, why="it serves general")))
    assert kept["given"] == TEXT
    assert kept["why"] == "it serves general"
    assert kept["answer"] == summary(answer)
    assert [one["name"] for one in kept["answer"]["differential"]] == [
        one.name for one in answer.differential
    ]


def test_an_abstention_is_recorded_without_a_diagnosis(diagnoser):
    kept = summary(diagnoser.assess("What is the capital of France?"))
    assert kept["abstained"] is not None
    assert (kept["diagnosis"], kept["probability"]) == (None, None)
