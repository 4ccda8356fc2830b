"""Synthetic cases: a patient is drawn from a condition (drawing), and told (clinician, patient)."""
