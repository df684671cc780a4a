"""Wishes: whatever a TPP may want to have paid, drawn by hypothesis."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from sandbox.bank.payments import Frequency, Roll, Schedule
from sandbox.bank.profile import Scheme, Service
from tests.bank import paying as p

CREDITORS = [p.LIVS, p.LIVS, p.OLAS, p.KARIS_SAVINGS, p.LIVS_CLOSED, p.LIVS_BLOCKED, p.NOBODYS, p.OUTSIDE]
AMOUNTS = st.sampled_from([1, 100, 10_000, 40_000, 99_999, 100_001])
CARRIED = {Scheme.DOMESTIC: "NOK", Scheme.DOMESTIC_INSTANT: "NOK", Scheme.SEPA: "EUR"}


@dataclass(frozen=True)
class Wanted:
    """What a TPP may want to have paid; the days are counted from the day on which it asks."""

    scheme: Scheme
    minors: list[int]
    service: Service
    creditor: str
    debtor: str | None
    ahead: int | None
    impatient: bool
    frequency: Frequency
    roll: Roll
    lasts: int | None

    def __call__(self, today):
        """The order of that day."""
        bulk, periodic = self.service == Service.BULK, self.service == Service.PERIODIC
        first = today + timedelta(days=self.ahead or 0)
        end_on = None if self.lasts is None else first + timedelta(days=self.lasts)
        return p.an_order(
            *(
                p.an_instruction(minor, self.creditor, CARRIED[self.scheme])
                for minor in (self.minors if bulk else self.minors[:1])
            ),
            scheme=self.scheme,
            service=self.service,
            debtor=self.debtor,
            requested_on=None if periodic or self.ahead is None else first,
            schedule=Schedule(first, self.frequency, end_on, self.roll, months=(3, 4, 7))
            if periodic
            else None,
            reject_without_funds=self.impatient,
        )


WISHES = st.builds(
    Wanted,
    scheme=st.sampled_from(sorted(CARRIED)),
    minors=st.lists(AMOUNTS, min_size=1, max_size=3),
    service=st.sampled_from(Service),
    creditor=st.sampled_from(CREDITORS),
    debtor=st.sampled_from([p.KARIS, p.KARIS, p.KARIS_SAVINGS, p.OLAS, None]),
    ahead=st.sampled_from([None, None, 0, 1, 5, 40]),
    impatient=st.sampled_from([False, False, True]),
    frequency=st.sampled_from(Frequency),
    roll=st.sampled_from(Roll),
    lasts=st.sampled_from([None, 0, 10, 60]),
)


def _from_kari(minors, creditor=p.LIVS, *, of=p.KARIS, ahead=None, impatient=True, lasts=None, **kind):
    kind = {"scheme": Scheme.DOMESTIC, "service": Service.SINGLE} | kind
    kind |= {"frequency": Frequency.WEEKLY, "roll": Roll.FOLLOWING, "lasts": lasts}
    return Wanted(minors=minors, creditor=creditor, debtor=of, ahead=ahead, impatient=impatient, **kind)


#: Orders that the bank takes, one for each way that a payment can go.
GOOD = [
    _from_kari([100], scheme=Scheme.DOMESTIC_INSTANT),  # the creditor has it at once
    _from_kari([99_999, 40_000], service=Service.BULK),  # of the two the second is refused
    _from_kari([110_000], impatient=False),  # it waits for funds, where the bank does
    _from_kari([100], p.NOBODYS),  # it comes back
    _from_kari([100], ahead=5),  # it waits for its day
    _from_kari([100], service=Service.PERIODIC, lasts=10),  # it runs twice
    _from_kari([40_000], of=p.KARIS_SAVINGS),  # of this account two have to sign
]
