"""The installation at hand: its services opened and closed around a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.cli import output
from sandbox.kernel.settings import Settings, from_environment

if TYPE_CHECKING:
    from sandbox.gateway.services import Services


def settings() -> Settings:
    """The settings of the environment, with the folder of banks that the command line names."""
    found = from_environment()
    folder = output.banks_dir()
    return found if folder is None else replace(found, banks_dir=str(Path(folder).resolve()))


@contextmanager
def opened(chosen: Settings | None = None) -> "Iterator[Services]":
    """The services of this installation; closed afterwards."""
    from sandbox.app import open_services

    services = open_services(chosen or settings())
    try:
        yield services
    finally:
        services.journal.close()
        services.database.close()
