"""Consents and authorisations in this standard's words, there and back."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from sandbox.bank import authorisations, consents
from sandbox.bank.accounts import AccountRef, Particulars
from sandbox.bank.authorisations import Authorisation, ScaStatus
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Access, AccessKind, Consent, ConsentStatus, GrantedAccount
from sandbox.bank.profile import ScaApproach, ScaMethod
from sandbox.standards.berlin_group.schemas import LISTS, WHOLE_KINDS

CONSENT_STATUS: Mapping[ConsentStatus, str] = {
    ConsentStatus.RECEIVED: "received",
    ConsentStatus.REJECTED: "rejected",
    ConsentStatus.PARTIALLY_AUTHORISED: "partiallyAuthorised",
    ConsentStatus.VALID: "valid",
    ConsentStatus.REVOKED_BY_PSU: "revokedByPsu",
    ConsentStatus.EXPIRED: "expired",
    ConsentStatus.TERMINATED_BY_TPP: "terminatedByTpp",
}
SCA_STATUS: Mapping[ScaStatus, str] = {
    ScaStatus.RECEIVED: "received",
    ScaStatus.PSU_IDENTIFIED: "psuIdentified",
    ScaStatus.PSU_AUTHENTICATED: "psuAuthenticated",
    ScaStatus.SCA_METHOD_SELECTED: "scaMethodSelected",
    ScaStatus.STARTED: "started",
    ScaStatus.UNCONFIRMED: "unconfirmed",
    ScaStatus.FINALISED: "finalised",
    ScaStatus.FAILED: "failed",
    ScaStatus.EXEMPTED: "exempted",
}
SCA_APPROACH: Mapping[ScaApproach, str] = {
    ScaApproach.REDIRECT: "REDIRECT",
    ScaApproach.EMBEDDED: "EMBEDDED",
    ScaApproach.DECOUPLED: "DECOUPLED",
}
#: The member of `access` that says a kind which names no account.
ACCESS_KIND: Mapping[AccessKind, str] = {
    AccessKind.DEDICATED: "accounts",
    AccessKind.BANK_OFFERED: "accounts",
    AccessKind.AVAILABLE: "availableAccounts",
    AccessKind.AVAILABLE_WITH_BALANCE: "availableAccountsWithBalance",
    AccessKind.ALL_PSD2: "allPsd2",
}
STATES: Mapping[type[Enum], Mapping[Any, str]] = {
    ConsentStatus: CONSENT_STATUS,
    ScaStatus: SCA_STATUS,
    ScaApproach: SCA_APPROACH,
    AccessKind: ACCESS_KIND,
}
_ENDED = {ScaStatus.FINALISED, ScaStatus.FAILED, ScaStatus.EXEMPTED, ScaStatus.UNCONFIRMED}
_WHOLE_KIND = {ACCESS_KIND[kind]: kind for kind in AccessKind if ACCESS_KIND[kind] in WHOLE_KINDS}
_REFERENCE = {
    "iban": "iban",
    "bban": "bban",
    "pan": "pan",
    "maskedPan": "masked_pan",
    "msisdn": "msisdn",
    "currency": "currency",
    "cashAccountType": "cash_account_type",
}


def access(body: Mapping[str, Any]) -> Access:
    """What the TPP asks to see, as the bank understands it."""
    for name, kind in _WHOLE_KIND.items():
        if name in body:
            return Access(
                kind=kind,
                owner_name=body[name] == "allAccountsWithOwnerName",
                restricted_to=tuple(body.get("restrictedTo", ())),
            )
    lists = {name: tuple(reference(one) for one in body.get(name, ())) for name in LISTS}
    return Access(
        kind=AccessKind.DEDICATED if any(lists.values()) else AccessKind.BANK_OFFERED,
        accounts=lists["accounts"],
        balances=lists["balances"],
        transactions=lists["transactions"],
        owner_name="ownerName" in body.get("additionalInformation", {}),
        restricted_to=tuple(body.get("restrictedTo", ())),
        asks_balances="balances" in body,
        asks_transactions="transactions" in body,
    )


def reference(body: Mapping[str, Any]) -> AccountRef:
    """An account reference as the TPP wrote it, as the bank understands it."""
    given: dict[str, Any] = {ours: body.get(wire) for wire, ours in _REFERENCE.items()}
    other = body.get("other")
    return AccountRef(**given, other=other["identification"] if other else None)


def hrefs(links: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Links as the standard writes them."""
    return {name: {"href": href} for name, href in links.items()}


def consent(bank: Bank, it: Consent, links: Mapping[str, str]) -> dict[str, Any]:
    """A `consentInformationResponse`: what was granted, or what is asked for as long as nothing is."""
    asked = consents.access_of(it)
    granted = consents.granted(bank, it) if it.authorised_at else None
    return {
        "access": _access(bank, asked, granted),
        "recurringIndicator": it.recurring,
        "validUntil": it.valid_until.isoformat(),
        "frequencyPerDay": it.frequency_per_day,
        "lastActionDate": it.last_action_on.isoformat(),
        "consentStatus": CONSENT_STATUS[consents.current_status(bank, it)],
        "_links": hrefs(links),
    }


