"""The total table: every refusal of the sandbox in this standard's codes.

Source: NextGenPSD2 IG 1.3, section 14.11.
"""

from collections.abc import Mapping
from dataclasses import replace

from flask import request

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
from sandbox.eidas import certificates, signatures
from sandbox.gateway import bearer, context
from sandbox.gateway import faults as corridor_faults
from sandbox.gateway import refusals as corridor
from sandbox.kernel import money, rates
from sandbox.kernel.errors import Refusal
from sandbox.standards.berlin_group import account_refusals, errors, switches
from sandbox.standards.berlin_group.errors import WireError
from sandbox.standards.contract import NOT_OF_A_TPP
from sandbox.workspaces import apps, workspace

_FORMAT = WireError(400, "FORMAT_ERROR")
_STATUS = WireError(409, "STATUS_INVALID")
_FAILED = WireError(400, "PAYMENT_FAILED")
_CREDENTIALS = WireError(401, "PSU_CREDENTIALS_INVALID")
_CERTIFICATE = WireError(401, "CERTIFICATE_INVALID")
_SIGNATURE = WireError(401, "SIGNATURE_INVALID")
_NOT_SUPPORTED = WireError(400, "PARAMETER_NOT_SUPPORTED")
#: What only the operator or the tester can do wrong never reaches this door; should it, the bank is closed.
_CLOSED = WireError(403, "SERVICE_BLOCKED")

