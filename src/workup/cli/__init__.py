"""The command line: one module a verb, each thin: parse, call, print."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `workup`; a user's error is one message and its exit status, never a traceback."""
    from workup.cli.app import app
    from workup.errors import WorkupError

    try:
        app(prog_name="workup")
    except WorkupError as error:
        print(f"workup: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