def _access(bank: Bank, asked: Access, granted: list[GrantedAccount] | None) -> dict[str, Any]:
    body: dict[str, Any] = {}
    name = ACCESS_KIND[asked.kind]
    if name in WHOLE_KINDS:
        with_name = asked.owner_name and (granted is None or bank.profile.consents.owner_name)
        body[name] = "allAccountsWithOwnerName" if with_name else "allAccounts"
    elif asked.kind is AccessKind.BANK_OFFERED:
        body |= _of_choice(asked, granted or [])
    else:
        body |= _of_named(asked, granted)
    if asked.restricted_to:
        body["restrictedTo"] = list(asked.restricted_to)
    return body


def _of_choice(asked: Access, granted: Iterable[GrantedAccount]) -> dict[str, Any]:
    """The accounts that the PSU chose; empty lists before that."""
    granted = list(granted)
    body: dict[str, Any] = {"accounts": [numbers(one.account) for one in granted]}
    if asked.asks_balances:
        body["balances"] = [numbers(one.account) for one in granted if one.balances]
    if asked.asks_transactions:
        body["transactions"] = [numbers(one.account) for one in granted if one.transactions]
    if asked.owner_name:
        named = [numbers(one.account) for one in granted if one.owner_name]
        body["additionalInformation"] = {"ownerName": named}
    return body


def _of_named(asked: Access, granted: list[GrantedAccount] | None) -> dict[str, Any]:
    """The accounts as the TPP named them; after the yes, those of them that were granted."""
    body: dict[str, Any] = {}
    for name, references in (
        ("accounts", asked.accounts),
        ("balances", asked.balances),
        ("transactions", asked.transactions),
    ):
        if references:
            body[name] = [
                written(one)
                for one in references
                if granted is None or any(one.means(grant.account) for grant in granted)
            ]
    if asked.owner_name and granted is not None:
        named = [numbers(one.account) for one in granted if one.owner_name]
        body["additionalInformation"] = {"ownerName": named}
    return body


def written(named: AccountRef) -> dict[str, Any]:
    """An account reference as the TPP wrote it."""
    body: dict[str, Any] = {
        wire: getattr(named, ours) for wire, ours in _REFERENCE.items() if getattr(named, ours)
    }
    return body | ({"other": {"identification": named.other}} if named.other else {})


def numbers(account: Particulars) -> dict[str, Any]:
    """An account reference as this bank writes it: by the best number that the account has."""
    if account.iban:
        number = {"iban": account.iban}
    elif account.masked_pan:
        number = {"maskedPan": account.masked_pan}
    elif account.bban:
        number = {"bban": account.bban}
    else:
        return {"other": {"identification": account.id[:35]}}
    return number | ({"currency": account.currency} if account.parent_id else {})


def sca_state(
    bank: Bank, authorisation: Authorisation, links: Mapping[str, str], *, brief: bool = False
) -> dict[str, Any]:
    """Where an authorisation stands; unless `brief`, with what the PSU needs for the next step."""
    status = ScaStatus(authorisation.status)
    body: dict[str, Any] = {"scaStatus": SCA_STATUS[status]}
    if not brief:
        body["authorisationId"] = authorisation.id
        body |= _methods(bank, authorisation, status)
    message = psu_message(bank, authorisation)
    return body | {"_links": hrefs(links)} | ({"psuMessage": message} if message else {})


def _methods(bank: Bank, authorisation: Authorisation, status: ScaStatus) -> dict[str, Any]:
    """The choice of SCA methods, or the chosen one and its challenge: the TPP shows them only if embedded."""
    if authorisation.approach != ScaApproach.EMBEDDED:
        return {}
    methods = authorisations.methods(bank, authorisation)
    if status is ScaStatus.PSU_AUTHENTICATED:
        return {"scaMethods": [_method(one) for one in methods]}
    chosen = next((one for one in methods if one.id == authorisation.method_id), None)
    if chosen is None or status not in {ScaStatus.SCA_METHOD_SELECTED, ScaStatus.STARTED}:
        return {}
    challenge = {
        "otpMaxLength": bank.profile.sca.code_length,
        "otpFormat": "integer",
        "additionalInformation": f"{chosen.name}: enter the code of {bank.profile.sca.code_length} digits.",
    }
    return {"chosenScaMethod": _method(chosen), "challengeData": challenge}


def _method(method: ScaMethod) -> dict[str, str]:
    body = {"authenticationType": method.type, "authenticationMethodId": method.id, "name": method.name}
    return body | ({"explanation": method.explanation} if method.explanation else {})


def psu_message(bank: Bank, authorisation: Authorisation) -> str | None:
    """What the TPP shall show to the PSU now: where to say yes when it is neither here nor on a page."""
    waits = ScaStatus(authorisation.status) not in _ENDED
    if authorisation.approach == ScaApproach.DECOUPLED and waits and authorisation.person_id:
        return f"Please open the app of {bank.profile.name} and confirm there."
    return None
