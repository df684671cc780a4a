"""A basket as the subject of one yes: each part of it is asked, and they agree or fail together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.bank import baskets
from sandbox.bank.accounts import AccountRow
from sandbox.bank.authorisations.subjects import Asked, ConsentSubject, PaymentSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.baskets import Basket, BasketNotOpen
from sandbox.bank.consents import AccountNotOffered


@dataclass(frozen=True, slots=True)
class BasketSubject(Asked):
    """A yes to all that waits in a basket, or to nothing of it."""

    basket: Basket

    kind = SubjectKind.BASKET
    lapses = True

    @property
    def asked(self) -> Basket:
        """The basket itself."""
        return self.basket

    def status(self, bank: Bank) -> str:
        """Where the basket stands."""
        return baskets.current_status(bank, self.basket)

    def parts(self, bank: Bank) -> list[PaymentSubject | ConsentSubject]:
        """What is asked for together: the payments first, without what no longer waits."""
        paying, reading = baskets.open_members(bank, self.basket)
        return [*map(PaymentSubject, paying), *map(ConsentSubject, reading)]

    def person_id(self, bank: Bank) -> str | None:
        """The PSU whom the TPP named, unless several have to sign."""
        return None if baskets.signatures_needed(bank, self.basket) > 1 else self.basket.person_id

    def is_open(self, bank: Bank) -> bool:
        """Whether a signature is missing."""
        return baskets.current_status(bank, self.basket) in baskets.OPEN

    def check_open(self, bank: Bank) -> None:
        """Raises BasketNotOpen."""
        if not self.is_open(bank):
            raise BasketNotOpen(detail=f"{self.basket.id} is {self.basket.status}")

    def is_choice_of_psu(self, bank: Bank) -> bool:  # noqa: ARG002  # the form of a Subject
        """What leaves a choice to the PSU is not put into a basket."""
        return False

    def offered(self, bank: Bank, person_id: str) -> list[AccountRow]:
        """All accounts that something in the basket is about."""
        found = [one for part in self.parts(bank) for one in part.offered(bank, person_id)]
        return list({one.id: one for one in found}.values())

    def chosen(self, bank: Bank, person_id: str, picked: Sequence[str] | None) -> list[AccountRow]:
        """The accounts; none as soon as this PSU can agree to one part not at all: all or nothing.

        Raises AccountNotOffered, AlreadySigned.
        """
        offered = self.offered(bank, person_id)
        strange = set(picked or ()) - {one.id for one in offered}
        if strange:
            raise AccountNotOffered(detail=", ".join(sorted(strange)))
        return offered if all(part.chosen(bank, person_id, None) for part in self.parts(bank)) else []

    def agree(self, bank: Bank, person_id: str, granting: Sequence[AccountRow]) -> None:  # noqa: ARG002
        """Every part is signed, in the order of the basket; each payment goes its own way from here on.

        Source: IG 1.3.8, section 8: the basket is a structure for the authorisation, not for the execution.
        """
        for part in self.parts(bank):
            part.agree(bank, person_id, part.chosen(bank, person_id, None))
        baskets.sign(bank, self.basket)

    def fail(self, bank: Bank) -> None:
        """A no to the basket is a no to each part of it."""
        parts = self.parts(bank)
        baskets.reject(bank, self.basket)
        for part in parts:
            part.fail(bank)
