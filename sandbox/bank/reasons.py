"""Reasons: why money does not go where it was sent, in the four letters that all banks know."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a transfer was rejected or returned.

    Source: ISO 20022 external code sets, ExternalStatusReason1Code and ExternalReturnReason1Code.
    """

    CREDITOR_BANK_SILENT = "AB05"
    CREDITOR_BANK_OFFLINE = "AB08"
    DEBTOR_ACCOUNT_INVALID = "AC01"
    CREDITOR_ACCOUNT_INVALID = "AC03"
    CLOSED = "AC04"
    BLOCKED = "AC06"
    TRANSACTION_FORBIDDEN = "AG01"
    NOT_ALLOWED_AMOUNT = "AM02"
    INSUFFICIENT_FUNDS = "AM04"
    DUPLICATION = "AM05"
    NAME_AND_NUMBER_DIFFER = "BE01"
    CREDITOR_ADDRESS_MISSING = "BE04"
    CREDITOR_BANK_NOT_REGISTERED = "CNOR"
    CUSTOMER_REQUEST = "CUST"
    DATE_INVALID = "DT01"
    SETTLEMENT_FAILED = "ED05"
    FILE_FORMAT_INVALID = "FF01"
    CANCELLATION_REQUESTED = "FOCR"
    FRAUD = "FRAD"
    DECEASED = "MD07"
    NOT_SPECIFIED_BY_CUSTOMER = "MS02"
    NOT_SPECIFIED = "MS03"
    BANK_IDENTIFIER_INVALID = "RC01"
    REGULATORY = "RR04"
    CUT_OFF_PASSED = "TM01"
