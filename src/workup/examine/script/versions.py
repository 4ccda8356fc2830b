"""Which version of transformers a script is to work with."""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from workup.errors import WorkupError
from workup.pipeline.versions import installed

# What is known of names reaches from here to the newest 5.x.
_OLDEST = Version("4.57")
_NEWEST_OF = {"4": "4.57", "5": "5.18"}


def wanted_version(asked: str | None) -> str:
    """The version asked for, as "4.57", "5" or "5.18.0"; the installed one where none is.

    Raises:
        WorkupError: it is no version, one that is not known, or transformers is not installed.
    """
    if asked is None:
        found = installed(("transformers",)).get("transformers")
        if found is None:
            raise WorkupError("transformers is not installed; name the version to check for, as --for 5")
        return found
    try:
        version = Version(_NEWEST_OF.get(asked, asked))
    except InvalidVersion:
        raise WorkupError(f"--for {asked}: this is no version; write 4.57, 5 or 5.18") from None
    if version < _OLDEST or version.major > 5:
        raise WorkupError(f"--for {asked}: known are transformers 4.57 to 5.x; write 4.57, 5 or 5.18")
    return str(version)
