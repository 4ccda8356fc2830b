"""API keys: shown once, kept as argon2id, and checked from memory for some seconds.

A key reads `wk_<prefix>_<secret>`. The prefix finds its row; the secret has 256 random bits, so no guess
comes near it whatever the hash costs. The hash is slow all the same, for the day somebody takes the database:
with OWASP's least parameters for argon2id (Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from workup.errors import nearest
from workup.learning.standing import same
from workup.serve.audit.chain import Entry, append, hold
from workup.serve.errors import ServeError, missing
from workup.serve.security.roles import ALL, Caller, Role, join, parse
from workup.serve.store.tables import ApiKey, Event

try:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError
except ImportError:
    raise missing("argon2-cffi") from None

PREFIX = "wk_"
# Seconds that a key is taken from memory once it was checked. A revoked one is refused within that time.
REMEMBERED = 10.0
_FORM = re.compile(r"wk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
# Without a colon: the names of other callers have one (`roles.Caller`).
_NAME = re.compile(r"\w[\w .@/-]{0,79}")
_MOST = 10_000  # keys in memory, wrong ones among them
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True)
class _Known:
    caller: Caller | None  # None: no key that holds
    until: float  # of `clock`


class Keys:
    """The keys of the service, with what this process remembers of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[bytes, _Known] = {}
        self._checking = Lock()

    def create(
        self, session: Session, name: str, roles: Iterable[Role], *, by: str, request: str = ""
    ) -> str:
        """Make a key and give it: it can never be read again.

        Args:
            name: whose it is; up to 80 letters, digits and " .@/_-". None is used twice, whatever became of
                its key, for by it a caller is known: to see what they asked, and not to review their own.
            by: who makes it, and in which `request` where it came as one; for the audit.

        Raises:
            ServeError: the name cannot be used, or there has been a key of that name; or no role is named.
        """
        if not _NAME.fullmatch(name):
            raise ServeError(f"{name!r} is no name for a key: up to 80 letters, digits, spaces and .@/_- ")
        held = parse(roles)
        hold(session)
        if taken := next((key.name for key in listed(session) if same(key.name) == same(name)), None):
            raise ServeError(
                f"there has been a key called {taken} already: choose another name. None is used again, so "
                "that nobody is taken for its earlier holder"
            )
        prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        key = ApiKey(
            name=name,
            roles=join(held),
            prefix=prefix,
            hash=_hasher.hash(secret),
            created=datetime.now(UTC),
        )
        session.add(key)
        _write_down(session, "key created", key, by, request)
        return f"{PREFIX}{prefix}_{secret}"

    def first_admin(self, session: Session) -> str | None:
        """The first key of a new service, with every role; None where there has been any key."""
        hold(session)
        if session.scalar(select(ApiKey.id).limit(1)) is not None:
            return None
        return self.create(session, "admin", ALL, by="first start")

    def check(self, session: Session, given: str) -> Caller | None:
        """Whose key it is; None: no key that holds. Takes some 20 ms, and none where it was checked lately.

        The session is used only if the key is not remembered.
        """
        form = _FORM.fullmatch(given)
        if form is None:
            return None
        digest = _digest(given)
        known = self._remembered(digest)
        if known is None:
            with self._checking:  # of many requests with the same key, the first one checks it for all
                known = self._remembered(digest) or self._check(session, digest, form[1], form[2])
        return known.caller

    def remembered(self, given: str) -> Caller | None:
        """Whose key it is, if it was checked lately; None: `check` has to say. Waits for nothing."""
        known = self._remembered(_digest(given))
        return known.caller if known else None

    def revoke(self, session: Session, which: str, *, by: str, request: str = "") -> ApiKey:
        """Let a key hold no more, by its name or its prefix: at once here, in `REMEMBERED` s elsewhere.

        Args:
            by: who revokes it, and in which `request` where it came as one; for the audit.

        Raises:
            ServeError: no key that holds is called so.
        """
        hold(session)
        holding = [key for key in listed(session) if key.revoked is None]
        named = which.removeprefix(PREFIX)
        found = [key for key in holding if which == key.name or named == key.prefix]
        if not found:
            near = nearest(which, [key.name for key in holding])
            raise ServeError(f"no key that holds is called {which!r}; {near}")
        found[0].revoked = datetime.now(UTC)
        _write_down(session, "key revoked", found[0], by, request)
        self._known.clear()
        return found[0]

    def _remembered(self, digest: bytes) -> _Known | None:
        known = self._known.get(digest)
        return known if known is not None and self._clock() < known.until else None

    def _check(self, session: Session, digest: bytes, prefix: str, secret: str) -> _Known:
        row = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix, ApiKey.revoked.is_(None)))
        caller = caller_of(row, "key") if row is not None and _is(row, secret) else None
        if len(self._known) >= _MOST:
            self._known.clear()
        known = _Known(caller, self._clock() + REMEMBERED)
        self._known[digest] = known
        return known


def shown(given: str) -> str:
    """What was given as a key, in words for the log: by its prefix, which is no secret."""
    form = _FORM.fullmatch(given)
    return f"the key {PREFIX}{form[1]}" if form else "what has not the form of a key"


def listed(session: Session) -> Sequence[ApiKey]:
    """Every key that there has been, oldest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.id)).all()


def last_seen(session: Session, key: ApiKey) -> datetime | None:
    """When the audit last has a key's name as the caller while it held; None: never.

    The audit is the only record of use: what only reads leaves no line in it.
    """
    query = select(Event.at).where(Event.caller == key.name, Event.at >= _written(key.created))
    if key.revoked is not None:
        query = query.where(Event.at <= _written(key.revoked))
    found = session.scalar(query.order_by(Event.id.desc()).limit(1))
    return None if found is None else datetime.fromisoformat(found)


def caller_of(key: ApiKey, via: str) -> Caller:
    """The caller that a key stands for."""
    return Caller(key.name, parse(key.roles.split(",")), "page" if via == "page" else "key")


def _written(moment: datetime) -> str:
    """A moment as the audit writes it, whose letters are in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _digest(given: str) -> bytes:
    return hashlib.sha256(given.encode()).digest()


def _is(key: ApiKey, secret: str) -> bool:
    try:
        return _hasher.verify(key.hash, secret)
    except (VerificationError, InvalidHashError):
        return False


def _write_down(session: Session, action: str, key: ApiKey, by: str, request: str) -> None:
    details = {"name": key.name, "prefix": key.prefix, "roles": key.roles.split(",")}
    append(session, Entry(action, caller=by, request=request, details=details))