REFUSALS: Mapping[type[Refusal], WireError] = {
    # who calls
    apps.KeyMissing: WireError(401, "TOKEN_INVALID"),
    apps.KeyUnknown: WireError(401, "TOKEN_UNKNOWN"),
    workspace.WorkspaceUnknown: WireError(401, "TOKEN_UNKNOWN"),
    # the certificate; psd2-api 1.3.11 writes REVOKE where IG 14.11 writes REVOKED
    certificates.CertificateMissing: WireError(401, "CERTIFICATE_MISSING"),
    certificates.CertificateUnreadable: _CERTIFICATE,
    certificates.CertificateFromStranger: _CERTIFICATE,
    certificates.CertificateKeyWeak: _CERTIFICATE,
    certificates.CertificateKindWrong: _CERTIFICATE,
    certificates.CertificateNotYetValid: _CERTIFICATE,
    certificates.CertificateNotYours: _CERTIFICATE,
    certificates.CertificateExpired: WireError(401, "CERTIFICATE_EXPIRED"),
    certificates.CertificateRevoked: WireError(401, "CERTIFICATE_REVOKE"),
    certificates.CertificateBlocked: WireError(401, "CERTIFICATE_BLOCKED"),
    certificates.RoleMissing: WireError(401, "ROLE_INVALID"),
    # the signature
    signatures.SignatureMissing: WireError(401, "SIGNATURE_MISSING"),
    signatures.SignatureMalformed: _SIGNATURE,
    signatures.SignatureCoverageWrong: _SIGNATURE,
    signatures.SignatureAlgorithmUnfit: _SIGNATURE,
    signatures.SignatureKeyWrong: _SIGNATURE,
    signatures.SignatureStale: _SIGNATURE,
    signatures.SignatureWrong: _SIGNATURE,
    signatures.DigestMissing: _SIGNATURE,
    signatures.DigestMalformed: _SIGNATURE,
    signatures.DigestWrong: _SIGNATURE,
    # the access token
    bearer.TokenMissing: WireError(401, "TOKEN_UNKNOWN"),
    bearer.TokenUnknown: WireError(401, "TOKEN_UNKNOWN"),
    bearer.TokenExpired: WireError(401, "TOKEN_EXPIRED"),
    bearer.TokenRevoked: WireError(401, "TOKEN_INVALID"),
    bearer.TokenUnproven: WireError(401, "TOKEN_INVALID"),
    bearer.TokenElsewhere: WireError(401, "TOKEN_INVALID"),
    # the request
    errors.FormatError: _FORMAT,
    corridor.RequestMalformed: _FORMAT,
    corridor.BodyTooLarge: WireError(413, "FORMAT_ERROR"),
    corridor.ContentTypeUnsupported: WireError(415, "FORMAT_ERROR"),
    errors.ParameterNotSupported: _NOT_SUPPORTED,
    errors.ParameterNotConsistent: WireError(400, "PARAMETER_NOT_CONSISTENT"),
    errors.RedirectUriForeign: _FORMAT,
    errors.PeriodInvalid: WireError(400, "PERIOD_INVALID"),
    faults.FailureUnknown: _FORMAT,
    faults.FailureElsewhere: _FORMAT,
    errors.FormatsInvalid: WireError(406, "REQUESTED_FORMATS_INVALID"),
    corridor.PathUnknown: WireError(404, "RESOURCE_UNKNOWN"),
    corridor.MethodUnsupported: WireError(405, "SERVICE_INVALID"),
    money.AmountMalformed: _FORMAT,
    # what a tester has asked to fail; the published file gives these no codes
    corridor_faults.TooManyCalls: WireError(429, "ACCESS_EXCEEDED"),
    corridor_faults.BankFailed: WireError(500, "INTERNAL_SERVER_ERROR"),
    corridor_faults.GatewayFailed: WireError(502, "BAD_GATEWAY"),
    corridor_faults.BankUnavailable: WireError(503, "SERVICE_UNAVAILABLE"),
    corridor_faults.BankInMaintenance: WireError(503, "SERVICE_UNAVAILABLE"),
    corridor_faults.BankTimedOut: WireError(504, "GATEWAY_TIMEOUT"),
    # consents: an unknown one is 403 in the path and 400 in the header
    consents.ConsentUnknown: WireError(403, "CONSENT_UNKNOWN", "consentId", 400),
    consents.ConsentKindUnsupported: _NOT_SUPPORTED,
    consents.OneOffUnsupported: _NOT_SUPPORTED,
    consents.ValidUntilPast: WireError(400, "PERIOD_INVALID"),
    consents.FrequencyInvalid: _FORMAT,
    consents.ConsentNotOpen: _STATUS,
    consents.AccountNotOffered: WireError(400, "RESOURCE_UNKNOWN"),
    # the PSU's yes
    customers.PsuUnknown: _CREDENTIALS,
    customers.PsuBlocked: _CREDENTIALS,
    authorisations.AuthorisationUnknown: WireError(403, "RESOURCE_UNKNOWN"),
    authorisations.ScaApproachUnsupported: WireError(400, "SERVICE_INVALID"),
    authorisations.AuthorisationFinished: _STATUS,
    authorisations.StepOutOfOrder: WireError(400, "SERVICE_INVALID"),
    authorisations.ScaMethodUnknown: WireError(400, "SCA_METHOD_UNKNOWN"),
    # payments: an unknown one is 403 in the path and 400 in a body
    payments.PaymentUnknown: WireError(403, "RESOURCE_UNKNOWN", "paymentId", 400),
    payments.SchemeUnsupported: WireError(404, "PRODUCT_UNKNOWN"),
    payments.SchemeForBusiness: WireError(403, "PRODUCT_INVALID"),
    payments.BulkSizeInvalid: _FORMAT,
    payments.CreditorInvalid: _FORMAT,
    payments.AmountInvalid: _FORMAT,
    payments.ReferenceInvalid: _FORMAT,
    payments.DebtorMissing: _FORMAT,
    payments.CurrencyInvalid: _FAILED,
    payments.DebtorUnknown: _FAILED,
    payments.LogicalDuplicate: _FAILED,
    rates.CurrencyUnknown: _FAILED,
    payments.RequestReused: _FORMAT,
    payments.ExecutionDateInvalid: WireError(400, "EXECUTION_DATE_INVALID"),
    payments.PaymentNotOpen: _STATUS,
    payments.AlreadySigned: _STATUS,
    payments.CancellationInvalid: WireError(405, "CANCELLATION_INVALID"),
    # verification of payee
    payees.PayeesNotVerified: WireError(404, "RESOURCE_UNKNOWN"),
    payees.InquiryUnknown: WireError(403, "RESOURCE_UNKNOWN"),
    payees.InquiryTooLarge: _FORMAT,
    # confirmation of funds
    funds.FundsNotActivated: WireError(400, "NO_PIIS_ACTIVATION"),
    funds.FundsConsentNotValid: WireError(401, "CONSENT_INVALID"),
    funds.FundsConsentExpired: WireError(401, "CONSENT_EXPIRED"),
    funds.FundsAmountInvalid: _FORMAT,
    funds.CardInvalid: WireError(400, "CARD_INVALID"),
    funds.CardExpired: WireError(400, "PERIOD_INVALID"),
    # signing baskets
    baskets.BasketUnknown: WireError(403, "RESOURCE_UNKNOWN"),
    baskets.BasketTooLarge: _FORMAT,
    baskets.BasketMixInvalid: WireError(400, "REFERENCE_MIX_INVALID"),
    baskets.BasketMemberClosed: WireError(409, "REFERENCE_STATUS_INVALID"),
    baskets.BasketMemberBlocked: WireError(400, "RESOURCE_BLOCKED"),
    baskets.BasketNotOpen: _STATUS,
    payments.PayeeUnconfirmed: _STATUS,
    # reading by a consent
    grants.ConsentInvalid: WireError(401, "CONSENT_INVALID"),
    grants.ConsentRevoked: WireError(401, "CONSENT_INVALID"),
    grants.ConsentTerminated: WireError(401, "CONSENT_INVALID"),
    grants.ConsentExpired: WireError(401, "CONSENT_EXPIRED"),
    grants.AccessExceeded: WireError(429, "ACCESS_EXCEEDED"),
    grants.AccessNotGranted: WireError(401, "CONSENT_INVALID"),
    account_refusals.EntryReferenceUnknown: WireError(400, "RESOURCE_UNKNOWN"),
    # an account in the path is 404, any other resource in the path 403, in a body 400
    accounts.AccountUnknown: WireError(404, "RESOURCE_UNKNOWN", "account_id", 400),
    accounts.EntryUnknown: WireError(403, "RESOURCE_UNKNOWN"),
    statements.StatementUnknown: WireError(403, "RESOURCE_UNKNOWN"),
    **dict.fromkeys(NOT_OF_A_TPP, _CLOSED),
    # what TPPs fetch by themselves, and payments by mandate: this standard has neither
    events.FeedUnknown: _CLOSED,
    events.FeedTaken: _CLOSED,
    mandates.MandateUnknown: _CLOSED,
    mandates.MandateNotOpen: _CLOSED,
    mandates.MandateExpired: _CLOSED,
    mandates.LimitExceeded: _CLOSED,
    mandates.LimitInvalid: _CLOSED,
    mandates.MandateDaysInvalid: _CLOSED,
    payment_consents.PaymentConsentUnknown: _CLOSED,
    payment_consents.PaymentConsentNotOpen: _CLOSED,
    payment_consents.CutOffPassed: _CLOSED,
    payment_consents.SignaturesTooMany: _CLOSED,
    idempotency.KeyReused: _CLOSED,
    sessions.SessionNotOpen: _STATUS,
    delivery.AddressMalformed: _FORMAT,
    delivery.AddressForbidden: _FORMAT,
}


def said(refusal: Refusal) -> WireError:
    """The status and code for a refusal, as this bank says it."""
    error = REFUSALS[type(refusal)]
    if isinstance(refusal, payments.CancellationInvalid) and request.method != "DELETE":
        # psd2-api 1.3.11: CANCELLATION_INVALID answers the DELETE alone.
        return _STATUS
    if isinstance(refusal, certificates.CertificateRevoked):
        return replace(error, code=switches.of(context.profile()).revoked_code)
    if isinstance(refusal, consents.ConsentUnknown):
        return replace(error, status=switches.of(context.profile()).unknown_consent_in_path)
    return error
