"""The sorts of payment orders: what each is called, and what makes it unlike the others.

Source: Read/Write 4.0, PISP Resources and Data Models.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.bank.profile import PaymentRules, Scheme, Service

_INTERNATIONAL_SCHEMES = (Scheme.CROSS_BORDER,)


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort. `word` is its path without ending, `id_key` the member that names an order of it.

    `path_key` is what the published files call the id in a path, where it is another word.
    `dated`: it is carried out on a day to come. `funds`: whether there is money for it can be asked after the
    PSU's yes.
    """

    word: str
    id_key: str
    path_key: str = ""
    service: Service = Service.SINGLE
    international: bool = False
    dated: bool = False
    funds: bool = False

    @property
    def argument(self) -> str:
        """What the id of an order is called in a path."""
        return self.path_key or self.id_key

    @property
    def consents(self) -> str:
        """The path of its consents."""
        return f"/{self.word}-consents"

    @property
    def orders(self) -> str:
        """The path of its orders."""
        return f"/{self.word}s"

    @property
    def risk(self) -> bool:
        """Whether its bodies say what the risk is judged by, and who would be refunded: a file's do not."""
        return self.service is not Service.BULK

    @property
    def permission(self) -> bool:
        """Whether its consents say what they permit, which is to create."""
        return self.dated or self.service is Service.PERIODIC

    @property
    def expected(self) -> bool:
        """Whether it is told when it is carried out and settled."""
        return self.service is Service.SINGLE

    def is_offered(self, rules: PaymentRules) -> bool:
        """Whether a bank carries such orders out."""
        schemes = set(rules.schemes)
        fitting = schemes & set(_INTERNATIONAL_SCHEMES) if self.international else schemes
        return bool(fitting) and self.service in rules.services


DOMESTIC = Kind("domestic-payment", "DomesticPaymentId", funds=True)
DOMESTIC_SCHEDULED = Kind("domestic-scheduled-payment", "DomesticScheduledPaymentId", dated=True)
DOMESTIC_STANDING = Kind("domestic-standing-order", "DomesticStandingOrderId", service=Service.PERIODIC)
INTERNATIONAL = Kind("international-payment", "InternationalPaymentId", international=True, funds=True)
INTERNATIONAL_SCHEDULED = Kind(
    *(
        "international-scheduled-payment",
        "InternationalScheduledPaymentId",
        "InternationalScheduledPaymentId",
    ),
    international=True,
    dated=True,
    funds=True,
)
INTERNATIONAL_STANDING = Kind(
    "international-standing-order",
    "InternationalStandingOrderId",
    path_key="InternationalStandingOrderPaymentId",
    service=Service.PERIODIC,
    international=True,
)
FILE = Kind("file-payment", "FilePaymentId", service=Service.BULK)
#: Those whose consent says all about the payment.
WHOLE = (
    *(DOMESTIC, DOMESTIC_SCHEDULED, DOMESTIC_STANDING),
    *(INTERNATIONAL, INTERNATIONAL_SCHEDULED, INTERNATIONAL_STANDING),
)
KINDS = (*WHOLE, FILE)
BY_WORD: Mapping[str, Kind] = {one.word: one for one in KINDS}


def at(segment: str) -> Kind | None:
    """The sort that the first segment of a path below the service is about."""
    for one in KINDS:
        if f"/{segment}" in (one.consents, one.orders):
            return one
    return None
