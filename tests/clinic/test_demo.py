from workup.clinic import demo
from workup.clinic.book import conditions
from workup.clinic.guide import PROMPTS
from workup.run import examples


def test_every_expected_answer_of_the_guide_is_a_condition_of_the_book():
    names = {condition.name for _, condition in conditions()}
    assert {prompt.expected for prompt in PROMPTS} <= names


def test_the_demo_trains_on_the_whole_book():
    divided = examples(demo.recipe(quick=False))
    held = demo.holdings(divided.train, divided.validation)
    assert len(held) == 19
    assert sum(row.train for row in held) == 513
    assert sum(row.validation for row in held) == 342


def test_a_third_of_the_validation_cases_are_no_textbook_pictures():
    divided = examples(demo.recipe(quick=False))
    assert demo.unusual(divided.train) == 0
    assert demo.unusual(divided.validation) == 1 / 3


def test_the_quick_demo_differs_in_its_length_alone():
    differences = demo.recipe(quick=False).diff(demo.recipe(quick=True))
    assert [difference.path for difference in differences] == ["training.epochs"]
