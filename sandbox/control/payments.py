"""Payments behind the counter: look at them, settle what is on its way, and send back what is through."""

from typing import Any

from sandbox.bank import payments as bank_payments
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Payment, PaymentStatus
from sandbox.bank.reasons import Reason
from sandbox.control import door, shown_money
from sandbox.control import schemas_money as schemas
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import Nothing

blueprint = Blueprint("payments", __name__, description="The payments of the workspace at all its banks.")


@blueprint.get("/payments")
@blueprint.arguments(schemas.PaymentsQuery, location="query")
@blueprint.response(200, schemas.PaymentsFound)
def search(query: dict[str, Any]) -> dict[str, Any]:
    """List payments of every app of the workspace, newest first."""
    world = door.own_world()
    wanted, limit = query.get("bank"), query["limit"]
    bank = door.bank_in(world, door.profile_of(wanted)) if wanted else door.any_bank_in(world)
    status = PaymentStatus(query["status"]) if "status" in query else None
    found = bank_payments.every(
        bank.work, world.id, bank_id=wanted, status=status, limit=limit + 1, offset=query["offset"]
    )
    return {
        "payments": [shown_money.payment(bank, one) for one in found[:limit]],
        "more": len(found) > limit,
    }


@blueprint.get("/payments/<payment_id>")
@blueprint.response(200, schemas.PaymentWhole)
def one(payment_id: str) -> dict[str, Any]:
    """Show a payment with its transfers, every status that it came to, and what falls due for it."""
    return shown_money.payment_whole(*_found(payment_id))


@blueprint.post("/payments/<payment_id>/settle")
@blueprint.arguments(Nothing, required=False)
@blueprint.response(200, schemas.PaymentWhole)
def settle(_: dict[str, Any], payment_id: str) -> dict[str, Any]:
    """Debit now what is reserved, whatever the hour and the progression; a bulk with all its transfers."""
    bank, payment = _found(payment_id, writing=True)
    bank_payments.go_on(bank, payment)
    return shown_money.payment_whole(bank, payment)


@blueprint.post("/payments/<payment_id>/return")
@blueprint.arguments(schemas.ReturnOrder, required=False)
@blueprint.response(200, schemas.PaymentWhole)
def send_back(order: dict[str, Any], payment_id: str) -> dict[str, Any]:
    """Send a settled transfer back to the debtor; the payment's own status stays, as in life."""
    bank, payment = _found(payment_id, writing=True)
    bank_payments.recall(bank, payment, order["position"], Reason(order["reason"]))
    return shown_money.payment_whole(bank, payment)


def _found(payment_id: str, *, writing: bool = False) -> tuple[Bank, Payment]:
    """The payment of that id in the key's world, and its bank. Raises PaymentUnknown."""
    world = door.own_world(writing=writing)
    found = bank_payments.of_world(door.work(), world.id, payment_id)
    return door.bank_in(world, door.profile_of(found.bank_id)), found
