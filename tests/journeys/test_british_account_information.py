"""At every British bank, in every version that it speaks: from the consent to the last page of everything."""

import pytest

from tests.standards.uk_open_banking import published
from tests.standards.uk_open_banking.conftest import EVERYTHING, Tpp

#: Which permission a resource takes that a bank may leave out, by its name in the switches.
NEEDS = {
    "beneficiaries": ("ReadBeneficiariesDetail",),
    "direct-debits": ("ReadDirectDebits",),
    "offers": ("ReadOffers",),
    "parties": ("ReadParty", "ReadPartyPSU"),
    "products": ("ReadProducts",),
    "scheduled-payments": ("ReadScheduledPaymentsDetail",),
    "standing-orders": ("ReadStandingOrdersDetail",),
    "statements": ("ReadStatementsDetail",),
}
SPOKEN = [
    *(("kelpbank", "v3.1"), ("kelpbank", "v4.0")),
    *(("puddleworth", "v3.1"), ("magpie", "v4.0")),
]
PSU = "gb-2"


def all_that_the_bank_has(sandbox, bank: str, version: str) -> list[str]:
    interface = next(
        one
        for one in sandbox.services.profiles[bank].interfaces
        if one.version.startswith(version.removeprefix("v"))
    )
    missing = NEEDS.keys() - set(interface.switches.get("resources", NEEDS))
    return [one for one in EVERYTHING if not any(one in NEEDS[name] for name in missing)]


def described_by(sandbox, bank: str, version: str) -> list[str]:
    """The paths of account information that can be read, as the bank's own document has them."""
    root = f"/open-banking/{version}/aisp"
    return [
        path.removeprefix(root)
        for path, item in sandbox.call("GET", f"/{bank}/openapi.json").json["paths"].items()
        if path.startswith(root) and "get" in item and "Consent" not in path
    ]


@published.needs_the_published_files
@pytest.mark.parametrize(("bank", "version"), SPOKEN)
def test_what_a_bank_describes_is_in_the_published_file(sandbox, bank, version):
    described = set(described_by(sandbox, bank, version))

    assert described
    assert described <= {path for _, path in published.operations(version)}


@pytest.mark.parametrize(("bank", "version"), SPOKEN)
def test_everything_that_the_bank_describes_is_read_to_the_end(sandbox, bank, version):
    tpp = Tpp(sandbox, version, bank, PSU)
    tpp.agreed(all_that_the_bank_has(sandbox, bank, version))
    present = {"x-fapi-customer-ip-address": "192.0.2.17"}
    described = described_by(sandbox, bank, version)
    account_ids = [one["AccountId"] for one in tpp.get("/accounts", headers=present)["Data"]["Account"]]

    read = set()
    for path in described:
        for account_id in account_ids if "{AccountId}" in path else account_ids[:1]:
            here = path.replace("{AccountId}", account_id)
            if "{StatementId}" in here:
                found = tpp.get(f"/accounts/{account_id}/statements", headers=present)["Data"]["Statement"]
                here = here.replace("{StatementId}", found[0]["StatementId"]) if found else ""
            if here.endswith("/file"):
                tpp.call("GET", here, headers={**present, "Accept": "text/csv"})
            elif here:
                follow(tpp, here, present)
            read.add(path)

    assert read == set(described)


def follow(tpp: Tpp, path: str, headers: dict[str, str]) -> None:
    """Every page, each judged as it comes."""
    page = tpp.get(path, headers=headers)
    pages = 1
    while following := page["Links"].get("Next"):
        page = tpp.get(following, headers=headers)
        pages += 1
    assert pages == page["Meta"]["TotalPages"]


def test_a_british_account_is_told_by_sort_code_and_account_number(sandbox):
    tpp = Tpp(sandbox, "v4.0", "kelpbank", PSU).agreed()

    numbers = [number for one in tpp.accounts() for number in one["Account"]]

    codes = [one for one in numbers if one["SchemeName"] == "UK.OBIE.SortCodeAccountNumber"]
    ibans = [one for one in numbers if one["SchemeName"] == "UK.OBIE.IBAN"]
    assert codes
    assert all(len(one["Identification"]) == 14 and one["Identification"].isdigit() for one in codes)
    assert [one["Identification"] for one in codes] == [one["Identification"][8:] for one in ibans]


def test_one_consent_is_read_in_both_versions_at_a_bank_that_speaks_both(any_sandbox):
    old = Tpp(any_sandbox, "v3.1", "kelpbank", PSU).agreed()
    new = old.in_version("v4.0")

    assert [one["AccountId"] for one in old.accounts()] == [one["AccountId"] for one in new.accounts()]
    assert [one["TransactionId"] for one in old.transactions("/transactions")] == [
        one["TransactionId"] for one in new.transactions("/transactions")
    ]
