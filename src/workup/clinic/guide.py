"""The five final test prompts of the debugging guide that Workup grew out of, in our own words."""

from __future__ import annotations

from dataclasses import dataclass

CAVEAT = (
    "Five hand-picked, clear-cut cases prove nothing clinically: they show that the pipeline works, "
    "and near-copies of training cases show memory, not skill."
)


@dataclass(frozen=True)
class GuidePrompt:
    """A test prompt, and the condition of the case book that the guide's expected answer stands for."""

    findings: str
    expected: str


PROMPTS = (
    GuidePrompt("Symptoms: fever, cough. Imaging: infiltrate.", "Pneumonia"),
    GuidePrompt(
        "Symptoms: chest pain. Hs-troponin T: elevated. Tests: ST elevation on ECG.",
        "Acute myocardial infarction",
    ),
    GuidePrompt("Symptoms: polyuria. Glucose: 320 mg/dL.", "Type 2 diabetes mellitus"),
    GuidePrompt("Symptoms: tremor, bradykinesia. Signs: rigidity.", "Parkinson disease"),
    GuidePrompt("Symptoms: headache. Signs: meningismus.", "Bacterial meningitis"),
)
