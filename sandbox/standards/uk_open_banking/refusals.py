"""The total table: every refusal of the sandbox as a status and the codes of the code sets.

Source: Read/Write Data API Profile 4.0, HTTP Status Codes; the code sets of 2025-11,
OBExternalStatusReason1Code. 3.1 has no body for 401.
"""

from collections.abc import Mapping

from flask import Response, request

from sandbox import delivery
from sandbox.bank import (
    accounts,
    authorisations,
    baskets,
    consents,
    customers,
    events,
    faults,
    funds,
    grants,
    idempotency,
    mandates,
    payees,
    payment_consents,
    payments,
    sessions,
    statements,
)
from sandbox.bank.mandates import Bound, BoundKind
from sandbox.eidas import certificates, signatures
from sandbox.gateway import bearer
from sandbox.gateway import faults as corridor_faults
from sandbox.gateway import refusals as corridor
from sandbox.gateway.refusals import Message
from sandbox.kernel import money, rates
from sandbox.kernel.errors import Refusal
from sandbox.standards.contract import NOT_OF_A_TPP
from sandbox.standards.uk_open_banking import errors, mapping_vrps, signing
from sandbox.standards.uk_open_banking.errors import WireError
from sandbox.workspaces import apps, workspace

_UNAUTHORIZED = WireError(401)
_FORBIDDEN = WireError(403)
_EXPECTED = WireError(400, ("U001",))
_FIELD = WireError(400, ("U002",))
_DATE = WireError(400, ("U003",))
_SIGNATURE = WireError(400, ("U015",))
_SIGNATURE_CLAIM = WireError(400, ("U016",))
_SIGNATURE_MALFORMED = WireError(400, ("U018",))
_HEADER = WireError(400, ("U006",))
_STATUS = WireError(400, ("U009",))
_FORMAT = WireError(400, ("U010",))
_NOT_FOUND = WireError(400, ("U011",))
_CURRENCY = WireError(400, ("U023",))
_SCHEME = WireError(400, ("U027",))
#: What only the operator or the tester can do wrong never reaches this door; should it, the bank is closed.
_CLOSED = WireError(403)

