"""Everything that the routes share: the database, the models, and the desk that asks them."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
from anyio import to_thread
from fastapi import Request

from workup.clinic.assess.diagnoser import NOTICE
from workup.errors import WorkupError
from workup.learning.references import reserved, training
from workup.learning.retrieval import retrieval
from workup.serve.audit import outages
from workup.serve.cds.clients import TrustedClients
from workup.serve.desk import Desk
from workup.serve.engine.batching import Batcher
from workup.serve.engine.cores import threads
from workup.serve.engine.lasting import set_apart_once
from workup.serve.engine.models import Models
from workup.serve.engine.readiness import Readiness
from workup.serve.errors import Unavailable
from workup.serve.metrics import Metrics
from workup.serve.parent import end_with_parent
from workup.serve.security.bearer import Bearer
from workup.serve.security.keys import Keys
from workup.serve.settings import Settings
from workup.serve.store.database import Database

# Seconds between two looks whether another version should serve.
_EVERY = 1.0
_log = logging.getLogger(__name__)


@dataclass
class Service:
    """One process of the service; `app.state.service`."""

    settings: Settings
    database: Database
    keys: Keys
    bearer: Bearer
    cds_clients: TrustedClients
    models: Models
    batcher: Batcher
    readiness: Readiness
    desk: Desk
    metrics: Metrics

    @classmethod
    def open(cls, settings: Settings, metrics: Metrics) -> Service:
        """Open everything; the models are not loaded by that, and the database may be away.

        Raises:
            ServeError: the database, or a file that the settings name, cannot be used.
        """
        clients = TrustedClients.load(settings.cds_clients)
        models = Models(settings)
        batcher = Batcher(settings, threads(settings.workers), metrics.batches.observe)
        database = Database.named(settings.database)
        try:
            database.migrate(create=True)
        except Unavailable as error:  # a process that is started anew while it is away has to outlast that
            _log.error("%s", error)
        return cls(
            settings=settings,
            database=database,
            keys=Keys(),
            bearer=Bearer(settings),
            cds_clients=clients,
            models=models,
            batcher=batcher,
            readiness=Readiness(models, batcher),
            desk=Desk(settings, database, models, batcher, metrics.answered),
            metrics=metrics,
        )

    @classmethod
    @asynccontextmanager
    async def running(cls, settings: Settings, metrics: Metrics) -> AsyncIterator[Service]:
        """Open it, and keep its models current beside the requests until the block ends.

        It answers from the first moment on, and is ready once the models are loaded.
        """
        service = await to_thread.run_sync(cls.open, settings, metrics)
        try:
            async with anyio.create_task_group() as beside:
                beside.start_soon(service._keep_current)
                beside.start_soon(end_with_parent)
                yield service
                beside.cancel_scope.cancel()
        finally:
            await to_thread.run_sync(service.close)

    def close(self) -> None:
        """End the thread of the models, and give the connections back."""
        self.batcher.close()
        self.database.close()

    async def _keep_current(self) -> None:
        """Load the models, and look from then on whether others should serve."""
        try:
            await to_thread.run_sync(self.desk.warm)
            await to_thread.run_sync(self.models.load)
        except WorkupError as error:
            _log.error("%s", error)
        prepared = False
        while True:
            if not prepared:
                prepared = await to_thread.run_sync(self._prepared)
                await to_thread.run_sync(set_apart_once)
            await anyio.sleep(_EVERY)
            await to_thread.run_sync(self.models.refresh)

    def _prepared(self) -> bool:
        """Whether the tables are up to date, and what feedback is compared with is read.

        That takes seconds: once, and before the first feedback comes.
        """
        try:
            if not self.database.alive():
                self.database.migrate()
            retrieval()
            with self.database.reading() as session:
                reserved(session)
                training(session)
        except WorkupError as error:
            _log.error("%s", error)
            return False
        return True

    async def obstacles(self) -> tuple[bool, list[str]]:
        """Whether requests can be answered; and what is wrong, in sentences, also where they still can."""
        fault = await to_thread.run_sync(outages.fault, self.database)
        if fault is not None:  # told at once: the models are asked through the queue of all requests
            return False, [fault, *self.models.problems]
        state = await self.readiness.state()
        return state.ready, list(state.told)

    def signature(self) -> dict[str, Any]:
        """The fields of `api.schemas.Signed` on the model that serves in general; it never fails."""
        try:
            held, _ = self.models.of(None)
        except WorkupError:
            return {"version": None, "checksum": None, "notice": NOTICE}
        return {"version": held.name, "checksum": held.checksum, "notice": held.diagnoser.notice}

    def known_conditions(self) -> frozenset[str]:
        """The conditions that any of the models can answer with."""
        return frozenset(name for held in self.models.all() for name in held.diagnoser.known.conditions)


def service_of(request: Request) -> Service:
    """The service, as a dependency."""
    service: Service = request.app.state.service
    return service
