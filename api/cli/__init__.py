"""The command line: ``yizhan COMMAND``. One module per group of commands.

Modules here import the libraries they need inside their commands: the workers of
``yizhan serve`` pass through this package at their start and must stay small.
"""

import sys

import typer

from api.cli import (
    coordinates,
    data,
    export,
    geocode,
    hours,
    importing,
    maps,
    mcp,
    nation,
    nearest,
    office,
    plan,
    plans,
    publish,
    revisions,
    serve,
    site,
)
from api.cli.output import fail
from geo.errors import YizhanError

app = typer.Typer(
    name="yizhan",
    help="驿站：最近的驿站，尚未覆盖的地方 / the nearest station, and what is not yet covered",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_MODULES = (
    nearest,
    hours,
    coordinates,
    data,
    importing,
    geocode,
    revisions,
    export,
    office,
    maps,
    plan,
    plans,
    site,
    nation,
    publish,
    mcp,
    serve,
)
for module in _MODULES:
    module.register(app)


def main() -> None:
    """Run the command line; an error meant for people is one clear sentence and exit code 2."""
    try:
        app()
    except YizhanError as error:
        fail(error)
        sys.exit(2)
