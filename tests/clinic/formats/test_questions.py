import pytest

from workup.clinic.formats.questions import label, statement


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Do you have a dry cough?", "dry cough"),
        ("Do you have any spots on your arms?", "spots on their arms"),
        ("Do you suffer from hay fever?", "hay fever"),
        ("Do you drink tea?", "drinks tea"),
        ("Do you regularly teach or swim in a pool?", "regularly teaches or swims in a pool"),
        ("Do you ever sleep badly because you’re cold?", "sleeps badly because they are cold"),
        ("Do you have gout or do you take tablets for it?", "gout or takes tablets for it"),
        ("Do you find that your ears ring?", "finds that their ears ring"),
        ("Do you have cramps that keep you from walking?", "cramps that keep them from walking"),
        ("Have you ever had a hernia?", "previous hernia"),
        ("Have you recently had a cold?", "recent cold"),
        ("Have you ever been diagnosed with gout?", "diagnosed with gout"),
        ("Have you noticed any swelling?", "swelling"),
        ("Have you been sneezing?", "sneezing"),
        ("Have you gained weight or have you lost your taste?", "gained weight or has lost their taste"),
        ("Are you left-handed?", "left-handed"),
        ("Are there any twins in your family?", "twins in their family"),
        ("Are your feet cold?", "feet cold"),
        ("Is your voice hoarse or are you mute?", "voice hoarse or mute"),
        ("Did you lose a tooth?", "lost a tooth"),
        ("Did your toes suddenly itch?", "toes suddenly itched"),
        ("Does your brother suffer from asthma?", "brother suffers from asthma"),
        ("Were you born at home or did you need a doctor?", "born at home or needed a doctor"),
        ("In the last week, have you been in a cave?", "in the last week, in a cave"),
        ("Would you say that light hurts?", "Would you say that light hurts? yes"),
    ],
)
def test_a_question_becomes_a_statement(question, said):
    assert statement(question) == said


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Where is the itch located?", "location of the itch"),
        ("What color is the tongue?", "color of the tongue"),
        ("How intense is the itch after a bath?", "intensity of the itch after a bath"),
        ("How often is the itch felt?", "how often the itch felt is"),
        ("How fast did the itch appear?", "how fast the itch appeared"),
        ("Characterize your itch:", "character of the itch"),
        ("Do you feel pain somewhere?", "pain"),
        ("Does the pain radiate to another location?", "pain radiates to"),
        ("Which hand hurts?", "Which hand hurts"),
    ],
)
def test_a_question_becomes_a_label_for_its_answer(question, asked):
    assert label(question) == asked
