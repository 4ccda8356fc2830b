from workup.data.describe import describe
from workup.data.rows import Row


def test_columns_are_counted_measured_and_shown():
    rows = [
        Row({"q": "one two", "a": "x"}, "1"),
        Row({"q": "three", "a": "x"}, "2"),
        Row({"q": None, "a": "y"}, "3"),
    ]
    question, answer = describe(rows)
    assert (question.filled, question.distinct, question.most_words) == (2, 2, 2)
    assert answer.example == "x (2 times)"


def test_a_column_that_is_always_empty_is_shown_as_such():
    assert describe([Row({"q": ""}, "1")])[0].filled == 0
