"""What is to be done when a module has been imported, without importing it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType

Then = Callable[[ModuleType], None]


@contextmanager
def after_import(wanted: Mapping[str, Then]) -> Iterator[None]:
    """Within the block each function is called with its module: now if it is there, else once it is.

    The functions must not raise: what they raise comes out of the import.
    """
    for name, then in wanted.items():
        if name in sys.modules:
            then(sys.modules[name])
    finder = _Finder(wanted)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Lets the other finders find a module, and asks its loader to say when it is there."""

    def __init__(self, wanted: Mapping[str, Then]) -> None:
        self.wanted = wanted

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the next finder has; None for modules that nobody waits for."""
        if name not in self.wanted:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((one for one in found if one is not None), None)
        # Other loaders may be shared between modules.
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            _tell(spec.loader, self.wanted[name])
        return spec


def _tell(loader: SourceFileLoader, then: Then) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        then(module)

    # On this one loader, so that its type and all else about the module stay as they are.
    setattr(loader, "exec_module", exec_module)  # noqa: B010
