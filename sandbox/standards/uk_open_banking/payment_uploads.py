"""The files of file payments: uploaded for the PSU to say yes to, downloaded, and reported on.

Source: Read/Write 4.0, file-payment-consents and file-payments.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from flask import Response, request

from sandbox.bank import payment_consents, payments
from sandbox.bank.authorisations import PaymentConsentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.payment_consents import PaymentConsent
from sandbox.bank.payments import CreditTransfer, PaymentStatus
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import RequestRefused
from sandbox.kernel.errors import Refusal
from sandbox.standards.uk_open_banking import (
    callers,
    headers,
    mapping_payments,
    payment_files,
    payment_words,
    refusals,
    repeating,
)
from sandbox.standards.uk_open_banking import payment_consents as consents
from sandbox.standards.uk_open_banking import payments as orders
from sandbox.standards.uk_open_banking.answers import ask_psu
from sandbox.standards.uk_open_banking.intents import PAYMENTS
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.payment_kinds import FILE
from sandbox.standards.uk_open_banking.payment_terms import PaymentTerms
from sandbox.standards.uk_open_banking.versions import PISP, Version

_FILE = f"{FILE.consents}/<ConsentId>/file"
_REPORT = f"{FILE.orders}/<FilePaymentId>/report-file"
_SCHEMA = {"type": "object"}
_XML, _JSON = "application/xml", "application/json"
_UPLOAD = {"required": True, "content": {_JSON: {"schema": _SCHEMA}, _XML: {"schema": {"type": "string"}}}}


def blueprint(version: Version) -> Blueprint:
    """The operations on files in that version."""
    made = Blueprint("payment_uploads", version, "Files of payments.", PISP)

    @made.route(_FILE, methods=["POST"])
    @made.arguments(headers.RepeatableHeaders, location="headers")
    @made.doc(requestBody=_UPLOAD)
    @made.response(200)
    def upload_file(said: dict[str, str], *, ConsentId: str) -> Response:
        """Upload the file that a consent is for."""
        here = callers.client(PAYMENTS)
        bank, consent = consents.of_caller(here, version, FILE, ConsentId)
        consents.check_version(version, consent)
        return _upload(here, version, bank, consent, said)

    @made.route(_FILE, methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, _SCHEMA)
    @made.alt_response(200, schema={"type": "string"}, content_type=_XML)
    def download_file(_: dict[str, str], *, ConsentId: str) -> Response:
        """Read the file of a consent as it came."""
        here = callers.client(PAYMENTS)
        consent = consents.of_caller(here, version, FILE, ConsentId)[1]
        if consent.file is None:
            raise payment_consents.PaymentConsentNotOpen("The file of the consent has not come yet.")
        terms = PaymentTerms.of_kept(consent.terms)
        return Response(consent.file, mimetype=payment_files.media_type(terms.data["Initiation"]))

    @made.route(_REPORT, methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, _SCHEMA)
    def report_file(_: dict[str, str], *, FilePaymentId: str) -> Response:
        """Read what has become of each payment of a file."""
        bank, consent = orders.of_caller(version, FILE, FilePaymentId)
        return Response(orjson.dumps(_report(version, bank, consent)), mimetype=_JSON)

    return made


def _upload(
    here: Context, version: Version, bank: Bank, consent: PaymentConsent, said: Mapping[str, str]
) -> Response:
    """Keep the file; one that is not what the consent says of it ends the consent."""
    raw = request.get_data()
    try:
        repeating.once(
            here, said, payment_files.hashed(raw), lambda: _attach(here, version, bank, consent, raw)
        )
    except RequestRefused as refusal:
        # file-payment-consents: where file and metadata do not match, the bank must reject the consent.
        return _rejected(bank, consent, refusal)
    response = Response(status=200)
    del response.headers["Content-Type"]
    ask_psu(here, response, PaymentConsentSubject(consent))
    return response


def _attach(here: Context, version: Version, bank: Bank, consent: PaymentConsent, raw: bytes) -> str:
    """Keep the payments of the file. Raises FieldInvalid, RequestMalformed, PaymentConsentNotOpen."""
    payment_consents.check_awaiting_file(bank, consent)
    initiation = PaymentTerms.of_kept(consent.terms).data["Initiation"]
    order = payment_files.order(bank, version, initiation, raw)
    tpp_name = here.caller.app_name if here.caller else ""
    payment_consents.attach(bank, consent, replace(order, tpp_name=tpp_name), raw.decode())
    return consent.id


def _rejected(bank: Bank, consent: PaymentConsent, refusal: Refusal) -> Response:
    """The answer that says why; the consent is remembered as rejected, for the answer is no refusal."""
    payment_consents.reject(bank, consent)
    return refusals.answer(refusal)


def _report(version: Version, bank: Bank, consent: PaymentConsent) -> dict[str, Any]:
    payment = payment_consents.payment_of(bank, consent)
    return {
        "Data": {
            "FilePaymentId": payment.id,
            "ConsentId": consent.id,
            "Status": payment_words.of(FILE, version)[PaymentStatus(payment.status)],
            "Payments": [_entry(version, one) for one in payments.transfers(bank, payment)],
        }
    }


def _entry(version: Version, one: CreditTransfer) -> dict[str, Any]:
    told = {
        "InstructionIdentification": one.particulars.get("instruction_id"),
        "EndToEndIdentification": one.end_to_end_id,
        "InstructedAmount": mapping_payments.amount(one.amount_minor, one.currency),
        "CreditorName": one.creditor_name,
        "Status": version.say(payment_words.TRANSFER[PaymentStatus(one.status)]),
        "StatusReason": one.reason,
    }
    return {name: value for name, value in told.items() if value is not None}
