"""POST, GET, PUT and DELETE of consents to variable recurring payments, and whether there are funds.

Source: Read/Write 4.0, Domestic VRP consents.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from flask import Response

from sandbox.bank import mandates
from sandbox.bank.authorisations import MandateSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.mandates import MandateUnknown, PaymentMandate
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import Message
from sandbox.kernel import ids
from sandbox.standards.uk_open_banking import (
    callers,
    headers,
    mapping_orders,
    mapping_vrps,
    repeating,
    schemas,
    schemas_vrps,
    walltime,
)
from sandbox.standards.uk_open_banking.answers import app_id, ask_psu, here_url, say
from sandbox.standards.uk_open_banking.errors import (
    ConsentForeign,
    ConsentMismatch,
    ConsentUpToDate,
    Fault,
)
from sandbox.standards.uk_open_banking.intents import PAYMENTS
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.versions import PISP, V4, Version
from sandbox.standards.uk_open_banking.vrp_terms import VRP, VrpTerms

_ONE = f"{VRP.consents}/<ConsentId>"


def blueprint(version: Version) -> Blueprint:
    """The operations on these consents in that version."""
    made = Blueprint("vrp_consents", version, "Consents to variable recurring payments.", PISP)

    @made.route(VRP.consents, methods=["POST"])
    @made.arguments(headers.RepeatableHeaders, location="headers")
    @made.arguments(schemas_vrps.consent_request(version))
    @made.response(201, schemas_vrps.consent(version))
    def create_vrp_consent(said: dict[str, str], body: dict[str, Any]) -> Response:
        """Create a consent to pay again and again, which the PSU has still to authorise."""
        here = callers.client(PAYMENTS)
        consent_id, _ = repeating.once(here, said, body, lambda: _create(here, version, body))
        bank, mandate = of_caller(here, version, consent_id)
        response = _told(version, bank, mandate, 201)
        ask_psu(here, response, MandateSubject(mandate))
        return response

    @made.route(_ONE, methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_vrps.consent(version))
    def read_vrp_consent(_: dict[str, str], *, ConsentId: str) -> Response:
        """Read a consent, and where it stands."""
        return _told(version, *of_caller(callers.client(PAYMENTS), version, ConsentId))

    @made.route(_ONE, methods=["DELETE"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(204)
    def delete_vrp_consent(_: dict[str, str], *, ConsentId: str) -> Response:
        """End a consent: the PSU has taken it back from the TPP. What was paid stays paid."""
        mandates.delete(*of_caller(callers.client(PAYMENTS), version, ConsentId))
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response

    if version is V4:
        _serve_migration(made)

    @made.route(f"{_ONE}/funds-confirmation", methods=["POST"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas_vrps.funds_request(version))
    @made.response(201, schemas_vrps.funds(version))
    def confirm_vrp_funds(_: dict[str, str], body: dict[str, Any], *, ConsentId: str) -> Response:
        """Say whether there is money for a payment of that amount."""
        here = callers.bound(PAYMENTS, SubjectKind.MANDATE, ConsentId)
        return _confirm(*of_caller(here, version, ConsentId), body["Data"])

    return made


def _serve_migration(made: Blueprint) -> None:
    @made.route(_ONE, methods=["PUT"])
    @made.arguments(headers.RepeatableHeaders, location="headers")
    @made.arguments(schemas_vrps.consent_request(V4))
    @made.response(200, schemas_vrps.consent(V4))
    @made.alt_response(409, schema=schemas.errors(V4), description="The consent is of this version already.")
    def migrate_vrp_consent(said: dict[str, str], body: dict[str, Any], *, ConsentId: str) -> Response:
        """Bring a consent that was made in 3.1 to this version; what it allows stays as it is."""
        here = callers.client(PAYMENTS)
        bank, mandate = of_caller(here, V4, ConsentId)
        repeating.once(here, said, body, lambda: _migrate(bank, mandate, body))
        return _told(V4, bank, mandate)


def _migrate(bank: Bank, mandate: PaymentMandate, body: Mapping[str, Any]) -> str:
    """Raises ConsentUpToDate, ConsentMismatch."""
    terms = VrpTerms.of_kept(mandate.terms)
    if terms.version is V4:
        raise ConsentUpToDate(Message(ConsentUpToDate.text))
    # Domestic VRP consents, PUT: what was supplied in the consent must not change.
    newer = terms.told(V4)
    place = newer.changed_by(body)
    if place is not None:
        text = "The consent may be put into the form of this version, and not be changed."
        raise ConsentMismatch(Fault(text, place, "U008"))
    mandates.retell(bank, mandate, newer.kept())
    return mandate.id


def _create(here: Context, version: Version, body: Mapping[str, Any]) -> str:
    """The id of a new consent. Raises FieldInvalid, and what `mandates.create` raises."""
    tpp_name = here.caller.app_name if here.caller else ""
    order = mapping_vrps.order(here.bank, version, body, tpp_name)
    return mandates.create(here.bank, app_id(here), order).id


def of_caller(here: Context, version: Version, consent_id: str) -> tuple[Bank, PaymentMandate]:
    """The caller's consent of that id, as this version may see it.

    Read/Write 4.0, 400 v/s 404 and 403: an unknown id is a bad request, another TPP's is forbidden.
    Raises MandateUnknown, also for what the TPP has deleted, or made in a newer version; ConsentForeign.
    """
    try:
        UUID(consent_id)
    except ValueError as error:
        raise MandateUnknown(detail=repr(consent_id)) from error
    if mandates.of_subject(here.bank, consent_id).app_id != app_id(here):
        raise ConsentForeign(Message(ConsentForeign.text))
    mandate = mandates.get(here.bank, app_id(here), consent_id)
    # Release Management: a consent must not be accessed in an older version than that in which it was made.
    if VrpTerms.of_kept(mandate.terms).version.age > version.age:
        raise MandateUnknown(detail=f"{consent_id} was made in a newer version")
    return here.bank, mandate


def _told(version: Version, bank: Bank, mandate: PaymentMandate, status: int = 200) -> Response:
    terms = VrpTerms.of_kept(mandate.terms)
    url = here_url() if status == 200 else f"{here_url()}/{mandate.id}"
    data = mapping_vrps.consent(version, bank, mandate, terms)
    return say(data, status=status, links={"Self": url}, risk=terms.told(version).risk)


def _confirm(bank: Bank, mandate: PaymentMandate, asked: Mapping[str, Any]) -> Response:
    """Raises ConsentMismatch, MandateNotOpen, MandateExpired, CurrencyUnknown."""
    if asked["ConsentId"] != mandate.id:
        text = "The consent in the body is another one than that in the path."
        raise ConsentMismatch(Fault(text, "Data.ConsentId", "U008"))
    amount = mapping_orders.money_of(asked["InstructedAmount"], "Data.InstructedAmount")
    now = walltime.told(bank.now)
    word = "Available" if mandates.is_funded(bank, mandate, amount) else "NotAvailable"
    told = {
        "FundsConfirmationId": ids.new_uuid(),
        **asked,
        "CreationDateTime": now,
        "FundsAvailableResult": {"FundsAvailableDateTime": now, "FundsAvailable": word},
    }
    return Response(orjson.dumps({"Data": told}), 201, mimetype="application/json")
