"""The timeline: what has fallen due happens, in order, once, each thing at its own moment.

The row of the workspace is the lock under which time moves. Whoever comes first does it all in one unit of
work; whoever dies half-way leaves nothing, and the next one begins again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sandbox.bank import authorisations, consents, funds, mandates, payments
from sandbox.bank.bank import Bank
from sandbox.workspaces import agenda
from sandbox.workspaces import workspace as workspaces

#: What each word on the agenda means to the bank.
HAPPENINGS: Mapping[str, Callable[[Bank, str], None]] = {
    "payment_due": payments.carry_out,
    "payment_lapses": payments.lapse,
    "funds_awaited": payments.try_again,
    "transfer_leaves": payments.leave,
    "transfer_arrives": payments.arrive,
    "transfer_returns": payments.come_back,
    "authorisation_lapses": authorisations.lapse,
    "consent_expires": consents.expire,
    "consent_expiring": consents.announce,
    "funds_consent_expires": funds.expire,
    "mandate_expires": mandates.expire,
}


def catch_up(bank: Bank) -> int:
    """Let everything happen that is due in the world by `bank.now`; how many things that was.

    `bank` may be any bank of the world. What happens may put more on the agenda, which is done as well.
    """
    workspaces.lock(bank.work, bank.workspace_id)
    in_hand = frozenset(bank.work.records)
    done = 0
    while (due := agenda.take(bank.work, bank.workspace_id, bank.now)) is not None:
        if due.bank_id == bank.id or due.bank_id in bank.neighbours:
            HAPPENINGS[due.what](_then(bank, due.bank_id, due.at), due.subject_id)
            bank.work.let_go(but=in_hand)
            done += 1
    bank.work.flush()
    return done


def live_on(bank: Bank) -> int:
    """Catch up, then let everybody who has moved in live up to `bank.now`: what a turned clock does."""
    done = catch_up(bank)
    return done + bank.people.grow(bank)


def _then(bank: Bank, bank_id: str, moment: datetime) -> Bank:
    """The bank that it is about, at the moment at which it happens."""
    return bank.neighbour(bank_id).at(moment)
