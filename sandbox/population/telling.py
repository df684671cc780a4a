"""Telling: what happened, in the words of the bank in whose books it stands."""

from collections.abc import Mapping

import orjson

from sandbox.bank.ledger import Booking, world_id
from sandbox.bank.profile import Profile
from sandbox.kernel import references
from sandbox.kernel.money import decimal_text
from sandbox.population.accounts_plan import PlannedAccount
from sandbox.population.calendars import NIGHT
from sandbox.population.economy import Life
from sandbox.population.merchants import CODES, Party
from sandbox.population.unfolding import Done

_EURO_CODES = {
    "PMNT-ICDT-DMCT": "PMNT-ICDT-ESCT",
    "PMNT-RCDT-DMCT": "PMNT-RCDT-ESCT",
    "PMNT-IRCT-DMCT": "PMNT-IRCT-ESCT",
    "PMNT-RRCT-DMCT": "PMNT-RRCT-ESCT",
    "PMNT-RDDT-PMDD": "PMNT-RDDT-ESDD",
}
#: Kinds of movements between two accounts: how the account that is paid sees them.
_AMONG_OWN = {"saving", "topup", "transfer", "closing", "pocket_money", "card_bill"}
#: What is told of a card and a shop.
_BY_CARD = {"card", "refund", "correction"}
#: A FIK of type 71 has so many digits before its check digit.
_FIK_BASE = 14
_REFERENCES = {
    "KID": references.kid_mod10,
    "OCR": references.ocr,
    "FIK": lambda base: references.fik("71", base[-_FIK_BASE:]),
    "VIITE": references.viite,
    "RF": references.rf,
}


def booked_at(done: Done) -> str:
    """The moment at which it stands in the books: at once, or in the night to its booking day."""
    return done.booked_on + NIGHT if done.booked_on else done.at


def mandate_id(life: Life, creditor: Party) -> str:
    """By which mandate a creditor collects from this household."""
    return f"M{life.customer_number}{len(creditor.name):02d}"


