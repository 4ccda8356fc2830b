"""What every route has at hand: who asks, the id of their request, and the service."""

# Annotations are evaluated here, for FastAPI could not find `roles` by its name.
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from workup.serve.api.case import Case
from workup.serve.desk import Answer
from workup.serve.problems import request_id
from workup.serve.security.callers import require
from workup.serve.security.roles import Caller, Role
from workup.serve.service import Service, service_of


@dataclass(frozen=True)
class Asking:
    """One request of a caller who may."""

    service: Service
    caller: Caller
    request: str

    async def answer(self, case: Case, explain: bool = False) -> Answer:
        """The desk's answer to a case; raises what `Desk.assess` does."""
        return await self.service.desk.assess(
            case.given(self.service.settings.max_text),
            caller=self.caller,
            request=self.request,
            specialty=case.specialty,
            explain=explain,
        )

    @property
    def signature(self) -> dict[str, Any]:
        """The fields of `schemas.Signed`, where no model was asked."""
        return {"request": self.request, **self.service.signature()}


def asking(*roles: Role) -> Callable[..., Awaitable[Asking]]:
    """A dependency that lets in who has any of these roles."""

    # Not a plain function: FastAPI would run it in a thread, and it waits for nothing.
    async def asked(request: Request, caller: Annotated[Caller, Depends(require(*roles))]) -> Asking:
        return Asking(service_of(request), caller, request_id(request.scope))

    return asked


# Who may do what, as `security.roles` says it.
Reader = Annotated[Asking, Depends(asking(*Role))]
Clinician = Annotated[Asking, Depends(asking(Role.CLINICIAN))]
Reviewer = Annotated[Asking, Depends(asking(Role.REVIEWER))]
Operator = Annotated[Asking, Depends(asking(Role.OPERATOR))]
