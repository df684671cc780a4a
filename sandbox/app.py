"""The only place where the rooms are tied together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox import control, migrations, oauth, online_banking, portal
from sandbox.bank import faults
from sandbox.bank import profiles as bank_profiles
from sandbox.bank.events import WORDS
from sandbox.bank.profile import Interface, Profile
from sandbox.delivery import Courier, Desk, webhooks
from sandbox.gateway.dispatcher import Dispatcher
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
    """The whole sandbox as one WSGI application."""
    standards = {one.id: one.create_app(services) for one in STANDARDS.values()}
    tester = control.create_app(services)
    documents = _documents(services, standards, tester)
    return Dispatcher(
        services.profiles,
        standards,
        online_banking.create_app(services),
        tester,
        services.origin,
        oauth.create_app(services, {one.id: one.intents for one in STANDARDS.values()}),
        {one.id: one.roots for one in STANDARDS.values()},
        portal.create_app(
            services,
            {one.id: one.samples for one in STANDARDS.values()},
            {one.id: one.title for one in STANDARDS.values()},
            documents,
        ),
        documents.path,
    )


def _documents(services: Services, standards: Mapping[str, Door], tester: Door) -> Documents:
    """The OpenAPI documents of all doors that have one."""

    def of_interface(profile: Profile, spoken: Interface) -> Mapping[str, Any]:
        whole, url = standards[spoken.standard].document(), f"{services.origin}/{profile.id}"
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
