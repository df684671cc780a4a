"""Statements and payments in the formats of the field: ISO 20022 (camt, pain) and MT940 (SWIFT)."""
