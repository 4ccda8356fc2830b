"""Every setting of the service, from the environment, from files of secrets, and from the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from workup.errors import DataError, nearest
from workup.learning.database import DEFAULT
from workup.learning.environment import DATABASE, FILE, value
from workup.serve.errors import ServeError

# The run that answers where neither a run nor a registry is named.
BUILTIN = Path("runs/diagnoser")
_PREFIX = "WORKUP_"
# The learning loop reads the same variable: both keep their tables in one database.
_NAMED = {"database": DATABASE}
_RATE = re.compile(r"[1-9]\d*/(second|minute|hour|day)")


def _listening(known: dict[str, Any]) -> str:
    return f"http://{known.get('host')}:{known.get('port')}"


class Settings(BaseModel):
    """What the service is told.

    Attributes:
        database: the path of an SQLite file, or postgresql://USER@HOST/NAME.
        run, registry: the folder whose model answers; one of them, or neither: `BUILTIN`.
        host, port, workers: where it listens, and how many processes answer; each holds the models once.
        public_url: what browsers and clients know it by; cookies are for https only if this is. Unless it is
            given, what it listens on.
        keep_raw: also keep what was sent before its identifiers were taken out. Off unless asked for.
        max_body: bytes of a request. max_text: characters of a case. max_cases: cases of a request.
        max_depth: of nested JSON.
        timeout: seconds for an answer; rate: requests a caller has, as NUMBER/UNIT of time.
        engine: the numbers that models compute with; bfloat16 is faster where the processor has it, and taken
            only by models that say the same of their golden cases.
        batch_size, batch_wait: cases that are answered at once, and seconds that the first waits for others.
        oidc_issuer, oidc_audience: what `iss` and `aud` of a bearer token must be.
        oidc_jwks: the URL or the file of the issuer's keys.
        oidc_roles: the claim that holds the caller's roles; a dot goes down: realm_access.roles.
        cds_clients: a JSON file: of each trusted CDS Hooks client, by `iss`, the URL or file of its keys.
        cds_card_days: days that feedback on a CDS Hooks card is taken; then the card is forgotten.
        cors_origins: pages of other origins that may call it, separated by commas.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    database: Annotated[str, Field(min_length=1)] = DEFAULT
    run: Path | None = None
    registry: Path | None = None
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    public_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+(/\S*)?$", default_factory=_listening)]
    keep_raw: bool = False
    max_body: Annotated[int, Field(ge=1_000, le=100_000_000)] = 1_000_000
    max_text: Annotated[int, Field(ge=100, le=1_000_000)] = 20_000
    max_cases: Annotated[int, Field(ge=1, le=10_000)] = 100
    max_depth: Annotated[int, Field(ge=5, le=100)] = 20
    timeout: Annotated[float, Field(gt=0, le=600)] = 30.0
    rate: str = "600/minute"
    engine: Literal["float32", "bfloat16"] = "float32"
    batch_size: Annotated[int, Field(ge=1, le=256)] = 16
    batch_wait: Annotated[float, Field(ge=0, le=1)] = 0.005
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    oidc_jwks: str | None = None
    oidc_roles: Annotated[str, Field(min_length=1)] = "roles"
    cds_clients: Path | None = None
    cds_card_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    cors_origins: tuple[str, ...] = ()

    @field_validator("rate")
    @classmethod
    def _a_rate(cls, rate: str) -> str:
        if not _RATE.fullmatch(rate):
            raise ValueError("should be a number of requests in a time, such as 600/minute or 10/second")
        return rate

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _separated(cls, origins: Any) -> Any:
        """Text from the environment holds them separated by commas."""
        if not isinstance(origins, str):
            return origins
        return tuple(filter(None, (part.strip() for part in origins.split(","))))

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not re.fullmatch(r"https?://[^/\s*]+", origin):
                raise ValueError(f"{origin!r} is no origin, such as https://ehr.example.org")
        return origins

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.run is not None and self.registry is not None:
            raise ValueError("a run and a registry are both named, and one model source is wanted: name one")
        oidc = (self.oidc_issuer, self.oidc_audience, self.oidc_jwks)
        if any(oidc) and not all(oidc):
            raise ValueError(
                "bearer tokens need all of WORKUP_OIDC_ISSUER, WORKUP_OIDC_AUDIENCE and WORKUP_OIDC_JWKS: "
                "without any of them a token of somebody else would do"
            )
        return self

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
        """The settings of the environment, with what was given on the command line before it.

        `WORKUP_PORT=8000` sets `port`, and so on; `DATABASE_URL` sets `database`. With `_FILE` behind its
        name, a variable holds the file that the value stands in, as secrets are handed to containers.

        Args:
            environ: the variables; None: those of this process.
            given: settings by name; None stands for one that was not given.

        Raises:
            ServeError: a variable is unknown, its file cannot be read, or a value is wrong; all at once.
        """
        overrides = {name: value for name, value in given.items() if value is not None}
        try:
            found = _from(os.environ if environ is None else environ)
        except DataError as error:
            raise ServeError(str(error)) from None
        if overrides.keys() & {"run", "registry"}:  # the command line names another model source
            found = {name: value for name, value in found.items() if name not in ("run", "registry")}
        try:
            return cls(**{**found, **overrides})
        except ValidationError as error:
            told = [_told(one["loc"], one["msg"], overrides) for one in error.errors()]
            raise ServeError("the settings cannot be used:\n  " + "\n  ".join(told)) from None

    def to_environ(self) -> dict[str, str]:
        """The variables that `load` makes the same settings of: how worker processes learn them."""
        return {
            variable(name): ",".join(value) if isinstance(value, tuple) else str(value)
            for name, value in self
            if value is not None
        }


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return _NAMED.get(name, f"{_PREFIX}{name.upper()}")


def names(environ: Mapping[str, str]) -> list[str]:
    """The variables of an environment that are meant for the service."""
    ours = tuple(_NAMED.values())
    return [key for key in environ if key.startswith(_PREFIX) or key.removesuffix(FILE) in ours]


def _from(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings that the environment holds, by their names."""
    settings = {variable(name): name for name in Settings.model_fields}
    for key in names(environ):
        if key not in settings and key.removesuffix(FILE) not in settings:
            raise ServeError(f"there is no setting {key}; {nearest(key, settings)}")
    found = {name: value(key, environ) for key, name in settings.items()}
    return {name: text for name, text in found.items() if text is not None}


def _told(place: tuple[int | str, ...], message: str, overrides: Mapping[str, Any]) -> str:
    plain = message.removeprefix("Value error, ")
    if not place:
        return plain
    name = str(place[0])
    return f"{'--' + name.replace('_', '-') if name in overrides else variable(name)}: {plain}"
