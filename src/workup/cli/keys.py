"""workup keys create, list, revoke"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from workup.cli.arguments import DATABASE, FROM_ENVIRONMENT

if TYPE_CHECKING:
    from workup.serve.store import Database

app = typer.Typer(help="Make keys for the service, list them, and revoke them.", no_args_is_help=True)

_Database = Annotated[str, DATABASE]


@app.callback()
def keys() -> None:
    """Make keys for the service, list them, and revoke them."""


@app.command(short_help="Make a key; it is shown once.")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is; stands in the audit.")],
    role: Annotated[
        list[str],
        typer.Option(metavar="ROLE", help="viewer, clinician, reviewer or operator; again for several."),
    ],
    database: _Database = FROM_ENVIRONMENT,
) -> None:
    """Make a key and print it: nobody can read it again. None of the roles implies another."""
    from workup.registry.decisions import account
    from workup.serve.security.keys import Keys
    from workup.serve.security.roles import parse

    roles = parse(role)
    with _opened(database, create=True) as opened, opened.session() as session:
        key = Keys().create(session, name, roles, by=account())
    print(key)


@app.command("list", short_help="List the keys, without the keys.")
def list_(
    database: _Database = FROM_ENVIRONMENT,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """List every key that there has been: whose, which roles, since when, and whether it holds."""
    from workup.cli.console import output, print_json
    from workup.cli.views import table
    from workup.serve.security.keys import PREFIX, listed

    with _opened(database) as opened, opened.reading() as session:
        found = [
            {
                "name": key.name,
                "prefix": PREFIX + key.prefix,
                "roles": key.roles.split(","),
                "created": key.created.isoformat(timespec="seconds"),
                "revoked": key.revoked.isoformat(timespec="seconds") if key.revoked else None,
            }
            for key in listed(session)
        ]
    if as_json:
        print_json(found)
        return
    view = table("name", "begins with", "roles", "made", "revoked")
    for one in found:
        cells = (one["name"], one["prefix"], ", ".join(one["roles"] or ()), one["created"], one["revoked"])
        view.add_row(*(escape(str(cell or "")) for cell in cells))
    for column in view.columns[1:]:
        column.justify = "left"
    output().print(view)


@app.command(short_help="Let a key hold no more.")
def revoke(
    which: Annotated[str, typer.Argument(metavar="NAME", help="Of the key, or how it begins (wk_...).")],
    database: _Database = FROM_ENVIRONMENT,
) -> None:
    """Let a key hold no more. A running service refuses it within seconds; its sessions of the page end."""
    from workup.cli.console import output
    from workup.registry.decisions import account
    from workup.serve.security.keys import REMEMBERED, Keys

    with _opened(database) as opened, opened.session() as session:
        key = Keys().revoke(session, which, by=account())
    output().print(f"  {key.name} is revoked; it is refused within {REMEMBERED:.0f} s", markup=False)


@contextmanager
def _opened(database: str, create: bool = False) -> Iterator[Database]:
    from workup.serve.settings import Settings
    from workup.serve.store import Database

    opened = Database.open(Settings.load(database=database).database, create)
    try:
        yield opened
    finally:
        opened.close()
