"""Subjects: what a PSU says yes to. A consent, a payment and a cancellation are asked for in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sandbox.bank import baskets, consents, funds, payments, sessions
from sandbox.bank.accounts import AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.consents import AccountNotOffered, Consent, ConsentNotOpen, ConsentStatus
from sandbox.bank.funds import FundsConsent
from sandbox.bank.payments import AlreadySigned, PayeeUnconfirmed, Payment, PaymentNotOpen, PaymentStatus
from sandbox.bank.sessions import Session, SessionNotOpen, SessionStatus


class SubjectKind(StrEnum):
    """What an authorisation is about."""

    CONSENT = "consent"
    PAYMENT = "payment"
    CANCELLATION = "cancellation"
    FUNDS_CONSENT = "funds"
    BASKET = "basket"
    SESSION = "session"
    MANDATE = "mandate"
    PAYMENT_CONSENT = "pay_consent"


class Subject(Protocol):
    """What the steps of an authorisation need to know of it, and do with it."""

    @property
    def kind(self) -> SubjectKind:
        """Which sort it is."""

    @property
    def id(self) -> str:
        """The id of the consent, the payment or the basket."""

    @property
    def app_id(self) -> str:
        """The app that asks."""

    @property
    def tpp_name(self) -> str:
        """How the app calls itself; empty where it goes by its registered name."""

    def status(self, bank: Bank) -> str:
        """Where it stands."""

    def person_id(self, bank: Bank) -> str | None:
        """The PSU whose yes it must be, where that is known."""

    def is_open(self, bank: Bank) -> bool:
        """Whether a yes can still be given."""

    def check_open(self, bank: Bank) -> None:
        """Raises ConsentNotOpen, PaymentNotOpen, BasketNotOpen … where it cannot."""

    def is_choice_of_psu(self, bank: Bank) -> bool:
        """Whether the PSU picks the accounts."""

    def offered(self, bank: Bank, person_id: str) -> list[AccountRow]:
        """The PSU's accounts that it may be about."""

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:
        """The accounts that the yes is about; none: it fails, unless it is about no account at all.

        Raises AccountNotOffered, AlreadySigned.
        """

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:
        """The yes is final."""

    def fail(self, bank: Bank) -> None:
        """The PSU said no, or could not prove who they are, or let the time pass."""

    def failure(self, bank: Bank) -> str | None:
        """The failure that lies on what is asked for: see `faults`."""

    @property
    def lapses(self) -> bool:
        """Whether time itself ends what it is about, when the authorisation has waited too long."""


class Own(Protocol):
    """What carries the TPP's own name: a consent, a payment, a basket."""

    id: str
    app_id: str
    tpp_name: str


