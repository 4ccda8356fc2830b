import pytest

from workup.clinic.cases import rows
from workup.clinic.safety import animal


@pytest.mark.parametrize(
    "text",
    [
        "My dog has been vomiting and coughing for 2 days",
        "Our cat won't eat and hides under the bed. I am worried.",
        "Our spaniel, nine years, has been limping since a jump off the sofa.",
        "8 year old neutered dog, weight loss and thirst.",
        "Labrador, 7 years, lame after the walk.",
        "Cat, male, cannot pass urine since yesterday.",
        "Off her feed for two days, one quarter of the udder hot and hard.",
    ],
)
def test_an_animal_is_told_from_a_person(text):
    assert animal(text)


@pytest.mark.parametrize(
    "text",
    [
        "58M, bitten by a dog, left hand red and swollen.",
        "Dog bite to the forearm two days ago, pus.",
        "Cat scratch two weeks ago, swollen glands in the armpit.",
        "Keeps a cat; fever and a swollen lymph node.",
        "My cat scratched me and my arm is swollen.",
        "My dog has fleas and I itch all over.",
        "The dog has died and she does not sleep any more.",
        "The cat is at my sister's. Nobody has to look after anything.",
        "Her dog is ill too. She has had a rash for a week.",
        "We all have a headache, even the dog won't stand up.",
        "8 year old girl, bitten in the face by the dog of an uncle.",
        "Veterinary surgeon, 45, fever after helping at a lambing.",
        "34M, infantry vet, nightmares.",
        "Farmer, kicked by a cow, pain in the belly.",
        "Eats like a horse and loses weight, cough like a dog.",
        "Pain of the upper canine tooth.",
    ],
)
def test_a_person_with_an_animal_is_a_person(text):
    assert animal(text) is None


def test_no_case_of_the_book_is_taken_for_an_animal():
    told = [row.values[form] for row in rows() for form in ("text", "findings")]
    assert [text for text in told if animal(text)] == []
