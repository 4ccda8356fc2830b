"""Readers of published medical formats: each module's `read` gives one row a patient."""
