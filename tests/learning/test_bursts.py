from workup.learning.bursts import Count, bursts

SPREAD = [
    Count("Hill clinic", name, 2) for name in ("Gout", "Rheumatoid arthritis", "Polymyalgia rheumatica")
]


def test_many_cases_of_one_diagnosis_from_one_sender_are_a_burst():
    (found,) = bursts([Count("Mallory", "Gout", 8), Count("Mallory", "Rheumatoid arthritis", 1)], SPREAD)
    assert (found.sender, found.diagnosis, found.cases, found.of) == ("Mallory", "Gout", 8, 9)
    assert "8 of the 9 cases that Mallory sent" in str(found)


def test_what_is_as_common_elsewhere_is_no_burst():
    elsewhere = [Count("Hill clinic", "Gout", 80), Count("Hill clinic", "Rheumatoid arthritis", 10)]
    assert bursts([Count("St Ann", "Gout", 8), Count("St Ann", "Rheumatoid arthritis", 1)], elsewhere) == []


def test_what_other_senders_sent_at_the_same_time_counts_as_elsewhere():
    recent = [Count(sender, "Gout", 8) for sender in ("a", "b", "c", "d", "e", "f")]
    assert bursts([recent[0]], []) != []
    assert bursts(recent, []) == []


def test_four_cases_are_too_few_to_suspect_anybody():
    assert bursts([Count("Mallory", "Gout", 4)], SPREAD) == []


def test_cases_of_a_whole_specialty_are_no_burst():
    assert bursts([Count("St Ann", count.diagnosis, 6) for count in SPREAD], []) == []
