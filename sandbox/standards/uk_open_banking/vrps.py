"""POST and GET of variable recurring payments, and their details. Source: Read/Write 4.0, Domestic VRPs."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response

from sandbox.bank import mandates, payments
from sandbox.bank.authorisations import SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.mandates import PaymentMandate
from sandbox.bank.payments import Payment, PaymentUnknown
from sandbox.gateway.refusals import Message
from sandbox.standards.uk_open_banking import (
    callers,
    headers,
    mapping_payments,
    mapping_vrps,
    repeating,
    schemas_payments,
    schemas_vrps,
    vrp_consents,
)
from sandbox.standards.uk_open_banking.answers import app_id, here_url, say
from sandbox.standards.uk_open_banking.errors import (
    ConsentForeign,
    ConsentMismatch,
    ControlParametersFailed,
    Fault,
)
from sandbox.standards.uk_open_banking.intents import PAYMENTS
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.versions import PISP, Version
from sandbox.standards.uk_open_banking.vrp_terms import VRP, VrpTerms

_ONE = f"{VRP.orders}/<{VRP.id_key}>"


def blueprint(version: Version) -> Blueprint:
    """The operations on these payments in that version."""
    made = Blueprint("vrps", version, "Variable recurring payments.", PISP)

    @made.route(VRP.orders, methods=["POST"])
    @made.arguments(headers.RepeatableHeaders, location="headers")
    @made.arguments(schemas_vrps.payment_request(version))
    @made.response(201, schemas_vrps.payment(version))
    def create_vrp(said: dict[str, str], body: dict[str, Any]) -> Response:
        """Pay within the limits to which the PSU has consented."""
        consent_id = body["Data"]["ConsentId"]
        here = callers.bound(PAYMENTS, SubjectKind.MANDATE, consent_id)
        bank, mandate = vrp_consents.of_caller(here, version, consent_id)
        payment_id, new = repeating.once(here, said, body, lambda: _pay(version, bank, mandate, body))
        return _told(version, bank, payments.get(bank, app_id(here), payment_id), new=new)

    @made.route(_ONE, methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_vrps.payment(version))
    def read_vrp(_: dict[str, str], *, DomesticVRPId: str) -> Response:
        """Read a payment, and where it stands."""
        bank, payment = _of_caller(version, DomesticVRPId)
        payments.read(bank, payment)
        return _told(version, bank, payment)

    @made.route(f"{_ONE}/payment-details", methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_payments.details(version))
    def read_vrp_details(_: dict[str, str], *, DomesticVRPId: str) -> Response:
        """Read where the transfer of a payment stands."""
        bank, payment = _of_caller(version, DomesticVRPId)
        return say({"PaymentStatus": mapping_payments.details(version, bank, payment)})

    return made


def _pay(version: Version, bank: Bank, mandate: PaymentMandate, body: Mapping[str, Any]) -> str:
    """The id of the payment.

    What is made of a consent of an older version is held against it in the form of this one. Raises
    ConsentMismatch, ControlParametersFailed, FieldInvalid, and what `mandates.pay` raises.
    """
    mandates.check_valid(bank, mandate)
    agreed = VrpTerms.of_kept(mandate.terms).told(version)
    place = agreed.differing(body)
    if place is not None:
        raise ConsentMismatch(Fault(ConsentMismatch.text, place, "U008"))
    parameter = mapping_vrps.disallowed(agreed.data["ControlParameters"], body["Data"])
    if parameter is not None:
        raise ControlParametersFailed(Fault(ControlParametersFailed.text, parameter, "U014"))
    order = mapping_vrps.payment_order(version, mandate, body["Data"])
    terms = VrpTerms(version, body["Data"], body["Risk"])
    return mandates.pay(bank, mandate, order, terms.kept()).id


def _of_caller(version: Version, payment_id: str) -> tuple[Bank, Payment]:
    """The caller's payment of that id, as this version may see it.

    Raises PaymentUnknown, also for one of another sort or of a newer version; ConsentForeign.
    """
    here = callers.client(PAYMENTS)
    try:
        UUID(payment_id)
    except ValueError as error:
        raise PaymentUnknown(detail=repr(payment_id)) from error
    by = mandates.of_payment(here.bank, payment_id)
    if by is None or VrpTerms.of_kept(by[1]).version.age > version.age:
        raise PaymentUnknown(detail=payment_id)
    payment = payments.of_subject(here.bank, payment_id)
    if payment.app_id != app_id(here):
        raise ConsentForeign(Message(ConsentForeign.text))
    return here.bank, payment


def _told(version: Version, bank: Bank, payment: Payment, *, new: bool | None = None) -> Response:
    """The answer that tells of a payment; `new` is None where it was asked for by its id."""
    by = mandates.of_payment(bank, payment.id)
    if by is None:
        raise PaymentUnknown(detail=payment.id)
    # It is told after the end of its consent, too. Source: the standard's knowledge base, VRP.
    mandate, terms = mandates.of_subject(bank, by[0]), VrpTerms.of_kept(by[1])
    data = mapping_vrps.payment(version, bank, mandate, payment, terms, new=bool(new))
    risk = terms.told(version).risk
    if new is None:
        return say(data, risk=risk)
    return say(data, status=201, links={"Self": f"{here_url()}/{payment.id}"}, risk=risk)
