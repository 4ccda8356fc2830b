"""The service: the diagnoser behind an API, CDS Hooks, FHIR and a page, with everything it did on record."""
