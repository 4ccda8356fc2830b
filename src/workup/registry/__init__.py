"""Versions of models: published, judged by gates, let to serve, and rolled back."""

from workup.errors import RegistryError
from workup.registry.promotion import promote, rollback
from workup.registry.publish import publish
from workup.registry.registry import Registry
from workup.registry.router import Route, route
from workup.registry.version import Version

__all__ = [
    "Registry",
    "RegistryError",
    "Route",
    "Version",
    "promote",
    "publish",
    "rollback",
    "route",
]
