"""What may stand in a bank's file.

Source: openFinance data dictionary 2.3.1, `parameters*`, for every name that it has.
"""

from collections.abc import Callable
from enum import StrEnum
from string import Formatter
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Length, Regexp

from sandbox.bank.profile import (
    AfterCutOff,
    BankKind,
    BasketRules,
    Bookings,
    CardIds,
    ConsentRules,
    Counting,
    Customers,
    ForeignAmount,
    FundsActivation,
    FundsRules,
    Grouping,
    Interface,
    Look,
    MultiCurrency,
    NoFunds,
    Payee,
    PayeeRules,
    PaymentRules,
    PendingDay,
    Processing,
    Profile,
    RemittanceForm,
    Reuse,
    Scheme,
    Service,
    StatementRules,
    Text,
    ValueDate,
)
from sandbox.bank.profile_fields import Strict, flag, one_of, whole, words
from sandbox.bank.profile_schema_security import ApiSecuritySchema
from sandbox.kernel import clock, countries

#: The countries whose people `fixtures/countries/` describes.
COUNTRIES = countries.known()

#: The languages in which the pages of the PSU are written.
LANGUAGES = ("nb", "sv", "da", "fi", "de", "en")

#: Source: NextGenPSD2 1.3.11, bookingStatus as query parameter.
BOOKING_STATUSES = ("booked", "pending", "both", "information")

#: Source: data dictionary 2.3.1, supportedReportFormats; the camt versions are .001.08.
REPORT_FORMATS = ("json", "camt.052", "camt.053", "mt940")

#: The balances that `bank.accounts` can reckon. Source: NextGenPSD2 1.3.11, balanceType; `information` is
#: none of them, and some banks tell it all the same.
BALANCE_TYPES = (
    "closingBooked",
    "expected",
    "openingBooked",
    "interimAvailable",
    "interimBooked",
    "forwardAvailable",
    "nonInvoiced",
    "information",
)

#: In which form an initiation may come: JSON, or the ISO 20022 message in the versions .03 and .09.
PAYMENT_FORMATS = ("json", "pain.001")

#: Source: data dictionary 2.3.1, supportedConsentTypes; the words are those of our ConsentRules.
CONSENT_TYPES = ("dedicated", "bankOffered", "availableAccounts", "allPsd2")

#: Source: data dictionary 2.3.1, supportedQueryParametersTransactions.
QUERY_PARAMETERS = ("dateFrom", "dateTo", "bookingStatus", "entryReferenceFrom", "deltaList", "withBalance")

_CARD_TEXT = frozenset({"merchant", "town", "date", "card", "amount", "currency", "country"})
_CLUTTER = frozenset({"text", "end_to_end_id", "mandate_id", "creditor_id"})
_PENDING_TEXT = frozenset({"text", "card"})
_COLOUR = Regexp(r"^#[0-9a-f]{6}$", error="takes six hexadecimal digits in lower case, such as #1f4e79.")
_DAY = 'takes a day in quotes, such as "2027-07-09".'
_CONTRAST_MIN = 4.5  # WCAG 2.2, 1.4.3


class ConsentServiceSchema(Strict):
    """What the bank grants. Source: parametersConsentService."""

    supportedConsentTypes = words(CONSENT_TYPES, attribute="types")
    consentValidityDays = whole("validity_days_max", 1, 730)
    frequencyPerDay = whole("frequency_per_day_max", 1, 100)
    psuNameSupported = flag("owner_name")
    oneOffSupported = flag("one_off")
    statusNotificationSupported = flag("status_notification")

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What `ConsentRules` takes, but for the counting, which stands with the account information."""
        types = set(found.pop("types"))
        return found | {
            "bank_offered": "bankOffered" in types,
            "available_accounts": "availableAccounts" in types,
            "all_psd2": "allPsd2" in types,
        }


class AccountInformationSchema(Strict):
    """What the bank shows of its books. Source: parametersAccountInformationService."""

    supportedBalanceTypes = words(BALANCE_TYPES, attribute="balance_types")
    supportedBookingStatusCode = words(BOOKING_STATUSES, attribute="booking_statuses")
    supportedReportFormats = words(REPORT_FORMATS, attribute="formats", required=False)
    supportedQueryParametersTransactions = words(QUERY_PARAMETERS, attribute="query", required=False)
    countingOfAisRequests = fields.String(attribute="counting", validate=one_of(tuple(Counting)))
    multiCurrencyAccountDetails = fields.String(
        attribute="multi_currency", validate=one_of(tuple(MultiCurrency))
    )
    historyMonths = whole("history_months", 1, 120)
    maximumInformationInterval = whole("history_days_unattended", 1, 3660)
    freshScaMinutes = whole("fresh_sca_minutes", 1, 1440)
    pageSize = whole("page_size", 1, 1000)
    newestFirst = flag("newest_first")
    balanceAfterTransaction = flag("balance_after_transaction")

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What `StatementRules` takes, and the counting for `ConsentRules`."""
        query = found.pop("query", QUERY_PARAMETERS[:3])
        for name in ("balance_types", "booking_statuses", "formats"):
            if name in found:
                found[name] = tuple(found[name])
        if "multi_currency" in found:
            found["multi_currency"] = MultiCurrency(found["multi_currency"])
        if "counting" in found:
            found["counting"] = Counting(found["counting"])
        return found | {
            "delta_list": "deltaList" in query,
            "entry_reference_from": "entryReferenceFrom" in query,
        }


