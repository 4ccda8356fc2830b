from workup.data.rows import Example
from workup.evaluation.baselines import nearest_case, tfidf_regression


def example(content, answer):
    return Example(content, content, answer, content, (answer,), content)


TRAIN = [
    example("fever and cough", "pneumonia"),
    example("cough with green phlegm", "pneumonia"),
    example("itchy red rash", "eczema"),
    example("rash on the elbows", "psoriasis"),
]


def test_regression_ranks_the_likeliest_answer_first():
    assert tfidf_regression(TRAIN, [example("a cough", "?")])[0][0] == "pneumonia"


def test_regression_cannot_be_trained_on_one_answer():
    assert tfidf_regression(TRAIN[:2], TRAIN) is None


def test_the_nearest_case_names_each_answer_once():
    assert nearest_case(TRAIN, [example("itchy rash", "?")])[0] == ["eczema", "psoriasis", "pneumonia"]


def test_at_most_three_answers_are_given():
    assert len(nearest_case([*TRAIN, example("swollen knee", "gout")], TRAIN[:1])[0]) == 3
