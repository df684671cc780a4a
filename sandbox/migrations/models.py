"""Every room that keeps tables, imported once, so that the metadata is whole."""

from sandbox.bank import accounts, authorisations, consents, customers, deltas, grants, ledger
from sandbox.population import populate
from sandbox.workspaces import apps, members, workspace

ROOMS = (
    *(accounts, authorisations, consents, customers, deltas, grants, ledger),
    *(populate, apps, members, workspace),
)
