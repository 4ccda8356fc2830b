"""What /openapi.json says beside the routes themselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from workup.serve.problems import ProblemDetail

SUMMARY = "Diagnosis support: research software, not a medical device."
DESCRIPTION = """\
Send a case, get a ranked differential with calibrated probabilities, or the reason why there is none.

Every request but those for health and discovery carries a key: `X-API-Key`, or `Authorization: Bearer`.
Every answer carries the id of its request, the version and checksum of the model, and the statement of
intended use. Errors are problem details (RFC 9457) that name the field and the remedy. A POST that takes an
`Idempotency-Key` may be sent again with it, and nothing is done twice. Long lists come in pages: `limit`, and
`cursor` with the `next` of the page before.
"""
TAGS = [
    {"name": "assessments", "description": "Have cases assessed and explained."},
    {"name": "conditions", "description": "What can be answered."},
    {"name": "models", "description": "Which models there are, and which serve."},
    {"name": "feedback", "description": "Say what became of an answer."},
    {"name": "reviews", "description": "Decide what may be learned from."},
    {"name": "switches", "description": "Stop answers, of one specialty or all."},
    {"name": "keys", "description": "Who may call."},
    {"name": "audit", "description": "What was done."},
    {"name": "FHIR R4", "description": "A Bundle in, a Bundle out."},
    {"name": "CDS Hooks", "description": "Cards for clinical systems."},
    {"name": "operation", "description": "For the machinery that runs the service."},
]


def document(app: FastAPI) -> None:
    """Have the description made once, with the parts that problems refer to."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's documentation has it


def _described(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        tags=app.openapi_tags,
        routes=app.routes,
    )
    schemas = found["components"]["schemas"]
    problem = ProblemDetail.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs")
    schemas[ProblemDetail.__name__] = problem
    found["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    return found
