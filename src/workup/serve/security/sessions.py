"""Sessions of the page: a random token in a cookie, for somebody who gave their API key once.

The token's SHA-256 is what the database keeps. A session ends with its key, after `LIFETIME`, or on leaving.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workup.serve.security.keys import caller_of
from workup.serve.security.roles import Caller
from workup.serve.store.tables import ApiKey, WebSession

COOKIE = "workup_session"
LIFETIME = timedelta(hours=8)  # a shift


def begin(session: Session, name: str) -> str | None:
    """Begin a session for the holder of the key of that name, which was checked just now; gives its token.

    None: the key was revoked meanwhile, by another process. Sessions that have expired are cleared away.
    """
    now = datetime.now(UTC)
    session.execute(delete(WebSession).where(WebSession.expires < now))
    key = session.scalar(select(ApiKey).where(ApiKey.name == name, ApiKey.revoked.is_(None)))
    if key is None:
        return None
    token = secrets.token_urlsafe(32)
    session.add(WebSession(key_id=key.id, hash=_digest(token), created=now, expires=now + LIFETIME))
    return token


def check(session: Session, token: str) -> Caller | None:
    """Whose session it is; None: none that goes on."""
    found = session.scalar(select(WebSession).where(WebSession.hash == _digest(token)))
    if found is None or found.expires < datetime.now(UTC) or found.key.revoked is not None:
        return None
    return caller_of(found.key, "page")


def end(session: Session, token: str) -> None:
    """End a session; nothing where there is none."""
    session.execute(delete(WebSession).where(WebSession.hash == _digest(token)))


def csrf(token: str) -> str:
    """What the forms of a session carry, and a page of another origin cannot know."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_csrf(token: str, given: str) -> bool:
    """Whether a form belongs to the session."""
    return hmac.compare_digest(csrf(token).encode(), given.encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
