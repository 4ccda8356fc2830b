"""FHIR R4 (4.0.1): a Bundle in; a preliminary assessment, and who made it from what, out."""
