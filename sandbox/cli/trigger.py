"""`bryggen trigger`: have something really happen that an app should hear of; nothing is made up for it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from sandbox.cli import output
from sandbox.cli.events import outcome
from sandbox.cli.installation import at_work
from sandbox.cli.workspace import option

if TYPE_CHECKING:
    from sandbox.bank.bank import Bank
    from sandbox.bank.consents import Consent
    from sandbox.bank.payments import Payment

_AMOUNT_MINOR = 100_00
_NO_CONSENT = "There is no valid consent in this workspace."
_KEEP = "`bryggen payments list` shows them; `bryggen clock progression payment by_hand` keeps them open."
#: What is to be done for a payment to get there, by its status.
_HOW = {
    "accepted": "Have an app ask for one that waits for its day: requestedExecutionDate.",
    "in_process": _KEEP,
    "settled": "`bryggen trigger payment.settled` settles one, or `bryggen clock advance --days 2`.",
}
_ASK = "Have an app ask for one, and a PSU say yes: docs/testing.md."


def _consent_expired(bank: "Bank", subject: str | None) -> tuple[str, str]:
    from sandbox.bank import consents

    here, consent = _consent(bank, subject)
    consents.end(here, consent)
    return consent.id, "The consent is expired."


def _consent_revoked(bank: "Bank", subject: str | None) -> tuple[str, str]:
    from sandbox.bank import consents

    here, consent = _consent(bank, subject)
    consents.revoke(here, consent)
    return consent.id, "The PSU has taken the consent back."


def _payment_settled(bank: "Bank", subject: str | None) -> tuple[str, str]:
    from sandbox.bank import payments

    here, payment = _payment(bank, subject, "in_process")
    payments.go_on(here, payment)
    return payment.id, f"The payment is {payment.status}."


def _payment_returned(bank: "Bank", subject: str | None) -> tuple[str, str]:
    from sandbox.bank import payments
    from sandbox.bank.reasons import Reason

    here, payment = _payment(bank, subject, "settled")
    payments.recall(here, payment, 0, Reason.CLOSED)
    return payment.id, "The creditor's bank has sent the money back: the account is closed."


def _payment_cancelled(bank: "Bank", subject: str | None) -> tuple[str, str]:
    from sandbox.bank import payments

    here, payment = _payment(bank, subject, "accepted")
    payments.cancel(here, payment)
    return payment.id, f"The payment is {payment.status}."


def _transaction_booked(bank: "Bank", subject: str | None) -> tuple[str, str]:
    from sandbox.bank import clearing, consents
    from sandbox.bank.accounts import AccountRef
    from sandbox.bank.profile import Scheme
    from sandbox.kernel.ids import new_id
    from sandbox.kernel.money import Money

    here, consent = _consent(bank, subject)
    found = [one.account for one in consents.granted(here, consent) if one.account.iban]
    if not found:
        output.fail("The consent shows no account that money can be paid to.", _ASK)
    account, sent_as = found[0], new_id(20)
    told = clearing.Remittance("Bryggen", None, here.profile.bic, text="Triggered by hand")
    money, creditor = Money(_AMOUNT_MINOR, account.currency), AccountRef(iban=account.iban)
    parcel = clearing.Parcel(new_id(20), sent_as, Scheme.DOMESTIC, money, creditor, told)
    clearing.deliver(here, parcel)
    return consent.id, f"{account.iban} has received 100 {account.currency}."


#: What can be had, and how.
TRIGGERS: Mapping[str, Callable[["Bank", str | None], tuple[str, str]]] = {
    "consent.expired": _consent_expired,
    "consent.revoked": _consent_revoked,
    "payment.settled": _payment_settled,
    "payment.returned": _payment_returned,
    "payment.cancelled": _payment_cancelled,
    "transaction.booked": _transaction_booked,
}


@click.command("trigger", cls=output.Command, epilog=f"Events: {', '.join(TRIGGERS)}.")
@click.argument("event", type=click.Choice(list(TRIGGERS)), metavar="EVENT")
@option
@click.option("--subject", help="To that consent or payment; to the latest one by default.")
def trigger(event: str, workspace: str, subject: str | None) -> None:
    """Have an EVENT happen to the latest consent or payment that it can happen to.

    The bank's books and states really change, so that everybody is told who would be told in life.
    """
    from sandbox.bank import events
    from sandbox.control import shown
    from sandbox.workspaces import workspace as workspaces

    with at_work(workspace) as bank:
        workspaces.lock(bank.work, bank.workspace_id)
        before, _ = events.newest(bank.work, workspace, events.Wanted(), 1)
        about, text = TRIGGERS[event](bank, subject)
        bank.work.flush()
        seen = before[0].event.id if before else ""
        found, _ = events.newest(bank.work, workspace, events.Wanted(), 100)
        happened = [shown.event(one) for one in found if one.event.id > seen][::-1]
    rows = [(one["at"], one["kind"], outcome(one["what"]), one["subject_id"]) for one in happened]
    document = {"event": event, "subject_id": about, "text": text, "events": happened}
    output.say(document, lambda: [text, *output.table(("AT", "KIND", "STATUS", "SUBJECT"), rows)])


def _consent(bank: "Bank", subject: str | None) -> "tuple[Bank, Consent]":
    """The consent that is meant, and its bank."""
    from sandbox.bank import consents

    if subject is not None:
        found: Consent | None = consents.of_world(bank.work, bank.workspace_id, subject)
    else:
        found = consents.latest_valid(bank.work, bank.workspace_id)
    if found is None:
        output.fail(_NO_CONSENT, _ASK)
    return bank.neighbour(found.bank_id), found


def _payment(bank: "Bank", subject: str | None, status: str) -> "tuple[Bank, Payment]":
    """The payment that is meant, and its bank."""
    from sandbox.bank import payments
    from sandbox.bank.payments import PaymentStatus

    if subject is not None:
        found = payments.of_world(bank.work, bank.workspace_id, subject)
    else:
        listed = payments.every(bank.work, bank.workspace_id, status=PaymentStatus(status), limit=1)
        if not listed:
            output.fail(f"No payment is {status} in this workspace.", _HOW[status])
        found = listed[0]
    return bank.neighbour(found.bank_id), found
