"""Signing baskets: what lies together is authorised together, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select

from sandbox.bank import authorisations, baskets, consents, payments
from sandbox.bank.accounts import Holder, Role
from sandbox.bank.authorisations import BasketSubject, ConsentSubject, PaymentSubject, ScaStatus, Wish
from sandbox.bank.baskets import BasketOrder, BasketStatus
from sandbox.bank.consents import Access, AccessKind, ConsentStatus
from sandbox.bank.payments import PaymentStatus
from sandbox.bank.profile import BasketRules, Grouping, ScaApproach
from tests.bank import factories as a
from tests.bank import paying as p

FIRM = p.KARIS_SAVINGS
REDIRECT = Wish(ScaApproach.REDIRECT, "https://tpp.example/ok", "https://tpp.example/no")


def taking(bank, *groupings, **rules):
    """The same bank with other choices about baskets."""
    return replace(bank, profile=replace(bank.profile, baskets=BasketRules(groupings, **rules)))


@pytest.fixture
def bank(bank):
    """Kari's bank, which takes everything together; of her second account she and Ola sign both."""
    of_the_firm = select(Holder).where(Holder.workspace_id == "test", Holder.account_id == "kari-2")
    bank.work.scalars(of_the_firm).one().role = Role.SIGNATORY
    p.also_holds(bank.work, "kari-2", a.OLA, Role.SIGNATORY)
    return taking(bank, Grouping.ALL)


def a_consent(bank, *ibans, recurring=False):
    """A consent that waits for its yes."""
    access = a.dedicated(*(ibans or (p.KARIS,)))
    return consents.create(bank, "app-1", a.an_order(access, recurring=recurring))


def put(bank, *together, app_id="app-1", **order):
    """A basket of those payments and consents."""
    paying = tuple(one.id for one in together if isinstance(one, payments.Payment))
    reading = tuple(one.id for one in together if isinstance(one, consents.Consent))
    return baskets.create(bank, app_id, BasketOrder(paying, reading, **order))


def asked(bank, basket):
    """An authorisation of the basket."""
    return authorisations.start(bank, BasketSubject(basket), REDIRECT).authorisation


def signed(bank, basket, by=a.KARI):
    """The basket with that PSU's yes."""
    authorisations.approve(bank, asked(bank, basket), by)
    return basket


def statuses(*together):
    """Where each of them stands."""
    return [one.status for one in together]


# The yes


def test_one_yes_authorises_two_payments_and_a_consent(bank):
    rent, food, reading = p.initiated(bank), p.initiated(bank, p.an_instruction(5_000)), a_consent(bank)
    basket = put(bank, rent, food, reading)

    signed(bank, basket)

    assert statuses(basket, rent, food, reading) == [
        BasketStatus.AUTHORISED,
        PaymentStatus.IN_PROCESS,
        PaymentStatus.IN_PROCESS,
        ConsentStatus.VALID,
    ]
    assert p.available(bank, "kari-1") == p.START_MINOR - 15_000
    assert [one.account.id for one in consents.granted(bank, reading)] == ["kari-1"]


def test_what_the_psu_cannot_sign_takes_the_rest_with_it(bank):
    own, foreign = p.initiated(bank), p.initiated(bank, debtor=p.OLAS)
    basket = put(bank, own, foreign)

    it = asked(bank, basket)
    authorisations.approve(bank, it, a.KARI)

    assert it.status == ScaStatus.FAILED
    assert statuses(basket, own, foreign) == [
        BasketStatus.REJECTED,
        PaymentStatus.REJECTED,
        PaymentStatus.REJECTED,
    ]
    assert p.available(bank, "kari-1") == p.START_MINOR


def test_what_cannot_be_carried_out_is_rejected_by_itself_for_the_yes_was_given(bank):
    dear, cheap = p.initiated(bank, p.an_instruction(90_000)), p.initiated(bank, p.an_instruction(20_000))
    basket = signed(bank, put(bank, dear, cheap))

    assert statuses(basket, dear, cheap) == [
        BasketStatus.AUTHORISED,
        PaymentStatus.IN_PROCESS,
        PaymentStatus.REJECTED,
    ]
    assert p.available(bank, "kari-1") == p.START_MINOR - 90_000


def test_a_no_to_the_basket_is_a_no_to_each_part(bank):
    payment, consent = p.initiated(bank), a_consent(bank)
    basket = put(bank, payment, consent)

    authorisations.decline(bank, asked(bank, basket))

    assert statuses(basket, payment, consent) == [
        BasketStatus.REJECTED,
        PaymentStatus.REJECTED,
        ConsentStatus.REJECTED,
    ]


def test_a_basket_that_waits_too_long_is_rejected_with_what_is_in_it(bank):
    payment = p.initiated(bank)
    basket = put(bank, payment)
    asked(bank, basket)

    p.later(bank, seconds=bank.profile.sca.lifetime_seconds)

    assert statuses(basket, payment) == [BasketStatus.REJECTED, PaymentStatus.REJECTED]


