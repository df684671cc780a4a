"""Whom people pay and are paid by: invented shops, billers and employers, from `fixtures/merchants`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sandbox.kernel import documents, iban, places
from sandbox.kernel.countries import country, known
from sandbox.kernel.ids import number_of, stream

#: ISO 20022 bank transaction codes by kind of booking. Source: ISO 20022 External Code Sets, 4Q2022,
#: ExternalBankTransactionDomain1Code with its families and sub-families.
CODES = {
    "card": "PMNT-CCRD-POSD",
    "atm": "PMNT-CCRD-CWDL",
    "refund": "PMNT-CCRD-RIMB",
    "correction": "PMNT-CCRD-CAJT",
    "salary": "PMNT-RCDT-SALA",
    "holiday_pay": "PMNT-RCDT-SALA",
    "pension": "PMNT-RCDT-DMCT",
    "child_benefit": "PMNT-RCDT-DMCT",
    "benefit": "PMNT-RCDT-DMCT",
    "student": "PMNT-RCDT-DMCT",
    "maintenance": "PMNT-RCDT-DMCT",
    "tax_refund": "PMNT-RCDT-DMCT",
    "dividend": "PMNT-RCDT-DMCT",
    "invoice": "PMNT-RCDT-DMCT",
    "wallet_in": "PMNT-RRCT-DMCT",
    "wallet": "PMNT-IRCT-DMCT",
    "acquirer": "PMNT-MCRD-POSP",
    "rent": "PMNT-ICDT-DMCT",
    "bill": "PMNT-ICDT-DMCT",
    "vat": "PMNT-ICDT-DMCT",
    "payroll": "PMNT-ICDT-SALA",
    "direct_debit": "PMNT-RDDT-PMDD",
    "return": "PMNT-RDDT-UPDD",
    "bounce_fee": "PMNT-RDDT-CHRG",
    "transfer": "PMNT-ICDT-BOOK",
    "transfer_in": "PMNT-RCDT-BOOK",
    "card_bill": "PMNT-ICDT-BOOK",
    "loan_out": "LDAS-CSLN-DDWN",
    "mortgage": "LDAS-CSLN-PPAY",
    "loan_interest": "LDAS-CSLN-INTR",
    "interest": "ACMT-MCOP-INTR",
    "fee": "ACMT-MCOP-CHRG",
}
_TOWNS = 6


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody at the other end. `detail` is a customer number out of which references are made."""

    name: str
    account: str | None
    bic: str | None
    creditor_id: str | None = None
    mcc: str | None = None
    town: str | None = None
    country: str | None = None
    currency: str | None = None
    per_euro: float = 1.0


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of shop. `week` are weights Monday to Sunday, `year` the months that differ."""

    id: str
    category: str
    share: float
    mcc: str
    ticket_eur: float
    hours: tuple[int, int]
    sundays: bool
    week: tuple[float, ...]
    year: Mapping[int, float]
    shops: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Market:
    """Everybody whom a country's people pay, the words of its statements, and its kind of reference.

    Where bills have no reference with a rule, `reference` is None, and the payer's words have to do.
    """

    country: str
    kinds: tuple[Kind, ...]
    abroad: tuple[Party, ...]
    parties: Mapping[str, tuple[Party, ...]]
    words: Mapping[str, tuple[str, str]]
    reference: str | None
    bic: str
    code: str

    def word(self, kind: str) -> tuple[str, str]:
        """What the statement says of that kind of booking, and the bank's own code for it."""
        return self.words[kind]

    def private(self, name: str) -> Party:
        """A private person outside the mock banks, with an account number of their own."""
        return Party(name, _account(self.country, self.code, name), self.bic)


@cache
def market(country_id: str) -> Market:
    """The market of that country; KeyError where we know none."""
    path = places.fixtures() / "merchants" / f"{country_id.lower()}.yaml"
    if not path.is_file():
        raise KeyError(country_id)
    found = documents.load(path)
    code, bic = found["party_bank"]["code"], found["party_bank"]["bic"]
    return Market(
        country=country_id,
        kinds=tuple(_kind(country_id, name, one) for name, one in found["kinds"].items()),
        abroad=tuple(
            Party(
                *(one["name"], None, None, None, "5734", one["town"], one["country"], one["currency"]),
                per_euro=float(one["per_euro"]),
            )
            for one in found["abroad"]
        ),
        parties={
            role: tuple(
                Party(name, _account(country_id, code, name), bic, _creditor(country_id, name))
                for name in names
            )
            for role, names in found["parties"].items()
        },
        words={kind: (pair[0], pair[1]) for kind, pair in found["words"].items()},
        reference=found["reference"],
        bic=bic,
        code=code,
    )


@cache
def payees(country_id: str) -> Mapping[str, str]:
    """Who has which account among the merchants of that country; nobody where we know none."""
    if country_id not in known():
        return {}
    parties = [one for found in market(country_id).parties.values() for one in found]
    return {one.account: one.name for one in parties if one.account}


def _kind(country_id: str, name: str, one: Mapping[str, Any]) -> Kind:
    """A kind of shop with its branches in the country's towns."""
    towns = sorted({town for _, town in country(country_id).places})
    shops = []
    for title in one["names"]:
        chosen = stream("merchants", country_id, title).sample(towns, _TOWNS)
        plain = Party(title, None, None, mcc=one["mcc"], country=country_id)
        shops += [replace(plain, town=town) for town in chosen]
    return Kind(
        *(name, one["category"], float(one["share"]), one["mcc"], float(one["ticket_eur"])),
        *((one["hours"][0], one["hours"][1]), one["sundays"], tuple(float(w) for w in one["week"])),
        year={int(m): float(weight) for m, weight in one["year"].items()},
        shops=tuple(shops),
    )


def _account(country_id: str, code: str, name: str) -> str:
    index = number_of("party", country_id, name) % min(iban.capacity(country_id), 800_000)
    return iban.iban(country_id, iban.bban(country_id, code, index))


def _creditor(country_id: str, name: str) -> str:
    """A creditor identifier in the form of EPC 262-08: country, check digits, business code, number."""
    national = f"{number_of('creditor', name) % 10**11:011d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{national}{country_id}00")
    return f"{country_id}{98 - int(digits) % 97:02d}ZZZ{national}"