def _choice(attribute: str, choices: type[StrEnum]) -> Any:
    """One word of an enum, as that enum."""
    return fields.Enum(
        choices, by_value=True, attribute=attribute, error_messages={"unknown": _choices_of(choices)}
    )


def _choices_of(choices: type[StrEnum]) -> str:
    return f"takes one of: {', '.join(choices)}."


class PaymentServiceSchema(Strict):
    """What the bank carries out. Source: parametersPaymentService."""

    makes = PaymentRules
    supportedPaymentSchemes = words(tuple(Scheme), attribute="schemes")
    supportedPaymentServices = words(tuple(Service), attribute="services")
    supportedPaymentFormats = words(PAYMENT_FORMATS, attribute="formats", required=False)
    businessPaymentSchemes = words(tuple(Scheme), attribute="business_schemes", required=False)
    processing = _choice("processing", Processing)
    debtorAccountOptional = flag("debtor_account_optional")
    cancellationScaRequired = flag("cancellation_sca")
    requestIdReuse = _choice("request_id_reuse", Reuse)
    logicalDuplicates = _choice("logical_duplicates", Reuse)
    statusNotificationSupported = flag("status_notification")
    withoutFunds = _choice("no_funds", NoFunds)
    afterCutOff = _choice("after_cut_off", AfterCutOff)
    maxLead = whole("lead_days_max", 1, 3660)
    maxBulkSize = whole("bulk_size_max", 2, 10_000)
    fees = fields.Dict(
        keys=fields.Enum(Scheme, by_value=True, error_messages={"unknown": _choices_of(Scheme)}),
        values=whole("fee", 0, 1_000_000),
        attribute="fees_minor",
    )

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> PaymentRules:
        """Schemes and services as enums."""
        found["schemes"] = tuple(Scheme(one) for one in found["schemes"])
        found["services"] = tuple(Service(one) for one in found["services"])
        found["business_schemes"] = tuple(Scheme(one) for one in found.get("business_schemes", ()))
        if "formats" in found:
            found["formats"] = tuple(found["formats"])
        return PaymentRules(**found)


class VopServiceSchema(Strict):
    """Whether, and since when, the bank verifies payees. Source: parametersVOPService.

    clientVopRequestedSupported stands in parametersPaymentService there.
    """

    makes = PayeeRules
    supported = flag("offered")
    startsOn = fields.Date(attribute="starts_on", error_messages={"invalid": _DAY})
    clientVopRequestedSupported = flag("opt_out")
    bulkSeconds = whole("bulk_seconds", 0, 3600)


class FundsConfirmationSchema(Strict):
    """Whether money is there, for those who issue cards. Source: parametersFundsConfirmationService."""

    activation = _choice("activation", FundsActivation)
    cardNumberSupported = flag("card_number")

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> FundsRules:
        """Whoever has this part in the file offers the service."""
        return FundsRules(offered=True, **found)


class SigningBasketSchema(Strict):
    """What the bank lets a PSU sign together. Source: parametersSigningBasketService."""

    transactionGroupings = words(tuple(Grouping), attribute="groupings")
    maximumEntries = whole("size_max", 2, 1000)
    multiLevelScaSupported = flag("several_signatures")

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> BasketRules:
        """Groupings as enums."""
        found["groupings"] = tuple(Grouping(one) for one in found["groupings"])
        return BasketRules(**found)


class CustomersSchema(Strict):
    """Which people of the country bank here."""

    makes = Customers
    first = whole("first", 0, 99_999_999, required=True)
    last = whole("last", 0, 99_999_999, required=True)

    @validates_schema
    def _in_order(self, found: dict[str, Any], **_: Any) -> None:
        if found["last"] < found["first"]:
            raise ValidationError("must not be less than 'first'.", "last")


def _readable(colour: str) -> None:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    contrast = 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
    if contrast < _CONTRAST_MIN:
        raise ValidationError(
            f"carries white text: its contrast with white is {contrast:.1f} and must be {_CONTRAST_MIN}."
        )


class LookSchema(Strict):
    """The bank's colours and its one sentence."""

    makes = Look
    primary = fields.String(validate=_COLOUR)
    accent = fields.String(validate=_COLOUR)
    slogan = fields.String(validate=Length(max=140))

    @validates_schema
    def _legible(self, found: dict[str, Any], **_: Any) -> None:
        if "primary" in found:
            try:
                _readable(found["primary"])
            except ValidationError as error:
                raise ValidationError(error.messages, "primary") from None


