"""`bryggen banks`: which banks are served, and whether a bank's own file is right."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import output
from sandbox.cli.installation import opened, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.bank.profile import Profile
    from sandbox.bank.profiles import Switches


@click.group("banks", cls=output.Group)
def group() -> None:
    """List the banks, check a bank's file, and roll over a bank's keys."""


@group.command("list")
def every() -> None:
    """List the banks."""
    found = [_shown(one) for one in _profiles().values()]
    rows = [(one["id"], one["name"], one["country"], one["standard"], one["version"]) for one in found]
    output.say({"banks": found}, lambda: output.table(("ID", "NAME", "COUNTRY", "STANDARD", "VERSION"), rows))


@group.command("show")
@click.argument("bank_id")
def show(bank_id: str) -> None:
    """Show one bank."""
    profile = _known(bank_id)
    document = {
        **_shown(profile),
        "description": profile.description,
        "bic": profile.bic,
        "currency": profile.currency,
        "customers": f"{profile.customers.first} to {profile.customers.last}",
        "sca_approaches": [one.value for one in profile.sca.approaches],
        "sca_methods": [one.id for one in profile.sca.methods],
        "history_months": profile.statements.history_months,
        "formats": list(profile.statements.formats),
    }
    output.say(document, lambda: output.table(("WHAT", "VALUE"), list(document.items())))


@group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check a bank's own YAML FILE; exit code 1 where something is wrong."""
    from sandbox.bank import profiles

    faults = profiles.check(file, _switches())
    output.say(
        {"file": str(file), "valid": not faults, "faults": faults},
        lambda: faults or [f"{file} is a bank that can be served: bryggen serve --banks {file.parent}"],
    )
    if faults:
        click.get_current_context().exit(1)


@group.command("rotate-keys")
@click.argument("bank_id")
def rotate_keys(bank_id: str) -> None:
    """Let a bank sign with new keys, in every workspace; the old ones stay published for a while."""
    from sandbox.eidas import bank_keys

    profile = _known(bank_id)
    with opened() as services, services.database.writing() as work:
        bank_keys.rotate(work, profile.id)
        keys = bank_keys.published(work, profile.id)
    rows = [(one["kid"], one["alg"]) for one in keys]
    output.say({"bank": profile.id, "keys": keys}, lambda: output.table(("KEY", "ALGORITHM"), rows))


def _known(bank_id: str) -> "Profile":
    profiles = _profiles()
    if bank_id not in profiles:
        output.fail(f"There is no bank '{bank_id}' here.", f"There are: {', '.join(profiles)}.")
    return profiles[bank_id]


def _switches() -> "Switches":
    from sandbox.standards.registry import STANDARDS

    return {one.id: one.switches for one in STANDARDS.values()}


def _profiles() -> "Mapping[str, Profile]":
    from sandbox.bank import profiles
    from sandbox.kernel import places

    found = profiles.load(places.mock_banks(), _switches())
    folder = settings().banks_dir
    return found | profiles.load(Path(folder), _switches()) if folder else found


def _shown(profile: "Profile") -> dict[str, Any]:
    interface = profile.interfaces[0]
    return {
        "id": profile.id,
        "name": profile.name,
        "country": profile.country,
        "standard": interface.standard,
        "version": interface.version,
    }
