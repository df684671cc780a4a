"""People and businesses in the words of this standard. Source: OBParty2, OBPostalAddress6 and 7."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.bank.accounts import AccountRow, Role
from sandbox.bank.bank import Bank
from sandbox.bank.customers import CustomerRow
from sandbox.standards.uk_open_banking.versions import Version, Word

#: What somebody is to an account. Source: OBInternalAccountRole1Code.
ROLE: Mapping[Role, Word] = {
    role: Word(word, word)
    for role, word in (
        (Role.OWNER, "UK.OBIE.Principal"),
        (Role.CO_OWNER, "UK.OBIE.SecondaryOwner"),
        (Role.GUARDIAN, "UK.OBIE.LegalGuardian"),
        (Role.SIGNATORY, "UK.OBIE.PowerOfAttorney"),
    )
}
_HOME = Word("Residential", "HOME")
_NAME_MAX, _TOWN_MAX, _STREET_MAX = 350, 35, 70
#: Country calling codes of one, two and three digits. Source: ITU-T E.164, annex.
_CALLING_CODE = re.compile(r"(\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}))(\d+)")


def party(version: Version, bank: Bank, one: CustomerRow) -> dict[str, Any]:
    """A person. Who they are to an account is added by `standing`."""
    details = one.details
    body: dict[str, Any] = {
        "PartyId": one.person_id,
        "PartyNumber": one.person_id,
        "PartyType": "Sole",
        "Name": one.name[:_NAME_MAX],
        "FullLegalName": one.name[:_NAME_MAX],
        "EmailAddress": details.get("email"),
        "Mobile": phone(details.get("phone")),
    }
    if details.get("street"):
        body["Address"] = [_address(version, bank.profile.country, details)]
    return {name: value for name, value in body.items() if value is not None}


def standing(role: Role, owners: int) -> dict[str, Any]:
    """What that person is to an account with so many owners."""
    is_owner = role in (Role.OWNER, Role.CO_OWNER)
    kind = ("Joint" if owners > 1 else "Sole") if is_owner else "Delegate"
    return {"PartyType": kind, "BeneficialOwnership": is_owner, "AccountRole": ROLE[role].v4}


def business(account: AccountRow, related: Mapping[str, Any]) -> dict[str, Any]:
    """The business that an account belongs to. It is a customer by its account alone."""
    name = account.owner_name[:_NAME_MAX]
    return {"PartyId": account.id[:40], "PartyType": "Sole", "Name": name, "FullLegalName": name, **related}


def phone(number: str | None) -> str | None:
    """A phone number with a hyphen behind the country's code."""
    found = _CALLING_CODE.fullmatch(number) if number else None
    return f"{found[1]}-{found[2]}" if found else None


def _address(version: Version, country: str, details: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "AddressType": version.say(_HOME),
        "AddressLine": [],
        "StreetName": details["street"][:_STREET_MAX],
        "PostCode": details["postcode"],
        "TownName": details["town"][:_TOWN_MAX],
        "Country": country,
    }
