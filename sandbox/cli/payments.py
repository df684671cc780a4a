"""`bryggen payments`: what is paid in a workspace, behind the bank's counter."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import output
from sandbox.cli.installation import at_work
from sandbox.cli.workspace import option

if TYPE_CHECKING:
    from sandbox.bank.bank import Bank
    from sandbox.bank.payments import Payment

_HEADINGS = ("ID", "BANK", "SERVICE", "SCHEME", "STATUS", "AMOUNT", "DUE")
_TRANSFERS = ("#", "STATUS", "AMOUNT", "CREDITOR", "ACCOUNT", "ARRIVES", "RETURNED")


@click.group("payments", cls=output.Group)
def group() -> None:
    """List and show payments, settle what is on its way, and send back what is through."""


@group.command("list")
@option
@click.option("--bank", help="Payments at that bank.")
@click.option("--status", help="Payments that stand so, such as in_process.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
def search(workspace: str, bank: str | None, status: str | None, limit: int, offset: int) -> None:
    """List payments, newest first."""
    from sandbox.bank import payments
    from sandbox.control import shown_money

    wanted = _status(status)
    with at_work(workspace) as here:
        found = payments.every(
            here.work, workspace, bank_id=bank, status=wanted, limit=limit + 1, offset=offset
        )
        shown = [shown_money.payment(here, one) for one in found[:limit]]
    rows = [
        (
            *(one["id"], one["bank"], one["service"], one["scheme"], one["status"]),
            *(_amounts(one), one["due_on"] or ""),
        )
        for one in shown
    ]
    document = {"payments": shown, "more": len(found) > limit}
    output.say(document, lambda: output.table(_HEADINGS, rows))


@group.command("show")
@click.argument("payment_id")
@option
def show(payment_id: str, workspace: str) -> None:
    """Show one payment with its transfers, its history, and what falls due for it."""
    _work_on(workspace, payment_id, lambda _, __: None)


@group.command("settle")
@click.argument("payment_id")
@option
def settle(payment_id: str, workspace: str) -> None:
    """Debit now what is reserved, whatever the hour."""
    from sandbox.bank import payments

    _work_on(workspace, payment_id, payments.go_on)


@group.command("return")
@click.argument("payment_id")
@option
@click.option("--position", type=click.IntRange(0), default=0, show_default=True, help="Which transfer.")
@click.option("--reason", default="MS03", show_default=True, help="Why, as ISO 20022 says it: AC04, …")
def send_back(payment_id: str, workspace: str, position: int, reason: str) -> None:
    """Send a settled transfer back to the debtor."""
    from sandbox.bank import payments
    from sandbox.bank.reasons import Reason

    if reason not in list(Reason):
        raise click.BadParameter(f"one of {', '.join(Reason)}", param_hint="--reason")
    _work_on(workspace, payment_id, lambda bank, one: payments.recall(bank, one, position, Reason(reason)))


def _status(text: str | None) -> Any:
    from sandbox.bank.payments import PaymentStatus

    if text is not None and text not in list(PaymentStatus):
        raise click.BadParameter(f"one of {', '.join(PaymentStatus)}", param_hint="--status")
    return None if text is None else PaymentStatus(text)


def _work_on(workspace: str, payment_id: str, do: "Callable[[Bank, Payment], None]") -> None:
    """Do something with one payment, and show it as it is afterwards."""
    from sandbox.bank import payments
    from sandbox.control import shown_money

    with at_work(workspace) as here:
        payment = payments.of_world(here.work, here.workspace_id, payment_id)
        bank = here.neighbour(payment.bank_id)
        do(bank, payment)
        document = shown_money.payment_whole(bank, payment)
    output.say(document, lambda: _lines(document))


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"{document['id']}  {_amounts(document)}  {document['status']}  {document['reason'] or ''}".rstrip()
    yield f"{document['bank']}, {document['service']}, {document['scheme']}, {document['product']}"
    yield ""
    rows = [
        (
            *(one["position"], one["status"], f"{one['amount']} {one['currency']}", one["creditor_name"]),
            *(one["creditor_account"] or "", one["arrives_at"] or "", one["returned_at"] or ""),
        )
        for one in document["transfers"]
    ]
    yield from output.table(_TRANSFERS, rows)
    yield ""
    steps = [(one["at"], one["status"], one["reason"] or "") for one in document["history"]]
    yield from output.table(("AT", "STATUS", "REASON"), steps)
    if document["agenda"]:
        yield ""
        due = [(one["at"], one["what"], one["about"]) for one in document["agenda"]]
        yield from output.table(("DUE AT", "WHAT", "ABOUT"), due)


def _amounts(document: dict[str, Any]) -> str:
    return ", ".join(f"{one['amount']} {one['currency']}" for one in document["amounts"])