REFUSALS: Mapping[type[Refusal], WireError] = {
    # who calls
    apps.KeyMissing: _UNAUTHORIZED,
    apps.KeyUnknown: _UNAUTHORIZED,
    workspace.WorkspaceUnknown: _UNAUTHORIZED,
    certificates.CertificateMissing: _UNAUTHORIZED,
    certificates.CertificateUnreadable: _UNAUTHORIZED,
    certificates.CertificateFromStranger: _UNAUTHORIZED,
    certificates.CertificateKeyWeak: _UNAUTHORIZED,
    certificates.CertificateKindWrong: _UNAUTHORIZED,
    certificates.CertificateNotYetValid: _UNAUTHORIZED,
    certificates.CertificateNotYours: _UNAUTHORIZED,
    certificates.CertificateExpired: _UNAUTHORIZED,
    certificates.CertificateRevoked: _UNAUTHORIZED,
    certificates.CertificateBlocked: _UNAUTHORIZED,
    certificates.RoleMissing: _FORBIDDEN,
    signatures.SignatureMissing: WireError(400, ("U019",)),
    signing.SignatureUnexpected: WireError(400, ("U020",)),
    signing.SignatureClaimMissing: WireError(400, ("U017",)),
    signing.SignatureClaimInvalid: _SIGNATURE_CLAIM,
    signatures.SignatureMalformed: _SIGNATURE_MALFORMED,
    signatures.SignatureCoverageWrong: WireError(400, ("U017",)),
    signatures.SignatureAlgorithmUnfit: _SIGNATURE_CLAIM,
    signatures.SignatureKeyWrong: _SIGNATURE_CLAIM,
    signatures.SignatureStale: _SIGNATURE_CLAIM,
    signatures.SignatureWrong: _SIGNATURE,
    signatures.DigestMissing: _SIGNATURE_MALFORMED,
    signatures.DigestMalformed: _SIGNATURE_MALFORMED,
    signatures.DigestWrong: _SIGNATURE,
    # the access token
    bearer.TokenMissing: _UNAUTHORIZED,
    bearer.TokenUnknown: _UNAUTHORIZED,
    bearer.TokenExpired: WireError(401, ("TKXP",)),
    bearer.TokenRevoked: WireError(401, ("TKSP",)),
    bearer.TokenUnproven: _UNAUTHORIZED,
    bearer.TokenElsewhere: _FORBIDDEN,
    # the request
    errors.FieldInvalid: _FIELD,
    corridor.RequestMalformed: _FORMAT,
    corridor.BodyTooLarge: WireError(413, ("U002",)),
    corridor.ContentTypeUnsupported: WireError(415),
    corridor.PathUnknown: WireError(404),
    corridor.MethodUnsupported: WireError(405),
    faults.FailureUnknown: _HEADER,
    faults.FailureElsewhere: _HEADER,
    errors.NotAcceptable: WireError(406),
    money.AmountMalformed: _FIELD,
    # what a tester has asked to fail
    corridor_faults.TooManyCalls: WireError(429),
    corridor_faults.BankFailed: WireError(500, ("U000",)),
    corridor_faults.GatewayFailed: WireError(502),
    corridor_faults.BankUnavailable: WireError(503),
    corridor_faults.BankInMaintenance: WireError(503),
    corridor_faults.BankTimedOut: WireError(504),
    # consents: what an access token would be bound to when it is in a header, a resource in the path
    errors.ConsentUnnamed: _UNAUTHORIZED,
    errors.ConsentForeign: _FORBIDDEN,
    errors.ConsentNewer: _FORBIDDEN,
    consents.ConsentUnknown: WireError(400, ("U011",), "ConsentId", _UNAUTHORIZED),
    consents.ConsentKindUnsupported: _FIELD,
    consents.OneOffUnsupported: _FIELD,
    consents.ValidUntilPast: _DATE,
    consents.FrequencyInvalid: _FIELD,
    consents.ConsentNotOpen: _STATUS,
    consents.AccountNotOffered: _NOT_FOUND,
    # the PSU's yes
    customers.PsuUnknown: _UNAUTHORIZED,
    customers.PsuBlocked: _UNAUTHORIZED,
    authorisations.AuthorisationUnknown: _NOT_FOUND,
    authorisations.ScaApproachUnsupported: _FIELD,
    authorisations.AuthorisationFinished: _STATUS,
    authorisations.StepOutOfOrder: _STATUS,
    authorisations.ScaMethodUnknown: _FIELD,
    # reading by a consent
    grants.ConsentInvalid: _STATUS,
    grants.ConsentRevoked: WireError(401, ("TKSP", "U028")),
    grants.ConsentTerminated: _UNAUTHORIZED,
    grants.ConsentExpired: WireError(401, ("TKXP",)),
    grants.AccessExceeded: WireError(429),
    grants.AccessNotGranted: _FORBIDDEN,
    errors.PermissionMissing: _FORBIDDEN,
    errors.AccountNotSelected: _FORBIDDEN,
    errors.ReauthenticationNeeded: WireError(403, ("U028",)),
    accounts.AccountUnknown: _NOT_FOUND,
    accounts.EntryUnknown: _NOT_FOUND,
    statements.StatementUnknown: _NOT_FOUND,
    # payments
    payment_consents.PaymentConsentUnknown: _NOT_FOUND,
    payment_consents.PaymentConsentNotOpen: _STATUS,
    payment_consents.CutOffPassed: WireError(400, ("U012",)),
    payment_consents.SignaturesTooMany: _FIELD,
    idempotency.KeyReused: _HEADER,
    errors.ConsentMismatch: WireError(400, ("U008",)),
    errors.ReferenceReused: WireError(400, ("U013",)),
    errors.ConsentUpToDate: WireError(409, ("U029",)),
    payments.PaymentUnknown: _NOT_FOUND,
    payments.SchemeUnsupported: WireError(400, ("U026",)),
    payments.SchemeForBusiness: WireError(400, ("U026",)),
    payments.BulkSizeInvalid: _FIELD,
    payments.CreditorInvalid: _FIELD,
    payments.AmountInvalid: _FIELD,
    payments.ReferenceInvalid: _FIELD,
    payments.DebtorMissing: _EXPECTED,
    payments.CurrencyInvalid: _CURRENCY,
    payments.DebtorUnknown: _FIELD,
    payments.LogicalDuplicate: WireError(409, ("U029",)),
    rates.CurrencyUnknown: _CURRENCY,
    payments.RequestReused: _HEADER,
    payments.ExecutionDateInvalid: _DATE,
    payments.PaymentNotOpen: _STATUS,
    payments.AlreadySigned: _STATUS,
    payments.CancellationInvalid: _STATUS,
    payments.PayeeUnconfirmed: _STATUS,
    payees.PayeesNotVerified: WireError(404),
    payees.InquiryUnknown: _NOT_FOUND,
    payees.InquiryTooLarge: _FIELD,
    # events
    events.FeedUnknown: _NOT_FOUND,
    events.FeedTaken: WireError(409),
    # payments by mandate
    mandates.MandateUnknown: _NOT_FOUND,
    mandates.MandateNotOpen: _STATUS,
    mandates.MandateExpired: _STATUS,
    mandates.LimitExceeded: WireError(400, ("U014",)),
    errors.ControlParametersFailed: WireError(400, ("U014",)),
    mandates.LimitInvalid: _FIELD,
    mandates.MandateDaysInvalid: _DATE,
    # confirmation of funds, signing baskets
    funds.FundsNotActivated: _STATUS,
    funds.FundsConsentNotValid: _STATUS,
    funds.FundsConsentExpired: _STATUS,
    funds.FundsAmountInvalid: _FIELD,
    funds.CardInvalid: _FIELD,
    funds.CardExpired: _DATE,
    baskets.BasketUnknown: _NOT_FOUND,
    baskets.BasketTooLarge: _FIELD,
    baskets.BasketMixInvalid: _FIELD,
    baskets.BasketMemberClosed: _STATUS,
    baskets.BasketMemberBlocked: _STATUS,
    baskets.BasketNotOpen: _STATUS,
    **dict.fromkeys(NOT_OF_A_TPP, _CLOSED),
    sessions.SessionNotOpen: _STATUS,
    delivery.AddressMalformed: _FIELD,
    delivery.AddressForbidden: _FIELD,
}

