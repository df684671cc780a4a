"""What a bank says of itself: the choices that its YAML file makes, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sandbox.bank.profile_security import AuthorizationServer as AuthorizationServer  # noqa: PLC0414  # named here
from sandbox.bank.profile_security import Oauth2 as Oauth2  # noqa: PLC0414  # as above
from sandbox.bank.profile_security import SecurityProfile as SecurityProfile  # noqa: PLC0414  # as above
from sandbox.bank.profile_security import Signing


class ScaApproach(StrEnum):
    """How the PSU proves who they are. Source: NextGenPSD2 IG 1.3, section 5."""

    REDIRECT = "redirect"
    EMBEDDED = "embedded"
    DECOUPLED = "decoupled"


class Counting(StrEnum):
    """What one of the daily accesses is. Source: openFinance data dictionary 2.3.1, countingOfAisRequests."""

    NONE = "none"
    TIMESLOT = "timeslot"
    BY_ENDPOINT_CALL = "byEndpointCall"


class MultiCurrency(StrEnum):
    """How a multi-currency account is shown. Source: NextGenPSD2 IG 1.3, section 4.5."""

    SUBACCOUNT = "subaccount"
    AGGREGATION = "aggregation"
    BOTH = "aggregationAndSubaccount"


@dataclass(frozen=True, slots=True)
class ScaMethod:
    """One way to receive a one-time code. `type`: SMS_OTP, CHIP_OTP, PHOTO_OTP, PUSH_OTP or SMTP_OTP."""

    id: str
    type: str
    name: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Sca:
    """How this bank authenticates. The first approach is the one it takes when the TPP has no wish.

    `methods` are what an ordinary customer has; a person may have fewer. `lifetime_seconds` is how long an
    authorisation waits for the PSU; `redirect_url_lifetime_seconds` how long its link is good.
    """

    approaches: tuple[ScaApproach, ...]
    methods: tuple[ScaMethod, ...]
    password_attempts: int = 3
    code_attempts: int = 3
    code_length: int = 6
    lifetime_seconds: int = 900
    explicit_start: bool = False
    confirmation_code: bool = False
    authorization_server: AuthorizationServer = field(default_factory=AuthorizationServer)
    signing: Signing = field(default_factory=Signing)


@dataclass(frozen=True, slots=True)
class ConsentRules:
    """What this bank grants. `validity_days_max` follows RTS SCA Art. 10 (180 days since 2023)."""

    validity_days_max: int = 180
    frequency_per_day_max: int = 4
    counting: Counting = Counting.BY_ENDPOINT_CALL
    bank_offered: bool = True
    available_accounts: bool = True
    all_psd2: bool = True
    owner_name: bool = False
    one_off: bool = True
    status_notification: bool = False


@dataclass(frozen=True, slots=True)
class StatementRules:
    """What this bank shows of the books.

    `history_months` is how far its archive goes back; `history_days_unattended` how far without a fresh SCA
    (None: all of it), and `fresh_sca_minutes` how long an SCA counts as fresh for the rest.
    """

    balance_types: tuple[str, ...]
    booking_statuses: tuple[str, ...]
    formats: tuple[str, ...] = ("json",)
    history_months: int = 24
    history_days_unattended: int | None = None
    fresh_sca_minutes: int = 15
    page_size: int = 100
    newest_first: bool = True
    delta_list: bool = False
    entry_reference_from: bool = False
    balance_after_transaction: bool = True
    multi_currency: MultiCurrency = MultiCurrency.SUBACCOUNT


class Service(StrEnum):
    """How many credit transfers one payment is. Source: NextGenPSD2 IG 1.3, section 5, payment-service."""

    SINGLE = "single"
    BULK = "bulk"
    PERIODIC = "periodic"


class Scheme(StrEnum):
    """By which rails a payment travels. Which ones a country has stands in its fixture, with their hours.

    DOMESTIC is the country's own batch clearing in its own currency (NICS, Dataclearing, Intraday, Bacs);
    DOMESTIC_INSTANT carries it within seconds (Straks, Faster Payments); HIGH_VALUE is settled one by one at
    the country's central bank (CHAPS). GIRO pays a Swedish Bankgiro or Plusgiro number.
    """

    SEPA = "sepa"
    SEPA_INSTANT = "sepaInstant"
    TARGET2 = "target2"
    CROSS_BORDER = "crossBorder"
    DOMESTIC = "domestic"
    DOMESTIC_INSTANT = "domesticInstant"
    HIGH_VALUE = "highValue"
    GIRO = "giro"


class Processing(StrEnum):
    """How far the bank tells a payment's way. Source: NextGenPSD2 IG 1.3.8, section 4.14.1.

    A batch bank of type A ends with the technical validation, one of type B with the check of the customer;
    a real-time bank tells the settlement.
    """

    REAL_TIME = "realTime"
    BATCH_A = "batchA"
    BATCH_B = "batchB"


class Reuse(StrEnum):
    """What a bank does with a payment that it has seen: the same X-Request-ID, or the same content."""

    ACCEPT = "accept"
    REPLAY = "replay"
    REFUSE = "refuse"


class NoFunds(StrEnum):
    """What becomes of a payment without funds where the TPP has no wish: refused, or tried again."""

    REJECT = "reject"
    WAIT = "wait"


class AfterCutOff(StrEnum):
    """What becomes of a payment that comes after its scheme's cut-off: for the next day, or not at all."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class PaymentRules:
    """What this bank carries out. No scheme: it initiates no payments.

    `fees_minor` are per scheme in the bank's currency. `lead_days_max` is how far ahead a payment may be
    dated. `cancellation_sca`: whether an accepted payment is cancelled by the PSU's yes only.
    `business_schemes` are open to accounts of companies alone. `after_cut_off` is for payments that a PSU
    consents to before the TPP submits them.
    """

    schemes: tuple[Scheme, ...] = ()
    services: tuple[Service, ...] = (Service.SINGLE,)
    formats: tuple[str, ...] = ("json",)
    business_schemes: tuple[Scheme, ...] = ()
    processing: Processing = Processing.REAL_TIME
    debtor_account_optional: bool = False
    cancellation_sca: bool = True
    request_id_reuse: Reuse = Reuse.ACCEPT
    logical_duplicates: Reuse = Reuse.ACCEPT
    no_funds: NoFunds = NoFunds.REJECT
    after_cut_off: AfterCutOff = AfterCutOff.ACCEPT
    lead_days_max: int = 365
    bulk_size_max: int = 500
    status_notification: bool = False
    fees_minor: Mapping[Scheme, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PayeeRules:
    """Whether this bank verifies payees, and since when: None is the day that the country's law has set.

    `opt_out`: whether the TPP may ask it not to. `bulk_seconds` is how long a bulk of verifications takes
    where the TPP does not want to wait for it.
    """

    offered: bool = True
    starts_on: date | None = None
    opt_out: bool = True
    bulk_seconds: int = 5


class CardIds(StrEnum):
    """Under which id a bank tells a card payment: its own, or one that says nothing."""

    OWN = "own"
    ABSENT = "absent"
    BLANK = "blank"
    NOT_PROVIDED = "notProvided"


class PendingDay(StrEnum):
    """Which day a pending entry carries: its value date alone, the latest booking day, or one in a text."""

    VALUE_DATE = "valueDate"
    LATEST_BOOKING = "latestBooking"
    IN_TEXT = "inText"


class Payee(StrEnum):
    """Where the other side is named: as itself, in the additional information, or not at all."""

    PARTY = "party"
    ADDITIONAL_INFORMATION = "additionalInformation"
    CARDHOLDER = "cardholder"


class RemittanceForm(StrEnum):
    """How a remittance text comes: whole, as an array cut wherever it falls, or as if it had a structure."""

    TEXT = "text"
    ARRAY = "array"
    STRUCTURED = "structured"


class ValueDate(StrEnum):
    """What the value date of a card purchase is: the day of the purchase, or that of the card's bill."""

    PURCHASE = "purchase"
    REPAYMENT = "repayment"


class ForeignAmount(StrEnum):
    """Which amount a purchase abroad has: what is billed, or what the terminal showed."""

    BILLED = "billed"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Bookings:
    """How what the bank tells of a booking departs from its books; a clean bank departs in nothing.

    `id_settles_after_days`: so long after its booking day an entry has an id that will be replaced.
    `clutter` is a template over {text}, {end_to_end_id}, {mandate_id}, {creditor_id} around every remittance
    text, `pending_text` one over {text}, {card}. docs/quirks.md says which real banks did so.
    """

    id_changes_on_booking: bool = False
    id_settles_after_days: int = 0
    ids_repeat: bool = False
    card_ids: CardIds = CardIds.OWN
    pending_day: PendingDay = PendingDay.VALUE_DATE
    pending_sign_lost: bool = False
    pending_text: str = "{text}"
    value_date: ValueDate = ValueDate.PURCHASE
    card_sign_inverted: bool = False
    card_checks: bool = False
    foreign_amount: ForeignAmount = ForeignAmount.BILLED
    payee: Payee = Payee.PARTY
    remittance_form: RemittanceForm = RemittanceForm.TEXT
    clutter: str = "{text}"


class BankKind(StrEnum):
    """What a bank is: one of daily life, or one that issues cards and nothing else."""

    BANK = "bank"
    CARD_ISSUER = "cardIssuer"


class FundsActivation(StrEnum):
    """How the bank knows that the PSU lets a TPP ask whether money is there.

    By a consent that the TPP names with each question; by one that the bank finds itself; or the bank and the
    PSU have settled it among themselves, and no TPP asks for a consent here.
    """

    CONSENT = "consentId"
    ACCOUNT = "account"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FundsRules:
    """Whether and how this bank confirms funds. `card_number`: it compares the card with the consent's."""

    offered: bool = False
    activation: FundsActivation = FundsActivation.CONSENT
    card_number: bool = True


class Grouping(StrEnum):
    """What may be authorised together. Source: openFinance data dictionary 2.3.1, transactionGroupings."""

    PAYMENTS = "payments"
    CONSENTS = "consents"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class BasketRules:
    """Which signing baskets this bank takes; no grouping: none at all.

    `several_signatures`: also of payments that more than one PSU has to sign.
    """

    groupings: tuple[Grouping, ...] = ()
    size_max: int = 20
    several_signatures: bool = True


@dataclass(frozen=True, slots=True)
class Customers:
    """Which people of the country bank here: the numbers `first` to `last`, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Look:
    """The bank's colours and its one sentence, for the pages of the PSU."""

    primary: str = "#1f4e79"
    accent: str = "#e0a526"
    slogan: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """How this bank prints a merchant and cuts a remittance text.

    `card` is a template over {merchant}, {town}, {date}, {card}, {amount}, {currency}, {country}.
    """

    card: str = "{merchant}, {town}"
    upper_case: bool = False
    remittance_max: int = 140


@dataclass(frozen=True, slots=True)
class Interface:
    """One language the bank speaks. `switches` belong to the standard, which validates and reads them."""

    standard: str
    version: str
    switches: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """One fictional bank, whole."""

    id: str
    name: str
    country: str
    currency: str
    bic: str
    bank_code: str
    zone: str
    languages: tuple[str, ...]
    description: str
    customers: Customers
    sca: Sca
    consents: ConsentRules
    statements: StatementRules
    interfaces: tuple[Interface, ...]
    look: Look = field(default_factory=Look)
    text: Text = field(default_factory=Text)
    payments: PaymentRules = field(default_factory=PaymentRules)
    payees: PayeeRules = field(default_factory=PayeeRules)
    bookings: Bookings = field(default_factory=Bookings)
    kind: BankKind = BankKind.BANK
    funds: FundsRules = field(default_factory=FundsRules)
    baskets: BasketRules = field(default_factory=BasketRules)

    def interface(self, standard: str, version: str | None = None) -> Interface:
        """The bank's interface in that standard, and of that version if one is named.

        KeyError where it speaks no such language.
        """
        for one in self.interfaces:
            if one.standard == standard and version in (None, one.version):
                return one
        raise KeyError(standard, version)
