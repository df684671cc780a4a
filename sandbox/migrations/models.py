"""Every room that keeps tables, imported once, so that the metadata is whole."""

from sandbox.bank import (
    accounts,
    authorisations,
    baskets,
    consents,
    customers,
    deltas,
    events,
    funds,
    grants,
    ledger,
    payees,
    payments,
)
from sandbox.delivery import log
from sandbox.eidas import authority, certificates, roots
from sandbox.population import populate
from sandbox.workspaces import agenda, apps, members, progressions, signing, workspace

ROOMS = (
    *(accounts, authorisations, baskets, consents, customers, deltas, events, funds, grants, ledger),
    *(authority, certificates, roots),
    *(payees, payments, log, populate, agenda, apps, members, progressions, signing, workspace),
)
