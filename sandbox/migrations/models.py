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
    idempotency,
    ledger,
    mandates,
    payees,
    payment_consents,
    payments,
    sessions,
)
from sandbox.bank.arrangements import tables as arrangements
from sandbox.credentials import authorizations, backchannel, clients, codes, requests, seen, tokens
from sandbox.delivery import log
from sandbox.eidas import authority, bank_keys, certificates, roots
from sandbox.population import arranging, populate
from sandbox.workspaces import (
    admin,
    agenda,
    apps,
    audit,
    failure_rules,
    invitations,
    limits,
    members,
    organisations,
    passes,
    progressions,
    signing,
    software,
    workspace,
)

ROOMS = (
    *(accounts, authorisations, baskets, consents, customers, deltas, events, funds, grants, ledger),
    *(mandates,),
    *(authority, certificates, roots, arrangements, arranging),
    *(authorizations, backchannel, bank_keys, clients, codes, requests, seen, sessions, tokens),
    *(idempotency, payment_consents),
    *(payees, payments, log, populate, agenda, apps, failure_rules),
    *(admin, audit, invitations, limits, members, organisations, passes),
    *(progressions, signing, software, workspace),
)
