"""The only place where the rooms are tied together."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sandbox import control, migrations
from sandbox.bank import faults
from sandbox.bank import profiles as bank_profiles
from sandbox.bank.events import WORDS
from sandbox.bank.profile import Interface, Profile
from sandbox.delivery import Courier, Desk, webhooks
from sandbox.gateway.dispatcher import Dispatcher, LateDoor
from sandbox.gateway.hooks import Door
from sandbox.gateway.journal import Journal, Limits
from sandbox.gateway.openapi import Documents
from sandbox.gateway.services import Services
from sandbox.kernel import places
from sandbox.kernel.db import Database
from sandbox.kernel.settings import Settings
from sandbox.oauth import pinging
from sandbox.population.populate import Population
from sandbox.standards.registry import STANDARDS


def open_services(settings: Settings) -> Services:
    """Read the banks and the failures, open the database (made or migrated where need be) and the journal.

    Raises ProfileInvalid, CatalogueInvalid, DocumentMalformed with file and line where a file is wrong.
    """
    faults.catalogue()
    switches = {one.id: one.switches for one in STANDARDS.values()}
    profiles = bank_profiles.load(places.mock_banks(), switches)
    if settings.banks_dir:
        profiles |= bank_profiles.load(Path(settings.banks_dir), switches)
    database = Database(settings.resolved_database_url())
    migrations.upgrade(database)
    writers = {one.id: one.push for one in STANDARDS.values() if one.push} | {pinging.WORDS: pinging.write}
    writers[WORDS] = webhooks.write
    private = settings.allows_private_notifications
    people = Population(profiles)
    desk = Desk(profiles, people, writers, settings.public_origin.rstrip("/"), private)
    return Services(
        *(settings, database, profiles, people),
        *(_journal(settings, database), Courier(database, desk)),
    )


def create_app(services: Services) -> Dispatcher:
    """The whole sandbox as one WSGI application.

    The tester's door is open at once, for it says that we are there; each other one is opened, and its code
    read, when somebody first comes to it. Several processes share what was there before they forked, and
    strict mode reads every document: there all of them are opened at once.
    """
    standards = {one.id: LateDoor(partial(one.create_app, services)) for one in STANDARDS.values()}
    tester = control.create_app(services)
    documents = _documents(services, standards, tester)
    pages, issuers = LateDoor(partial(_online_banking, services)), LateDoor(partial(_oauth, services))
    portal = LateDoor(partial(_portal, services, documents))
    if services.settings.workers > 1 or services.settings.check_answers:
        for door in (*standards.values(), pages, issuers, portal):
            door.opened()
    return Dispatcher(
        services.profiles,
        standards,
        pages,
        tester,
        services.origin,
        issuers,
        {one.id: one.roots for one in STANDARDS.values()},
        portal,
        documents.path,
    )


def _online_banking(services: Services) -> Door:
    from sandbox import online_banking

    return online_banking.create_app(services)


def _oauth(services: Services) -> Door:
    from sandbox.oauth import app

    return app.create_app(services, {one.id: one.intents for one in STANDARDS.values()})


def _portal(services: Services, documents: Documents) -> Door:
    from sandbox import portal

    return portal.create_app(
        services,
        {one.id: one.samples for one in STANDARDS.values()},
        {one.id: one.title for one in STANDARDS.values()},
        documents,
    )


def _documents(services: Services, standards: Mapping[str, LateDoor], tester: Door) -> Documents:
    """The OpenAPI documents of all doors that have one."""

    def of_interface(profile: Profile, spoken: Interface) -> Mapping[str, Any]:
        whole, url = standards[spoken.standard].opened().document(), f"{services.origin}/{profile.id}"
        return STANDARDS[spoken.standard].document(whole, profile, url, spoken.version)

    return Documents(
        of_interface,
        lambda: control.document(tester),
        lambda spoken: STANDARDS[spoken.standard].document_path(spoken.version),
    )


def _journal(settings: Settings, database: Database) -> Journal:
    """Notes go to a file of their own beside an embedded database, and to a table of their own elsewhere."""
    if not settings.journal:
        return Journal(None)
    if database.is_sqlite:
        database = Database(f"sqlite:///{settings.data_dir / 'journal.sqlite3'}")
    limits = Limits(settings.journal_calls, settings.journal_megabytes)
    return Journal(database, limits)
