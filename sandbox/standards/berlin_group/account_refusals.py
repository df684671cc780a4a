"""What this dialect refuses when accounts are read, beyond what the bank and `errors` name already."""

from sandbox.standards.berlin_group.errors import RequestRefused


class EntryReferenceUnknown(RequestRefused):
    """The `entryReferenceFrom` is no entry of this account. On the wire: 400 RESOURCE_UNKNOWN."""

    text = "entryReferenceFrom names no entry of this account."
