"""Where payments and their consents stand, in the words of each version.

Source: the code sets, OBInternalConsentStatus1Code and ExternalPaymentTransactionStatus1Code; Read/Write
3.1.11 and 4.0, the state models of the payment orders.
"""

from collections.abc import Mapping

from sandbox.bank.payment_consents import PaymentConsentStatus
from sandbox.bank.payments import PaymentStatus
from sandbox.bank.profile import Scheme, Service
from sandbox.bank.reasons import Reason
from sandbox.standards.uk_open_banking.payment_kinds import Kind
from sandbox.standards.uk_open_banking.versions import V3, Version, Word

CONSENT_STATUS: Mapping[PaymentConsentStatus, Word] = {
    PaymentConsentStatus.AWAITING_FILE: Word("AwaitingUpload", "AWUP"),
    PaymentConsentStatus.RECEIVED: Word("AwaitingAuthorisation", "AWAU"),
    PaymentConsentStatus.AUTHORISED: Word("Authorised", "AUTH"),
    PaymentConsentStatus.REJECTED: Word("Rejected", "RJCT"),
    PaymentConsentStatus.CONSUMED: Word("Consumed", "COND"),
}
#: Why 4.0 says so, where the bank has no reason of its own. Source: OBExternalStatusReason1Code.
CONSENT_REASON: Mapping[PaymentConsentStatus, tuple[str, str]] = {
    PaymentConsentStatus.RECEIVED: ("U036", "Authorisation not completed"),
    PaymentConsentStatus.REJECTED: ("U033", "Authorisation failed"),
    PaymentConsentStatus.CONSUMED: ("U038", "Consent consumed successfully"),
}
_S = PaymentStatus
#: Of payments that are made at once: what has become of the money.
EXECUTION: Mapping[PaymentStatus, Word] = {
    _S.RECEIVED: Word("Pending", "RCVD"),
    _S.VERIFIED: Word("Pending", "RCVD"),
    _S.DOUBTED: Word("Pending", "RCVD"),
    _S.PARTIALLY_AUTHORISED: Word("Pending", "PATC"),
    _S.ACCEPTED: Word("Pending", "ACTC"),
    _S.PENDING: Word("Pending", "PDNG"),
    _S.IN_PROCESS: Word("AcceptedSettlementInProcess", "ACSP"),
    _S.SETTLED: Word("AcceptedSettlementCompleted", "ACSC"),
    _S.CREDITED: Word("AcceptedCreditSettlementCompleted", "ACCC"),
    _S.PARTLY_ACCEPTED: Word("AcceptedSettlementCompleted", "ACSC"),
    _S.REJECTED: Word("Rejected", "RJCT"),
    _S.CANCELLED: Word("Rejected", "RJCT"),
}
#: Of payments to come, of standing orders and of files: whether the bank has taken them on.
INITIATION: Mapping[PaymentStatus, Word] = {
    _S.RECEIVED: Word("InitiationPending", "RCVD"),
    _S.VERIFIED: Word("InitiationPending", "RCVD"),
    _S.DOUBTED: Word("InitiationPending", "RCVD"),
    _S.PARTIALLY_AUTHORISED: Word("InitiationPending", "PATC"),
    _S.ACCEPTED: Word("InitiationCompleted", "INCO"),
    _S.PENDING: Word("InitiationCompleted", "INCO"),
    _S.IN_PROCESS: Word("InitiationCompleted", "INCO"),
    _S.SETTLED: Word("InitiationCompleted", "INCO"),
    _S.CREDITED: Word("InitiationCompleted", "INCO"),
    _S.PARTLY_ACCEPTED: Word("InitiationCompleted", "INCO"),
    _S.REJECTED: Word("InitiationFailed", "RJCT"),
    _S.CANCELLED: Word("Cancelled", "CANC"),
}
#: Of one transfer, in the details of a payment.
TRANSFER: Mapping[PaymentStatus, Word] = {
    **EXECUTION,
    _S.RECEIVED: Word("Received", "ACTC"),
    _S.VERIFIED: Word("Received", "ACTC"),
    _S.DOUBTED: Word("Received", "ACTC"),
    _S.PARTIALLY_AUTHORISED: Word("Pending", "PATC"),
    _S.ACCEPTED: Word("AcceptedTechnicalValidation", "ACTC"),
    _S.CANCELLED: Word("Cancelled", "RJCT"),
}
#: Whether everybody has signed who must.
SIGNATURES: Mapping[str, Word] = {
    "awaiting": Word("AwaitingFurtherAuthorisation", "AWAF"),
    "rejected": Word("Rejected", "RJCT"),
    "authorised": Word("Authorised", "AUTH"),
}
#: What 4.0 says otherwise of a sort than the tables: its published file has these words, and not the others.
_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "domestic-scheduled-payment": {"ACCC": "ACSC"},
    "international-payment": {"RCVD": "PDNG"},
    "international-scheduled-payment": {"RCVD": "PDNG"},
    "file-payment": {"RCVD": "PDNG", "PATC": "PDNG", "RJCT": "INFA", "CANC": "INFA"},
}
INSTRUMENT: Mapping[Scheme, str] = {
    Scheme.DOMESTIC_INSTANT: "UK.OBIE.FPS",
    Scheme.DOMESTIC: "UK.OBIE.BACS",
    Scheme.HIGH_VALUE: "UK.OBIE.CHAPS",
    Scheme.SEPA: "UK.OBIE.SEPACreditTransfer",
    Scheme.SEPA_INSTANT: "UK.OBIE.SEPAInstantCreditTransfer",
    Scheme.TARGET2: "UK.OBIE.Target2",
    Scheme.CROSS_BORDER: "UK.OBIE.SWIFT",
}


def of(kind: Kind, version: Version) -> Mapping[PaymentStatus, str]:
    """The words of that sort of payment orders in that version."""
    dated_in_4 = kind.dated and version is not V3
    table = EXECUTION if kind.service is Service.SINGLE and (dated_in_4 or not kind.dated) else INITIATION
    words = {status: version.say(word) for status, word in table.items()}
    if version is V3:
        no_cancelled = kind.service is Service.BULK
        return words | ({_S.CANCELLED: words[_S.REJECTED]} if no_cancelled else {})
    otherwise = _OTHERWISE.get(kind.word, {})
    told = {status: otherwise.get(word, word) for status, word in words.items()}
    return told | ({_S.CANCELLED: "CANC"} if kind.dated and not kind.international else {})


def reason_text(code: str) -> str:
    """One of the bank's reasons in words."""
    return Reason(code).name.replace("_", " ").capitalize()
