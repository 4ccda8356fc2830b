"""Cases for the learning loop's tests: invented, and copies of nothing in the case book."""

from workup.clinic.synthesis.source import synthesise
from workup.learning.labels import label

GOUT = {
    "text": "M 61, woke at night with the left big toe red, hot and and a sheet on it hurts. Beer daily.",
    "diagnosis": "Gout",
}
MIGRAINE = {
    "text": "F 29, throbbing one-sided headache with nausea since noon, light hurts, zigzag lines before it.",
    "diagnosis": "Migraine",
}
CROUP = {
    "text": "Boy of 2, barking cough since last night, hoarse, stridor when he cries, a cold for two days.",
    "diagnosis": "Croup",
}


def synthetic(diagnosis: str, count: int) -> list[str]:
    """So many texts of one diagnosis, composed from the case book."""
    return [synthesise(label(diagnosis).condition, f"invented-{n}").text for n in range(1, count + 1)]