def test_two_signatories_sign_a_basket_one_after_the_other(bank):
    first, second = p.initiated(bank, debtor=FIRM), p.initiated(bank, p.an_instruction(1), debtor=FIRM)
    basket = signed(bank, put(bank, first, second))
    partly = [PaymentStatus.PARTIALLY_AUTHORISED] * 2
    assert statuses(basket, first, second) == [BasketStatus.PARTIALLY_AUTHORISED, *partly]

    with pytest.raises(payments.AlreadySigned):
        authorisations.approve(bank, asked(bank, basket), a.KARI)
    authorisations.approve(bank, asked(bank, basket), a.OLA)

    assert statuses(basket, first, second) == [BasketStatus.AUTHORISED, *[PaymentStatus.IN_PROCESS] * 2]


# What may lie in it


@pytest.mark.parametrize(
    ("groupings", "paying", "reading", "taken"),
    [
        ((Grouping.PAYMENTS,), 2, 0, True),
        ((Grouping.PAYMENTS,), 0, 1, False),
        ((Grouping.PAYMENTS,), 1, 1, False),
        ((Grouping.CONSENTS,), 0, 1, True),
        ((Grouping.PAYMENTS, Grouping.CONSENTS), 1, 0, True),
        ((Grouping.PAYMENTS, Grouping.CONSENTS), 1, 1, False),
        ((Grouping.ALL,), 1, 1, True),
        ((Grouping.ALL,), 0, 0, False),
    ],
)
def test_a_bank_says_what_it_lets_lie_together(bank, groupings, paying, reading, taken):
    bank = taking(bank, *groupings)
    together = [p.initiated(bank, p.an_instruction(1 + one)) for one in range(paying)]
    together += [a_consent(bank) for _ in range(reading)]

    if taken:
        assert put(bank, *together).status == BasketStatus.RECEIVED
    else:
        with pytest.raises(baskets.BasketMixInvalid):
            put(bank, *together)


def test_what_leaves_a_choice_to_the_psu_is_signed_by_itself(bank):
    anywhere = p.initiated(bank, debtor=None)
    offered = consents.create(bank, "app-1", a.an_order(Access(AccessKind.BANK_OFFERED)))

    for one in (anywhere, offered):
        with pytest.raises(baskets.BasketMixInvalid):
            put(bank, p.initiated(bank), one)


def test_signatures_are_the_same_in_number_or_it_is_no_basket(bank):
    alone, together = p.initiated(bank), p.initiated(bank, debtor=FIRM)

    for other in (alone, a_consent(bank)):
        with pytest.raises(baskets.BasketMixInvalid):
            put(bank, together, other)
    with pytest.raises(baskets.BasketMixInvalid):
        put(taking(bank, Grouping.ALL, several_signatures=False), together)


def test_of_two_recurring_consents_one_would_end_the_other(bank):
    with pytest.raises(baskets.BasketMixInvalid):
        put(bank, a_consent(bank, recurring=True), a_consent(bank, recurring=True))


def test_what_is_for_different_psus_is_no_basket(bank):
    with pytest.raises(baskets.BasketMixInvalid):
        put(bank, p.initiated(bank, psu_login="kari"), p.initiated(bank, psu_login="ola"))
    assert put(bank, p.initiated(bank, psu_login="kari")).person_id == a.KARI
    assert put(bank, p.initiated(bank), psu_login="ola").person_id == a.OLA


def test_what_is_signed_or_over_does_not_come_into_a_basket(bank):
    ended, granted, partly = p.initiated(bank), a.a_valid_consent(bank), p.initiated(bank, debtor=FIRM)
    payments.cancel(bank, ended)
    payments.agree(bank, partly, a.KARI)

    for one in (ended, granted, partly, p.paid(bank)):
        with pytest.raises(baskets.BasketMemberClosed):
            put(bank, one)


def test_a_basket_has_an_end(bank):
    small = taking(bank, Grouping.ALL, size_max=2)

    with pytest.raises(baskets.BasketTooLarge):
        put(small, *(p.initiated(bank, p.an_instruction(1 + one)) for one in range(3)))


def test_a_basket_holds_its_own_app_s_things_only(bank):
    payment, consent = p.initiated(bank, app_id="app-2"), a_consent(bank)

    with pytest.raises(payments.PaymentUnknown):
        put(bank, payment)
    with pytest.raises(consents.ConsentUnknown):
        put(bank, consent, app_id="app-2")
    basket = put(bank, consent)
    with pytest.raises(baskets.BasketUnknown):
        baskets.get(bank, "app-2", basket.id)


# As long as it lies there


def test_what_is_in_a_basket_is_signed_with_it_or_not_at_all(bank):
    payment, consent = p.initiated(bank), a_consent(bank)
    basket = put(bank, payment, consent)

    for subject in (PaymentSubject(payment), ConsentSubject(consent)):
        with pytest.raises(baskets.BasketMemberBlocked):
            authorisations.start(bank, subject, REDIRECT)
    with pytest.raises(baskets.BasketMemberBlocked):
        put(bank, payment)
    baskets.cancel(bank, basket)
    authorisations.start(bank, PaymentSubject(payment), REDIRECT)


