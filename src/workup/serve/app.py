"""The application: the service behind its routes, and what stands around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from workup.serve.errors import missing

try:
    import limits  # noqa: F401
    import prometheus_client  # noqa: F401
    import python_multipart  # noqa: F401  # of forms
    from anyio import to_thread
    from fastapi import FastAPI
    from starlette.middleware.cors import CORSMiddleware
except ImportError as error:
    raise missing(error.name) from None

from workup.pipeline.versions import installed
from workup.serve import api, health, metrics, openapi, problems
from workup.serve.asked import Heads
from workup.serve.cds import routes as cds
from workup.serve.fhir import routes as fhir
from workup.serve.fhir.outcome import OperationOutcomes
from workup.serve.headers import REQUEST_ID, AnswerHeaders
from workup.serve.idempotency import REPLAYED
from workup.serve.limits import Limits
from workup.serve.page import routes as page
from workup.serve.page.problem import ProblemPages
from workup.serve.rates import Rates
from workup.serve.service import Service
from workup.serve.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service with these settings; it opens its database when it is started, and then its models.

    Raises:
        ServeError: a package of the service is not installed.
    """
    measured = metrics.Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Service.running(settings, measured) as service:
            app.state.service = service
            await to_thread.run_sync(app.openapi)  # takes a second, and would the first time it is asked for
            yield

    app = FastAPI(
        title="Workup",
        version=installed(("workup",))["workup"],
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        openapi_tags=openapi.TAGS,
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    problems.install(app)
    for router in (api.router, fhir.router, cds.router, health.router, page.router):
        app.include_router(router)
    openapi.document(app)
    _surround(app, settings, measured)
    return app


def _surround(app: FastAPI, settings: Settings, measured: metrics.Metrics) -> None:
    """From the inside out: the last one sees a request first."""
    app.add_middleware(Heads)
    app.add_middleware(Limits, settings=settings)
    app.add_middleware(Rates, rate=settings.rate)
    app.add_middleware(problems.Guard)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-API-Key", REQUEST_ID],
        expose_headers=[REQUEST_ID, REPLAYED, "Retry-After"],
    )
    app.add_middleware(OperationOutcomes)
    app.add_middleware(ProblemPages)
    app.add_middleware(metrics.Observed, metrics=measured)
    app.add_middleware(AnswerHeaders, public_url=settings.public_url, shared=bool(settings.cors_origins))
