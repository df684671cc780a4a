"""Verification of payee: what the creditor's bank answers, from which day on, and what an app was told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sandbox.bank import payees
from sandbox.bank.accounts import AccountRef, Holder
from sandbox.bank.bank import Bank
from sandbox.bank.customers import Customer
from sandbox.bank.payees import InquiryStatus, PayeeOutcome, PayeesNotVerified, Question
from sandbox.bank.profile import PayeeRules, PaymentRules, Scheme
from sandbox.kernel.clock import Clock, ClockMode
from tests.bank import factories as a

EURO = PaymentRules(schemes=(Scheme.SEPA,))
HERE = replace(a.PROFILE, id="eurobank", country="FI", currency="EUR", payments=EURO)
LIV, NUTS = "fi-3", "fi-4"
LIVS, JOINT, CLOSED, COMPANYS = "FI1LIV", "FI2JOINT", "FI3CLOSED", "FI4NUTS"
MERCHANTS, NOBODYS, ELSEWHERE = next(iter(a.OUTSIDE)), "FI5NOBODY", "FI6ELSEWHERE"
MATCH, CLOSE = PayeeOutcome.MATCH, PayeeOutcome.CLOSE_MATCH
NO, IMPOSSIBLE = PayeeOutcome.NO_MATCH, PayeeOutcome.NOT_POSSIBLE


class Finns(a.Neighbours):
    """Liv and her company, who have always lived here."""

    def keeper(self, bank, iban):
        return None if iban in (MERCHANTS, ELSEWHERE) else replace(bank, profile=self.profile)

    def __init__(self, profile):
        self.profile = profile


@pytest.fixture
def work(database):
    with database.writing() as work:
        a.settle_in(work, HERE)
        for person_id, name, number in (
            (LIV, "Liv Marie Ståhl", "010190-123A"),
            (NUTS, "Liv's Nötter Oy", None),
        ):
            work.add(
                Customer(
                    workspace_id="test", bank_id=HERE.id, person_id=person_id, username=person_id,
                    national_id=number, name=name, born_on=None, language="fi", standing="active",
                    sca_method_ids=["sms"], details={},
                )
            )  # fmt: skip
        work.flush()
        for account_id, owner, iban, status in (
            ("liv-1", LIV, LIVS, "enabled"),
            ("liv-2", LIV, JOINT, "enabled"),
            ("liv-3", LIV, CLOSED, "closed"),
            ("nuts-1", NUTS, COMPANYS, "enabled"),
        ):
            a.add_account(work, account_id, owner, "current", iban, bank_id=HERE.id, status=status)
        _also(work, "liv-2", a.KARI, "coOwner")
        _also(work, "nuts-1", a.OLA, "signatory")
        yield work


def _also(work, account_id, person_id, role):
    work.add(
        Holder(
            workspace_id="test",
            bank_id=HERE.id,
            person_id=person_id,
            account_id=account_id,
            role=role,
            position=9,
        )
    )
    work.flush()


def a_bank(work, profile=HERE, there=None, at=a.NOON):
    return Bank(profile, work, "test", "bergen", Clock(ClockMode.FROZEN, 0.0, at), Finns(there or profile))


def ask(bank, name, iban, identification=None):
    return payees.verify(bank, name, AccountRef(iban=iban), identification)


@pytest.mark.parametrize(
    ("name", "iban", "outcome", "told"),
    [
        ("Liv Marie Ståhl", LIVS, MATCH, None),
        ("Liv Stahl", LIVS, MATCH, None),
        ("Liv Stål", LIVS, CLOSE, "Liv Marie Ståhl"),
        ("Per Ståhl", LIVS, NO, None),
        ("Liv Ståhl", JOINT, MATCH, None),
        ("kari", JOINT, MATCH, None),
        ("Livs Nötter", COMPANYS, CLOSE, "Liv's Nötter Oy"),
        ("ola", COMPANYS, NO, None),
        ("Liv Ståhl", CLOSED, IMPOSSIBLE, None),
        ("Liv Ståhl", NOBODYS, IMPOSSIBLE, None),
        ("Liv Ståhl", ELSEWHERE, IMPOSSIBLE, None),
        ("Nordlicht Versand GmbH", MERCHANTS, MATCH, None),
        ("Nordlicht Versand", MERCHANTS, CLOSE, "Nordlicht Versand GmbH"),
    ],
)
def test_the_creditors_bank_answers_for_the_owners_of_an_account(work, name, iban, outcome, told):
    answer = ask(a_bank(work), name, iban)

    assert (answer.outcome, answer.matched_name) == (outcome, told)


def test_an_identification_matches_or_does_not_and_a_name_is_not_needed(work):
    bank = a_bank(work)

    assert ask(bank, None, LIVS, "010190-123a") == payees.Verification(None, identification=MATCH)
    assert ask(bank, "Liv Ståhl", LIVS, "other").identification is NO
    assert ask(bank, None, COMPANYS, "1234567-8").identification is IMPOSSIBLE
    assert not ask(bank, "Liv Ståhl", LIVS, "other").is_clean


@pytest.mark.parametrize(
    ("country", "rules", "first_day"),
    [
        ("FI", PayeeRules(), date(2025, 10, 9)),
        ("SE", PayeeRules(), date(2027, 7, 9)),
        ("DK", PayeeRules(starts_on=date(2026, 1, 1)), date(2026, 1, 1)),
        ("NO", PayeeRules(starts_on=date(2028, 1, 1)), date(2028, 1, 1)),
        ("NO", PayeeRules(), None),
        ("DE", PayeeRules(offered=False), None),
    ],
)
def test_a_bank_verifies_payees_from_the_day_of_the_law_or_its_own(work, country, rules, first_day):
    profile = replace(HERE, country=country, payees=rules)
    day = first_day or date(2035, 1, 1)
    noon = a.NOON.replace(year=day.year, month=day.month, day=day.day)

    assert payees.is_on(a_bank(work, profile, at=noon)) is (first_day is not None)
    assert not payees.is_on(a_bank(work, profile, at=noon - timedelta(days=1))) or first_day is None


def test_a_bank_that_pays_no_euro_verifies_nobody(work):
    profile = replace(HERE, payments=PaymentRules(schemes=(Scheme.DOMESTIC,)))

    assert not payees.is_on(a_bank(work, profile))
    with pytest.raises(PayeesNotVerified):
        payees.ask(a_bank(work, profile), "app-1", "request-1", Question(AccountRef(iban=LIVS), "Liv"))


def test_a_bank_that_does_not_take_part_yet_cannot_answer(work):
    abroad = replace(HERE, country="SE")

    answer = ask(a_bank(work, there=abroad), "Liv Ståhl", LIVS)

    assert answer.outcome is IMPOSSIBLE


def test_a_bulk_is_answered_at_once_or_a_little_later(work):
    bank = a_bank(work)
    questions = [
        Question(AccountRef(iban=LIVS), "Liv Stål", uetr="one"),
        Question(AccountRef(iban=JOINT), "X"),
    ]

    at_once = payees.ask_many(bank, "app-1", "request-1", questions)
    later = payees.ask_many(bank, "app-1", "request-2", questions, later=True)

    assert payees.status(bank, at_once) is InquiryStatus.COMPLETED
    assert [one.verification.outcome for one in payees.answers(at_once)] == [CLOSE, NO]
    assert payees.answers(at_once)[0].question == questions[0]
    moments = [payees.status(a_bank(work, at=a.NOON + timedelta(seconds=n)), later) for n in (0, 1, 5)]
    assert moments == [InquiryStatus.RECEIVED, InquiryStatus.PENDING, InquiryStatus.COMPLETED]
    assert payees.bulk(bank, "app-1", later.id) is later
    with pytest.raises(payees.InquiryUnknown):
        payees.bulk(bank, "app-2", later.id)


def test_what_an_app_was_told_is_found_again_by_its_request(work):
    bank = a_bank(work)
    payees.ask(bank, "app-1", "request-1", Question(AccountRef(iban=LIVS), "Liv Stål"))

    known = payees.told_before(bank, "app-1", "request-1", "Liv Stål", AccountRef(iban=LIVS))

    assert known is not None
    assert known.outcome is CLOSE
    assert payees.told_before(bank, "app-1", "request-1", "Liv Ståhl", AccountRef(iban=LIVS)) is None
    assert payees.told_before(bank, "app-2", "request-1", "Liv Stål", AccountRef(iban=LIVS)) is None
