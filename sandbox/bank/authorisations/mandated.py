"""A payment mandate as the subject of a yes: after it, the TPP may pay again and again, within limits."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.bank import mandates
from sandbox.bank.accounts import AccountRow
from sandbox.bank.authorisations.subjects import SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.consents import RENEWABLE_TRANSITIONS, AccountNotOffered, ConsentStatus
from sandbox.bank.mandates import MandateNotOpen, PaymentMandate


@dataclass(frozen=True, slots=True)
class MandateSubject:
    """A yes to a payment mandate; it may be given again as long as the mandate lasts."""

    mandate: PaymentMandate

    kind = SubjectKind.MANDATE
    lapses = False

    @property
    def id(self) -> str:
        """The mandate's id."""
        return self.mandate.id

    @property
    def app_id(self) -> str:
        """The app that asks."""
        return self.mandate.app_id

    @property
    def tpp_name(self) -> str:
        """How the app calls itself."""
        return self.mandate.tpp_name

    def status(self, bank: Bank) -> str:
        """Where the mandate stands."""
        return mandates.current_status(bank, self.mandate)

    def person_id(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """Whoever has said yes before; the first time, whoever may pay from the account."""
        return self.mandate.person_id

    def is_open(self, bank: Bank) -> bool:
        """Whether a yes can still be given."""
        return ConsentStatus.VALID in RENEWABLE_TRANSITIONS[mandates.current_status(bank, self.mandate)]

    def check_open(self, bank: Bank) -> None:
        """Raises MandateNotOpen."""
        if not self.is_open(bank):
            raise MandateNotOpen(detail=f"{self.id} is {self.status(bank)}")

    def is_choice_of_psu(self, bank: Bank) -> bool:  # noqa: ARG002  # the form of a Subject
        """Where the TPP named no debtor account, the PSU picks one."""
        return self.mandate.named_account_id is None

    def offered(self, bank: Bank, person_id: str) -> list[AccountRow]:
        """The accounts that the PSU may pay from."""
        return mandates.offered(bank, self.mandate, person_id)

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:
        """The one account that will be debited. Raises AccountNotOffered."""
        choice = self.offered(bank, person_id)
        if picked is None:
            return choice[:1]
        if len(picked) != 1 or picked[0] not in {one.id for one in choice}:
            raise AccountNotOffered("One account is to be chosen to pay from.", detail=", ".join(picked))
        return [one for one in choice if one.id == picked[0]]

    def failure(self, bank: Bank) -> str | None:  # noqa: ARG002  # the form of a Subject
        """No failure lies on what moves no money."""
        return None

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:
        """The TPP may pay."""
        mandates.authorise(bank, self.mandate, person_id, granting[0].id)

    def fail(self, bank: Bank) -> None:
        """The mandate is rejected."""
        mandates.reject(bank, self.mandate)