def _template(placeholders: frozenset[str]) -> Callable[[str], None]:
    """A text with gaps for some of those."""
    known_ones = ", ".join(f"{{{one}}}" for one in sorted(placeholders))

    def check(text: str) -> None:
        try:
            names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError as error:
            raise ValidationError(f"is not a template: {error}.") from None
        if names - placeholders:
            raise ValidationError(f"takes only the placeholders {known_ones}.")

    return check


class BookingsSchema(Strict):
    """How what the bank tells of a booking departs from its books: the quirks of docs/quirks.md."""

    makes = Bookings
    idChangesOnBooking = flag("id_changes_on_booking")
    idSettlesAfterDays = whole("id_settles_after_days", 0, 30)
    idsRepeat = flag("ids_repeat")
    cardIds = _choice("card_ids", CardIds)
    pendingDay = _choice("pending_day", PendingDay)
    pendingSignLost = flag("pending_sign_lost")
    pendingText = fields.String(attribute="pending_text", validate=_template(_PENDING_TEXT))
    valueDate = _choice("value_date", ValueDate)
    cardSignInverted = flag("card_sign_inverted")
    cardChecks = flag("card_checks")
    foreignAmount = _choice("foreign_amount", ForeignAmount)
    payee = _choice("payee", Payee)
    remittanceForm = _choice("remittance_form", RemittanceForm)
    clutter = fields.String(validate=_template(_CLUTTER))


class TextSchema(Strict):
    """How the bank prints a merchant and cuts a remittance text."""

    makes = Text
    card = fields.String(validate=_template(_CARD_TEXT))
    upperCase = flag("upper_case")
    remittanceMax = whole("remittance_max", 10, 140)


class InterfaceSchema(Strict):
    """One language the bank speaks. Its switches are checked by the standard's own schema."""

    makes = Interface
    standard = fields.String(required=True)
    version = fields.String(required=True)
    switches = fields.Dict(keys=fields.String())


class ProfileSchema(Strict):
    """One bank's file, whole."""

    id = fields.String(
        required=True,
        validate=Regexp(
            r"^[a-z][a-z0-9-]{1,38}$", error="takes 2 to 39 of a-z, 0-9 and '-', a letter first."
        ),
    )
    name = fields.String(required=True, validate=Length(1, 70))
    country = fields.String(required=True, validate=one_of(COUNTRIES))
    currency = fields.String(
        required=True, validate=Regexp(r"^[A-Z]{3}$", error="takes an ISO 4217 code, such as NOK.")
    )
    bic = fields.String(
        required=True,
        validate=Regexp(
            r"^[A-Z]{4}[A-Z]{2}[A-Z0-9]0$",
            error="takes a test BIC of eight signs whose last is 0, such as FJRDNO20.",
        ),
    )
    bankCode = fields.String(
        required=True,
        attribute="bank_code",
        validate=Regexp(
            r"^(?:[0-9]{3,8}|[A-Z]{4}[0-9]{6})$",
            error="takes 3 to 8 digits in quotes, or in Britain four letters and a sort code.",
        ),
    )
    zone = fields.String(required=True)
    languages = words(LANGUAGES, attribute="languages")
    description = fields.String(required=True, validate=Length(min=1))
    customers = fields.Nested(CustomersSchema, required=True)
    apiSecurity = fields.Nested(ApiSecuritySchema, required=True, attribute="sca")
    consentService = fields.Nested(ConsentServiceSchema, required=True, attribute="consents")
    accountInformationService = fields.Nested(AccountInformationSchema, required=True, attribute="statements")
    interfaces = fields.List(
        fields.Nested(InterfaceSchema),
        required=True,
        validate=Length(min=1, error="takes at least one interface."),
    )
    look = fields.Nested(LookSchema)
    text = fields.Nested(TextSchema)
    paymentService = fields.Nested(PaymentServiceSchema, attribute="payments")
    vopService = fields.Nested(VopServiceSchema, attribute="payees")
    bookings = fields.Nested(BookingsSchema)
    kind = _choice("kind", BankKind)
    fundsConfirmationService = fields.Nested(FundsConfirmationSchema, attribute="funds")
    signingBasketService = fields.Nested(SigningBasketSchema, attribute="baskets")

    @validates_schema(skip_on_field_errors=False)
    def _fits(self, found: dict[str, Any], **_: Any) -> None:
        """What one field says of another."""
        wrong: dict[str, list[str]] = {}
        country, bic, zone = found.get("country"), found.get("bic"), found.get("zone")
        if country and bic and bic[4:6] != country:
            wrong["bic"] = [f"names the country {bic[4:6]}, the bank is in {country}."]
        if zone and zone not in clock.zones():
            wrong["zone"] = [f"takes a zone of the IANA database, such as Europe/Oslo; it says {zone}."]
        if wrong:
            raise ValidationError(wrong)

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> Profile:
        """The bank."""
        statements = found.pop("statements")
        rules = found.pop("consents")
        if "counting" in statements:
            rules["counting"] = statements.pop("counting")
        found["languages"] = tuple(found["languages"])
        found["interfaces"] = tuple(found["interfaces"])
        return Profile(consents=ConsentRules(**rules), statements=StatementRules(**statements), **found)
