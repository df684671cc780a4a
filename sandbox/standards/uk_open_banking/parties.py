"""GET of parties: who owns an account, who may use it, and who has authorised the consent.

Source: Read/Write 4.0, Parties; OBReadParty2, OBReadParty3.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from sandbox.bank import accounts, customers
from sandbox.bank.accounts import AccountRow, HolderRow, Role
from sandbox.gateway import context
from sandbox.standards.uk_open_banking import access, mapping_parties, permissions, schemas
from sandbox.standards.uk_open_banking.access import Opened
from sandbox.standards.uk_open_banking.answers import say
from sandbox.standards.uk_open_banking.headers import ReadHeaders
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.versions import AISP, Version

_OWNERS = (Role.OWNER, Role.CO_OWNER)
_COMPANY = "ORGA"


def blueprint(version: Version) -> Blueprint:
    """The operations on parties in that version."""
    made = Blueprint("parties", version, "Who owns the accounts, and who has authorised the consent.")

    @made.route("/accounts/<AccountId>/parties", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schemas.parties(version))
    def list_parties(headers: dict[str, str], *, AccountId: str) -> Response:
        """List the owners of an account, and those who may use it."""
        here = access.opened(headers, version, permissions.PARTY, "parties", AccountId)
        account = here.account(AccountId)
        holders = accounts.holders(here.bank, account.id)
        return say({"Party": [_party(here, one, holders, account) for one in holders]})

    @made.route("/accounts/<AccountId>/party", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schemas.party(version))
    def read_party(headers: dict[str, str], *, AccountId: str) -> Response:
        """Read the owner of an account: the business, or of several owners the one who authorised."""
        here = access.opened(headers, version, permissions.PARTY, "party", AccountId)
        account = here.account(AccountId)
        holders = accounts.holders(here.bank, account.id)
        return say({"Party": _owner(here, holders, account)})

    @made.route("/party", methods=["GET"])
    @made.arguments(ReadHeaders, location="headers")
    @made.response(200, schemas.party(version))
    def read_psu(headers: dict[str, str]) -> Response:
        """Read who has authorised the consent."""
        here = access.opened(headers, version, permissions.PARTY_PSU, "party")
        found = customers.get(here.bank, here.grant.person_id)
        return say({"Party": mapping_parties.party(version, here.bank, found)})

    return made


def _owner(here: Opened, holders: Sequence[HolderRow], account: AccountRow) -> dict[str, Any]:
    """Source: Read/Write 4.0, GET /accounts/{AccountId}/party."""
    if account.usage == _COMPANY:
        return mapping_parties.business(account, _related(here, account))
    theirs = next((one for one in holders if one.person_id == here.grant.person_id), holders[0])
    return _party(here, theirs, holders, account)


def _party(
    here: Opened, holder: HolderRow, holders: Sequence[HolderRow], account: AccountRow
) -> dict[str, Any]:
    owners = sum(one.role in _OWNERS for one in holders)
    found = customers.get(here.bank, holder.person_id)
    told = mapping_parties.party(here.version, here.bank, found)
    return {**told, **mapping_parties.standing(holder.role, owners), **_related(here, account)}


def _related(here: Opened, account: AccountRow) -> Mapping[str, Any]:
    url = f"{context.current().base_url}{here.version.root(AISP)}/accounts/{account.id}"
    return {"Relationships": {"Account": {"Related": url, "Id": account.id}}}