class Asked:
    """A subject by what is asked for: who it is and who asks stands there."""

    __slots__ = ()

    @property
    def asked(self) -> Own:
        """The consent, the payment or the basket itself."""
        raise NotImplementedError

    @property
    def id(self) -> str:
        """Its id."""
        return self.asked.id

    @property
    def app_id(self) -> str:
        """The app that asks."""
        return self.asked.app_id

    @property
    def tpp_name(self) -> str:
        """How the app calls itself."""
        return self.asked.tpp_name

    def failure(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """No failure lies on what moves no money."""
        return None


@dataclass(frozen=True, slots=True)
class ConsentSubject(Asked):
    """A yes to a consent."""

    consent: Consent

    kind = SubjectKind.CONSENT
    lapses = False

    @property
    def asked(self) -> Consent:
        """The consent itself."""
        return self.consent

    def status(self, bank: Bank) -> str:
        """Where the consent stands."""
        return consents.current_status(bank, self.consent)

    def person_id(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """The PSU whom the TPP named with the consent."""
        return self.consent.person_id

    def is_open(self, bank: Bank) -> bool:
        """Whether the consent can still become valid, by a yes of its own."""
        status = consents.current_status(bank, self.consent)
        may_become = consents.following(self.consent, status)
        return ConsentStatus.VALID in may_become and not baskets.holding(bank, self.id)

    def check_open(self, bank: Bank) -> None:
        """Raises ConsentNotOpen, BasketMemberBlocked."""
        baskets.check_free(bank, self.id)
        if not self.is_open(bank):
            status = consents.current_status(bank, self.consent)
            raise ConsentNotOpen(detail=f"{self.consent.id} is {status}")

    def is_choice_of_psu(self, bank: Bank) -> bool:  # noqa: ARG002  # the form of a Subject
        """A bank-offered consent leaves the accounts to the PSU."""
        return consents.is_choice_of_psu(self.consent)

    def offered(self, bank: Bank, person_id: str) -> list[AccountRow]:
        """The accounts that the consent may be about."""
        return consents.offered(bank, self.consent, person_id)

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:
        """The accounts that are granted."""
        return consents.chosen(bank, self.consent, person_id, picked)

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:
        """The consent becomes valid."""
        consents.authorise(bank, self.consent, person_id, granting)

    def fail(self, bank: Bank) -> None:
        """The consent is rejected, unless a basket has taken it over."""
        if not baskets.holding(bank, self.id):
            consents.reject(bank, self.consent)


@dataclass(frozen=True, slots=True)
class PaymentSubject(Asked):
    """A yes to a payment: the only one that is needed, or one of several."""

    payment: Payment

    kind = SubjectKind.PAYMENT
    lapses = True

    @property
    def asked(self) -> Payment:
        """The payment itself."""
        return self.payment

    def status(self, bank: Bank) -> str:  # noqa: ARG002  # the form of a Subject
        """Where the payment stands."""
        return self.payment.status

    def person_id(self, bank: Bank) -> str | None:
        """The PSU whom the TPP named, unless several have to sign."""
        several = payments.signatures_needed(bank, self.payment.debtor_account_id) > 1
        return None if several else self.payment.person_id

    def is_open(self, bank: Bank) -> bool:
        """Whether a signature is missing that is given to this payment by itself."""
        return payments.is_open(self.payment) and not baskets.holding(bank, self.id)

    def check_open(self, bank: Bank) -> None:
        """Raises PaymentNotOpen, BasketMemberBlocked, PayeeUnconfirmed."""
        baskets.check_free(bank, self.id)
        if self.payment.status == PaymentStatus.DOUBTED:
            raise PayeeUnconfirmed(detail=self.payment.id)
        if not self.is_open(bank):
            raise PaymentNotOpen(detail=f"{self.payment.id} is {self.payment.status}")

    def is_choice_of_psu(self, bank: Bank) -> bool:  # noqa: ARG002  # the form of a Subject
        """Where the TPP named no debtor account, the PSU picks one."""
        return self.payment.debtor_account_id is None

    def offered(self, bank: Bank, person_id: str) -> list[AccountRow]:
        """The accounts that the PSU may pay from."""
        return payments.offered(bank, self.payment, person_id)

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:
        """The one account that is debited. Raises AccountNotOffered, AlreadySigned."""
        if person_id in self.payment.signed_by:
            raise AlreadySigned(detail=person_id)
        choice = self.offered(bank, person_id)
        if picked is None:
            return choice[:1]
        if len(picked) != 1 or picked[0] not in {one.id for one in choice}:
            raise AccountNotOffered("One account is to be chosen to pay from.", detail=", ".join(picked))
        return [one for one in choice if one.id == picked[0]]

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:
        """The payment is signed, and carried out if that was the last signature."""
        payments.agree(bank, self.payment, person_id, granting[0].id)

    def fail(self, bank: Bank) -> None:
        """The payment is rejected, unless a basket has taken it over."""
        if not baskets.holding(bank, self.id):
            payments.refuse(bank, self.payment)

    def failure(self, bank: Bank) -> str | None:
        """What lies on the payment."""
        return payments.failure(bank, self.payment)


@dataclass(frozen=True, slots=True)
class CancellationSubject(PaymentSubject):
    """A yes to the cancellation of a payment."""

    kind = SubjectKind.CANCELLATION
    lapses = False

    def person_id(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """Whoever may pay from the account may cancel."""
        return None

    def is_open(self, bank: Bank) -> bool:
        """Whether it is not too late."""
        return payments.is_cancellable(bank, self.payment)

    def check_open(self, bank: Bank) -> None:
        """Raises CancellationInvalid."""
        payments.check_cancellable(bank, self.payment)

    def is_choice_of_psu(self, bank: Bank) -> bool:  # noqa: ARG002  # the form of a Subject
        """There is nothing to choose."""
        return False

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:  # noqa: ARG002
        """The account that the payment was to be debited to."""
        return self.offered(bank, person_id)[:1]

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:  # noqa: ARG002
        """The payment is cancelled."""
        payments.cancel(bank, self.payment)

    def fail(self, bank: Bank) -> None:
        """The payment stays as it was."""


@dataclass(frozen=True, slots=True)
class FundsConsentSubject(Asked):
    """A yes to a consent to confirm funds."""

    consent: FundsConsent

    kind = SubjectKind.FUNDS_CONSENT
    lapses = False

    @property
    def asked(self) -> FundsConsent:
        """The consent itself."""
        return self.consent

    def status(self, bank: Bank) -> str:
        """Where the consent stands."""
        return funds.current_status(bank, self.consent)

    def person_id(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """The PSU whom the TPP named with the consent."""
        return self.consent.person_id

    def is_open(self, bank: Bank) -> bool:
        """Whether the consent can still become valid."""
        return ConsentStatus.VALID in funds.following(self.consent, funds.current_status(bank, self.consent))

    def check_open(self, bank: Bank) -> None:
        """Raises ConsentNotOpen."""
        if not self.is_open(bank):
            raise ConsentNotOpen(detail=f"{self.consent.id} is {self.status(bank)}")

    def is_choice_of_psu(self, bank: Bank) -> bool:  # noqa: ARG002  # the form of a Subject
        """The TPP has named the account."""
        return False

    def offered(self, bank: Bank, person_id: str) -> list[AccountRow]:
        """The account that the TPP named, where it is this PSU's."""
        return funds.offered(bank, self.consent, person_id)

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:
        """The account that may be asked about."""
        found = self.offered(bank, person_id)
        strange = set(picked or ()) - {one.id for one in found}
        if strange:
            raise AccountNotOffered(detail=", ".join(sorted(strange)))
        return found

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:
        """The consent becomes valid."""
        funds.authorise(bank, self.consent, person_id, granting[0].id)

    def fail(self, bank: Bank) -> None:
        """The consent is rejected."""
        funds.reject(bank, self.consent)


@dataclass(frozen=True, slots=True)
class SessionSubject:
    """A yes to no consent and no payment: the PSU lets the TPP know who they are."""

    session: Session

    kind = SubjectKind.SESSION
    lapses = False

    @property
    def id(self) -> str:
        """The session's id."""
        return self.session.id

    @property
    def app_id(self) -> str:
        """The app that asks."""
        return self.session.app_id

    @property
    def tpp_name(self) -> str:
        """The app goes by its registered name."""
        return ""

    def status(self, bank: Bank) -> str:  # noqa: ARG002  # the form of a Subject
        """Where the session stands."""
        return self.session.status

    def person_id(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """Who it is, is what is asked."""
        return None

    def is_open(self, bank: Bank) -> bool:  # noqa: ARG002  # the form of a Subject
        """Whether the PSU has not answered yet."""
        return self.session.status == SessionStatus.RECEIVED

    def check_open(self, bank: Bank) -> None:
        """Raises SessionNotOpen."""
        if not self.is_open(bank):
            raise SessionNotOpen(detail=f"{self.id} is {self.session.status}")

    def is_choice_of_psu(self, bank: Bank) -> bool:  # noqa: ARG002  # the form of a Subject
        """There is nothing to choose."""
        return False

    def offered(self, bank: Bank, person_id: str) -> list[AccountRow]:  # noqa: ARG002  # the form of a Subject
        """It is about no account."""
        return []

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:  # noqa: ARG002
        """It is about no account."""
        return []

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:  # noqa: ARG002
        """The TPP knows from here on who the PSU is."""
        sessions.agree(bank, self.session, person_id)

    def fail(self, bank: Bank) -> None:
        """The TPP learns nothing."""
        sessions.reject(bank, self.session)

    def failure(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """No failure lies on what moves no money."""
        return None
