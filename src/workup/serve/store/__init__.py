"""What the service keeps: keys, sessions, switches, and the record of what was asked and answered."""

from workup.serve.store.database import Database

__all__ = ["Database"]
