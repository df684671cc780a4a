"""Statements in the formats of the field: camt.053, camt.052 (ISO 20022) and MT940 (SWIFT)."""
