"""POST, GET and DELETE of account access consents. Source: Read/Write 4.0, account-access-consents."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response

from sandbox.bank import consents
from sandbox.bank.authorisations import ConsentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.consents import (
    FOREVER,
    Access,
    AccessKind,
    Consent,
    ConsentOrder,
    ConsentStatus,
    ConsentUnknown,
)
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import Message
from sandbox.standards.uk_open_banking import callers, headers, mapping, permissions, schemas, switches
from sandbox.standards.uk_open_banking.answers import app_id, ask_psu, here_url, say
from sandbox.standards.uk_open_banking.errors import ConsentForeign, Fault, FieldInvalid
from sandbox.standards.uk_open_banking.intents import ACCOUNTS
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.terms import Terms, is_stale
from sandbox.standards.uk_open_banking.versions import Version

PATH = "/account-access-consents"


def blueprint(version: Version) -> Blueprint:
    """The operations on consents in that version."""
    made = Blueprint("consents", version, "Consents to read account information.")

    @made.route(PATH, methods=["POST"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas.ConsentRequest)
    @made.response(201, schemas.consent(version))
    def create_consent(_: dict[str, str], body: dict[str, Any]) -> Response:
        """Create a consent, which the PSU has still to authorise."""
        return _create(version, body)

    @made.route(f"{PATH}/<ConsentId>", methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas.consent(version))
    def read_consent(_: dict[str, str], *, ConsentId: str) -> Response:
        """Read a consent, and where it stands."""
        bank, consent = _of_caller(version, ConsentId)
        return _told(version, bank, consent)

    @made.route(f"{PATH}/<ConsentId>", methods=["DELETE"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(204)
    def delete_consent(_: dict[str, str], *, ConsentId: str) -> Response:
        """End a consent: the PSU has taken it back from the TPP."""
        bank, consent = _of_caller(version, ConsentId)
        consents.delete(bank, consent)
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response

    return made


def _create(version: Version, body: Mapping[str, Any]) -> Response:
    here = callers.client(ACCOUNTS)
    permissions.check(body["Data"]["Permissions"], switches.of(here.bank.profile, version).resources)
    terms = Terms.of_request(version, body["Data"])
    _check_window(terms)
    consent = consents.create(here.bank, app_id(here), _order(here, terms))
    response = _told(version, here.bank, consent, status=201)
    ask_psu(here, response, ConsentSubject(consent))
    return response


def _check_window(terms: Terms) -> None:
    """Raises FieldInvalid where the window of transactions is empty."""
    if terms.since and terms.until and terms.since > terms.until:
        text = "TransactionToDateTime comes before TransactionFromDateTime."
        raise FieldInvalid(Fault(text, "Data.TransactionToDateTime", "U003"))


def _order(here: Context, terms: Terms) -> ConsentOrder:
    """The order to the bank. The PSU chooses the accounts, and how often is for the bank to say."""
    granted = terms.permissions
    expires_at = terms.expires_at
    return ConsentOrder(
        access=Access(
            AccessKind.BANK_OFFERED,
            owner_name=permissions.ACCOUNTS.is_detailed(granted),
            insights=permissions.insights(granted),
            asks_balances=permissions.BALANCES.among(granted),
            asks_transactions=permissions.TRANSACTIONS.among(granted),
        ),
        recurring=True,
        valid_until=_last_day(here.bank, expires_at),
        frequency_per_day=here.bank.profile.consents.frequency_per_day_max,
        tpp_name=here.caller.app_name if here.caller else "",
        renewable=True,
        expires_at=expires_at,
        terms=terms.kept(),
    )


def _last_day(bank: Bank, expires_at: datetime | None) -> date:
    return FOREVER if expires_at is None else expires_at.astimezone(ZoneInfo(bank.profile.zone)).date()


def _of_caller(version: Version, consent_id: str) -> tuple[Bank, Consent]:
    """The caller's consent of that id, as this version may see it.

    Read/Write 4.0, 400 v/s 404 and 403: an unknown id is a bad request, another TPP's is forbidden.
    Raises ConsentUnknown, also for what the TPP has deleted, or made in a newer version; ConsentForeign.
    """
    here = callers.client(ACCOUNTS)
    try:
        UUID(consent_id)
    except ValueError as error:
        raise ConsentUnknown(detail=repr(consent_id)) from error
    consent = consents.of_subject(here.bank, consent_id)
    if consent.terms is None:
        raise ConsentUnknown(detail=f"{consent_id} is none of this standard")
    if consent.app_id != app_id(here):
        raise ConsentForeign(Message(ConsentForeign.text))
    if consent.status == ConsentStatus.TERMINATED_BY_TPP:
        raise ConsentUnknown(detail=f"{consent_id} was deleted")
    # Release Management: a consent must not be accessed in an older version than that in which it was made.
    if Terms.of_kept(consent.terms).version.age > version.age:
        raise ConsentUnknown(detail=f"{consent_id} was made in a newer version")
    return here.bank, consent


def _told(version: Version, bank: Bank, consent: Consent, status: int = 200) -> Response:
    terms = Terms.of_kept(consent.terms or {})
    days = switches.of(bank.profile, version).reauthenticate_after_days
    stale = is_stale(bank.now, consent.authorised_at, days)
    data = mapping.consent(version, consent, consents.current_status(bank, consent), terms, stale=stale)
    url = here_url() if status == 200 else f"{here_url()}/{consent.id}"
    return say(data, status=status, links={"Self": url}, risk={})