class Teller:
    """Writes the bookings of one life. What is the same for all of them is looked up once."""

    def __init__(self, life: Life, profiles: Mapping[str, Profile]) -> None:
        self.life, self.profiles = life, profiles
        self.euro = life.country.currency == "EUR"
        self.cards = {one.id: _card(life, one) for one in life.accounts}

    def tell(self, done: Done, account_id: str, *, pending: bool = False) -> Booking:
        """The side of that account, which is one of the two that moved, as it is booked or is pending."""
        if done.kind in _BY_CARD:
            return self._card(done, pending=pending)
        life = self.life
        own = life.by_id[account_id]
        minor = done.minor if account_id == done.account_id else -done.minor
        other = None
        if done.other_id:
            other = life.by_id[done.other_id if account_id == done.account_id else done.account_id]
        same_bank = other is not None and other.bank_id == own.bank_id
        first = account_id == done.account_id
        word, proprietary = self._word(done.kind)
        name, account, bic = self._party(done, other)
        if len(word) > self.profiles[own.bank_id].text.remittance_max:
            word = word[: self.profiles[own.bank_id].text.remittance_max]
        reference, reference_type, end_to_end, mandate, creditor = self._marks(done)
        return Booking(
            account_id,
            other.id if other and same_bank else world_id(own.bank_id, own.currency),
            done.entry_id,
            life.key + done.entry_id + ("" if same_bank or first else "x"),
            done.at,
            done.booked_on or done.at[:10],
            done.booked_on or done.at[:10],
            minor,
            own.currency,
            done.kind[:16],
            self._code(done.kind, minor),
            proprietary,
            name,
            account,
            bic,
            None if reference else word,
            reference,
            reference_type,
            end_to_end,
            mandate,
            creditor,
            None,
            self.cards[account_id] if done.kind == "atm" else None,
            None,
            first or not same_bank,
        )

    def _card(self, done: Done, *, pending: bool) -> Booking:
        """A card purchase, printed as the bank prints it; or what came back of one, with the bank's word."""
        life, party = self.life, done.party
        own = life.by_id[done.account_id]
        profile = self.profiles[own.bank_id]
        card = self.cards[own.id]
        merchant, town = (party.name, party.town or "") if party else ("", "")
        minor = (done.held_minor or done.minor) if pending else done.minor
        exchange = _exchange(done, party, pending=pending) if party and party.currency else None
        day = done.at[8:10] + "." + done.at[5:7]
        text = profile.text.card.format(
            merchant=merchant,
            town=town,
            date=day,
            card=card[-4:],
            amount=decimal_text(abs(minor), own.currency),
            currency=own.currency,
            country=(party.country if party else None) or life.country.id,
        ).strip(" ,")
        word, proprietary = self._word(done.kind)
        if done.kind != "card":
            text = f"{word} {text}"
        if profile.text.upper_case:
            text = text.upper()
        value_on = done.detail.partition("|")[2] if done.kind == "correction" else done.at[:10]
        return Booking(
            *(own.id, world_id(own.bank_id, own.currency), done.entry_id, life.key + done.entry_id, done.at),
            *(done.booked_on or done.at[:10], value_on, minor, own.currency, done.kind),
            *(CODES[done.kind], proprietary, merchant, None, None),
            *(text[: profile.text.remittance_max], None, None, None, None, None),
            *((party.mcc or "5815") if party else None, card, exchange),
        )

    def _word(self, kind: str) -> tuple[str, str]:
        words = self.life.market.words
        kind = {"wallet_in": "wallet", "loan_interest": "interest"}.get(kind, kind)
        return words.get(kind) or words["transfer"]

    def _code(self, kind: str, minor: int) -> str:
        if kind in _AMONG_OWN:
            return CODES["transfer" if minor < 0 else "transfer_in"]
        if kind == "salary" and minor < 0:
            return CODES["payroll"]
        code = CODES[kind]
        return _EURO_CODES.get(code, code) if self.euro else code

    def _party(self, done: Done, other: PlannedAccount | None) -> tuple[str | None, str | None, str | None]:
        if other is not None:
            return other.owner_name, other.iban or other.masked_pan, self.profiles[other.bank_id].bic
        if done.party is not None:
            return done.party.name, done.party.account, done.party.bic
        return None, None, None

    def _marks(self, done: Done) -> tuple[str | None, str | None, str | None, str | None, str | None]:
        """Reference and its type, end-to-end id, mandate and creditor of a direct debit."""
        if done.kind in ("direct_debit", "return") and done.party:
            mandate = mandate_id(self.life, done.party)
            return None, None, f"{mandate[1:]}-{done.entry_id[:6]}", mandate, done.party.creditor_id
        kind = self.life.market.reference
        if done.kind in ("bill", "rent", "vat") and done.detail and kind:
            reference = _REFERENCES[kind](f"{self.life.customer_number}{done.detail}")
            return reference, kind, None, None, None
        if done.kind in ("salary", "pension", "invoice", "payroll", "holiday_pay"):
            return None, None, f"{done.kind[:3].upper()}{done.entry_id}", None, None
        return None, None, None, None, None


def _exchange(done: Done, party: Party, *, pending: bool) -> str:
    """The purchase in the shop's currency: at the shop's day's rate at first, at the booking's in the end."""
    foreign, rate, *held_rate = done.detail.split("|")
    told = {"currency": party.currency, "amount_minor": -int(foreign)}
    rated = (held_rate[0], done.at[:10]) if pending and held_rate else (rate, done.booked_on)
    return orjson.dumps(told | dict(zip(("rate", "rate_on"), rated, strict=True))).decode()


def _card(life: Life, account: PlannedAccount) -> str:
    """The masked number of the account's card: its own, or four digits that follow from the account."""
    if account.masked_pan:
        return account.masked_pan
    return "*" * 12 + f"{(life.customer_number * 7 + sum(account.id.encode())) % 10_000:04d}"
