"""What the machinery that runs the service asks: whether it lives, whether it is ready, its numbers.

The addresses of the first two are those of the Open Inference Protocol, version 2.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel

from workup.serve.api.asking import Operator
from workup.serve.api.schemas import PROBLEMS
from workup.serve.service import Service, service_of

router = APIRouter(tags=["operation"])


class Live(BaseModel):
    """The process answers."""

    live: bool


class Ready(BaseModel):
    """Whether requests should be sent here; `why`: what is wrong, in sentences, also where they still can."""

    ready: bool
    why: list[str]


@router.get("/v2/health/live", summary="Whether the process lives")
async def live() -> Live:
    """Always, where it can answer at all."""
    return Live(live=True)


@router.get(
    "/v2/health/ready",
    summary="Whether it is ready",
    response_model=Ready,
    responses={503: {"model": Ready, "description": "Not ready."}},
)
async def ready(service: Annotated[Service, Depends(service_of)]) -> JSONResponse:
    """The database answers, and each model that serves answered its golden case as when it was loaded."""
    able, why = await service.obstacles()
    return JSONResponse(Ready(ready=able, why=why).model_dump(), 200 if able else 503)


@router.get(
    "/metrics", summary="Numbers for Prometheus", response_class=PlainTextResponse, responses=PROBLEMS
)
def metrics(asking: Operator) -> Response:
    """In its text format 0.0.4. Prometheus sends an operator's key as bearer token."""
    numbers = asking.service.metrics
    numbers.serving(asking.service.models.all())
    return Response(numbers.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
