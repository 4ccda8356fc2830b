"""The API for programs: a module a resource, all of them under /v1."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from workup.serve.api import (
    assessments,
    audit,
    conditions,
    explanations,
    feedback,
    keys,
    models,
    questions,
    reviews,
    switches,
)
from workup.serve.api.schemas import PROBLEMS
from workup.serve.asked import no_other_parameters

router = APIRouter(prefix="/v1", responses=PROBLEMS, dependencies=[Depends(no_other_parameters)])
for resource in (
    assessments,
    explanations,
    questions,
    conditions,
    models,
    feedback,
    reviews,
    switches,
    keys,
    audit,
):
    router.include_router(resource.router)
