"""The installation at hand: its services opened and closed around a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.cli import output, served
from sandbox.kernel.settings import Settings, from_environment

if TYPE_CHECKING:
    from sandbox.bank.bank import Bank
    from sandbox.gateway.services import Services
    from sandbox.kernel.db import Work
    from sandbox.workspaces.workspace import Workspace


def settings() -> Settings:
    """The settings of the environment, with the folder of banks that the command line names."""
    found = from_environment()
    folder = output.banks_dir()
    return found if folder is None else replace(found, banks_dir=str(Path(folder).resolve()))


@contextmanager
def opened() -> "Iterator[Services]":
    """The services of this installation, which knows where it serves; closed afterwards."""
    from sandbox.app import open_services

    services = open_services(served.completed(settings()))
    try:
        yield services
    finally:
        services.courier.close()
        services.journal.close()
        services.database.close()


def bank_in(services: "Services", work: "Work", world: "Workspace", bank_id: str = "") -> "Bank":
    """The bank of that id at work in the world, or any one for what concerns them all."""
    from sandbox.bank.bank import Bank
    from sandbox.kernel.clock import Clock, ClockMode

    profiles = services.profiles
    profile = profiles[bank_id] if bank_id else next(iter(profiles.values()))
    still = Clock(ClockMode.FROZEN, 0.0, world.clock.now())
    return Bank(profile, work, world.id, world.seed, still, services.people, profiles)


@contextmanager
def at_work(workspace: str) -> "Iterator[Bank]":
    """Any bank at work in that world, after all that is due has happened; kept at the end."""
    from sandbox.bank import timeline
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.writing() as work:
        bank = bank_in(services, work, workspaces.get(work, workspace))
        timeline.catch_up(bank)
        yield bank
