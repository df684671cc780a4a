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
from sandbox.population import populate
from sandbox.workspaces import agenda, apps, members, progressions, workspace

ROOMS = (
    *(accounts, authorisations, baskets, consents, customers, deltas, events, funds, grants, ledger),
    *(payees, payments, populate, agenda, apps, members, progressions, workspace),
)