#: Where in a request the fault of one of the bank's refusals stands.
_INITIATION = "Data.Initiation"
_PLACES: Mapping[type[Refusal], str] = {
    consents.ValidUntilPast: "Data.ExpirationDateTime",
    faults.FailureUnknown: "x-bryggen-failure",
    faults.FailureElsewhere: "x-bryggen-failure",
    idempotency.KeyReused: "x-idempotency-key",
    payment_consents.PaymentConsentNotOpen: "Data.Status",
    mandates.MandateNotOpen: "Data.Status",
    mandates.MandateExpired: mapping_vrps.place_of(Bound(BoundKind.VALID_TO)),
    payment_consents.SignaturesTooMany: "Data.Authorisation.AuthorisationType",
    payments.AmountInvalid: f"{_INITIATION}.InstructedAmount.Amount",
    payments.CurrencyInvalid: f"{_INITIATION}.InstructedAmount.Currency",
    payments.CreditorInvalid: f"{_INITIATION}.CreditorAccount",
    payments.DebtorMissing: f"{_INITIATION}.DebtorAccount",
    payments.DebtorUnknown: f"{_INITIATION}.DebtorAccount",
    payments.ReferenceInvalid: f"{_INITIATION}.RemittanceInformation",
    payments.ExecutionDateInvalid: f"{_INITIATION}.RequestedExecutionDateTime",
    payments.SchemeUnsupported: f"{_INITIATION}.LocalInstrument",
    payments.SchemeForBusiness: f"{_INITIATION}.LocalInstrument",
}


def answer(refusal: Refusal) -> Response:
    """The response that says a refusal in the words of the version that was called."""
    error = REFUSALS[type(refusal)]
    if error.elsewhere is not None and error.argument not in (request.view_args or {}):
        error = error.elsewhere
    messages = getattr(refusal, "messages", None) or (Message(refusal.text, _place(refusal)),)
    response = errors.answer(error, messages)
    if isinstance(refusal, bearer.TokenRefused):
        response.headers.update(bearer.asking(refusal))
    resets_at = getattr(refusal, "resets_at", None)
    if error.status == 429 and resets_at is not None:
        response.headers["Retry-After"] = resets_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return response


def _place(refusal: Refusal) -> str | None:
    """Where in the request the fault of one of the bank's refusals stands."""
    if isinstance(refusal, mandates.BoundRefused):
        return mapping_vrps.place_of(refusal.bound)
    return _PLACES.get(type(refusal))
