"""A payment consent as the subject of a yes: after it, the TPP may submit the payment."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.bank import payment_consents, payments
from sandbox.bank.accounts import AccountRow
from sandbox.bank.authorisations.subjects import SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.consents import AccountNotOffered
from sandbox.bank.payment_consents import PaymentConsent, PaymentConsentNotOpen, PaymentConsentStatus
from sandbox.bank.payments import Payment


@dataclass(frozen=True, slots=True)
class PaymentConsentSubject:
    """A yes to a payment that is submitted afterwards; of several signatures it is the first."""

    consent: PaymentConsent

    kind = SubjectKind.PAYMENT_CONSENT
    lapses = False

    @property
    def id(self) -> str:
        """The consent's id."""
        return self.consent.id

    @property
    def app_id(self) -> str:
        """The app that asks."""
        return self.consent.app_id

    @property
    def tpp_name(self) -> str:
        """How the app calls itself."""
        return self.consent.tpp_name

    def payment(self, bank: Bank) -> Payment:
        """What is to be paid."""
        return payment_consents.payment_of(bank, self.consent)

    def status(self, bank: Bank) -> str:
        """Where the consent stands."""
        return payment_consents.current_status(bank, self.consent)

    def person_id(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """Whoever may pay from the account."""
        return self.consent.person_id

    def is_open(self, bank: Bank) -> bool:
        """Whether a yes can still be given."""
        return self.status(bank) == PaymentConsentStatus.RECEIVED

    def check_open(self, bank: Bank) -> None:
        """Raises PaymentConsentNotOpen."""
        if not self.is_open(bank):
            raise PaymentConsentNotOpen(detail=f"{self.id} is {self.status(bank)}")

    def is_choice_of_psu(self, bank: Bank) -> bool:
        """Where the TPP named no debtor account, the PSU picks one."""
        return self.payment(bank).debtor_account_id is None

    def offered(self, bank: Bank, person_id: str) -> list[AccountRow]:
        """The accounts that the PSU may pay from."""
        return payment_consents.offered(bank, self.consent, person_id)

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:
        """The one account that will be debited. Raises AccountNotOffered."""
        choice = self.offered(bank, person_id)
        if picked is None:
            return choice[:1]
        if len(picked) != 1 or picked[0] not in {one.id for one in choice}:
            raise AccountNotOffered("One account is to be chosen to pay from.", detail=", ".join(picked))
        return [one for one in choice if one.id == picked[0]]

    def failure(self, bank: Bank) -> str | None:
        """What lies on the payment."""
        return payments.failure(bank, self.payment(bank))

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:
        """The TPP may submit the payment."""
        payment_consents.authorise(bank, self.consent, person_id, granting[0].id)

    def fail(self, bank: Bank) -> None:
        """The consent is rejected."""
        payment_consents.reject(bank, self.consent)