def test_an_authorisation_from_before_ends_with_the_basket_and_harms_nobody(bank):
    payment = p.initiated(bank)
    own = authorisations.start(bank, PaymentSubject(payment), REDIRECT).authorisation
    basket = put(bank, payment)

    with pytest.raises(authorisations.AuthorisationFinished):
        authorisations.approve(bank, own, a.KARI)
    p.later(bank, seconds=bank.profile.sca.lifetime_seconds)

    assert statuses(basket, payment) == [BasketStatus.RECEIVED, PaymentStatus.RECEIVED]
    assert statuses(signed(bank, basket), payment) == [BasketStatus.AUTHORISED, PaymentStatus.IN_PROCESS]


def test_what_is_cancelled_by_itself_is_left_behind(bank):
    kept, dropped = p.initiated(bank), p.initiated(bank, p.an_instruction(1))
    basket = put(bank, kept, dropped)
    payments.cancel(bank, dropped)

    signed(bank, basket)

    assert statuses(basket, kept, dropped) == [
        BasketStatus.AUTHORISED,
        PaymentStatus.IN_PROCESS,
        PaymentStatus.CANCELLED,
    ]


def test_a_basket_in_which_nothing_waits_any_more_is_over(bank):
    payment, consent = p.initiated(bank), a_consent(bank)
    basket = put(bank, payment, consent)
    it = asked(bank, basket)
    payments.cancel(bank, payment)
    consents.delete(bank, consent)

    assert authorisations.current_status(bank, it) == ScaStatus.FAILED
    assert baskets.get(bank, "app-1", basket.id).status == BasketStatus.REJECTED


def test_a_basket_is_taken_apart_before_the_first_yes_and_not_after(bank):
    payment = p.initiated(bank, debtor=FIRM)
    basket = put(bank, payment)
    baskets.cancel(bank, basket)
    assert (basket.status, payment.status) == (BasketStatus.CANCELLED, PaymentStatus.RECEIVED)
    with pytest.raises(baskets.BasketNotOpen):
        asked(bank, basket)

    partly = signed(bank, put(bank, payment))

    with pytest.raises(baskets.BasketNotOpen):
        baskets.cancel(bank, partly)
    authorisations.approve(bank, asked(bank, partly), a.OLA)
    with pytest.raises(baskets.BasketNotOpen):
        baskets.cancel(bank, partly)


def test_a_consent_that_runs_out_meanwhile_is_left_behind(bank):
    payment = p.initiated(bank)
    order = a.an_order(a.dedicated(p.KARIS), valid_until=date(2026, 3, 16))
    consent = consents.create(bank, "app-1", order)
    basket = put(bank, payment, consent)

    tomorrow = bank.at(a.NOON.replace(day=17, hour=6))
    signed(tomorrow, basket)

    assert statuses(basket, payment, consent) == [
        BasketStatus.AUTHORISED,
        PaymentStatus.IN_PROCESS,
        ConsentStatus.EXPIRED,
    ]


# Two at once


def test_of_two_baskets_at_once_one_gets_the_payment(database):
    with database.writing() as work:
        p.settle_in(work)
        payment_id = p.initiated(taking(p.bank_at(work), Grouping.ALL)).id
    together = Barrier(4)

    def put_it(_):
        with database.work() as work:
            bank = taking(p.bank_at(work), Grouping.ALL)
            payments.of_subject(bank, payment_id)
            together.wait()
            try:
                basket = baskets.create(bank, "app-1", BasketOrder((payment_id,)))
            except baskets.BasketMemberBlocked:
                return None
            work.commit()
            return basket.id

    with ThreadPoolExecutor(4) as pool:
        made = [one for one in pool.map(put_it, range(4)) if one]

    with database.reading() as work:
        bank = taking(p.bank_at(work), Grouping.ALL)
        held = baskets.holding(bank, payment_id)
        assert held is not None
        assert [held.id] == made


def test_a_payment_is_signed_by_itself_or_in_a_basket_and_never_twice(database):
    with database.writing() as work:
        p.settle_in(work)
        bank = taking(p.bank_at(work), Grouping.ALL)
        payment = p.initiated(bank)
        own_id = authorisations.start(bank, PaymentSubject(payment), REDIRECT).authorisation.id
        payment_id = payment.id
    together = Barrier(2)

    def sign(way):
        with database.work() as work:
            bank = taking(p.bank_at(work), Grouping.ALL)
            own = authorisations.of_id(bank, own_id)
            together.wait()
            try:
                if way == "basket":
                    signed(bank, baskets.create(bank, "app-1", BasketOrder((payment_id,))))
                else:
                    authorisations.approve(bank, own, a.KARI)
            except (baskets.BasketMemberClosed, authorisations.AuthorisationFinished):
                return None
            work.commit()
            return way

    with ThreadPoolExecutor(2) as pool:
        ways = [one for one in pool.map(sign, ("itself", "basket")) if one]

    with database.reading() as work:
        bank = p.bank_at(work)
        assert len(ways) == 1
        assert payments.of_subject(bank, payment_id).signed_by == [a.KARI]
        assert p.available(bank, "kari-1") == p.START_MINOR - 10_000
