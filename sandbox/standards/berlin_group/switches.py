"""The switches of a Berlin Group interface: what a bank's profile may set, and what it gets when silent."""

from dataclasses import dataclass
from enum import StrEnum

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from sandbox.bank.profile import Profile

#: The versions that a bank may speak, and those that know verification of payee.
VERSIONS = ("1.3.11", "1.3.16")
_WITH_PAYEES = frozenset({"1.3.16"})
#: The id of this standard, as a profile's interface names it.
STANDARD = "berlin_group"
#: The first segments of its paths.
ROOTS = ("v1", "v2")


class ErrorFormat(StrEnum):
    """The body of an error where the TPP has no wish of its own."""

    TPP_MESSAGES = "tppMessages"
    PROBLEM = "problem"


class LinkForm(StrEnum):
    """How a hyperlink to the interface itself is written. Links to the PSU's pages are always absolute."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"


class RevokedCode(StrEnum):
    """How the code for a revoked certificate is spelt: as in the published file, or as in IG 14.11."""

    AS_PUBLISHED = "CERTIFICATE_REVOKE"
    AS_IN_THE_GUIDELINES = "CERTIFICATE_REVOKED"


class ForeignRedirect(StrEnum):
    """What becomes of a redirect URI outside the domains of the TPP's certificate. Source: IG 1.3, 4.10."""

    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Switches:
    """The choices of one bank. `unknown_consent_in_path` is the status for an unknown id in a path.

    `iban_is_masked_pan`: cards stand among the accounts as well, with their masked PAN for an IBAN.
    """

    error_format: ErrorFormat = ErrorFormat.TPP_MESSAGES
    links: LinkForm = LinkForm.ABSOLUTE
    bearer_app_key: bool = False
    psu_ip_address_required: bool = False
    unknown_consent_in_path: int = 403
    iban_is_masked_pan: bool = False
    push_account_events: bool = False
    revoked_code: RevokedCode = RevokedCode.AS_PUBLISHED
    foreign_redirect: ForeignRedirect = ForeignRedirect.WARN


class SwitchesSchema(Schema):
    """What may stand under `switches` of an interface of this standard."""

    error_format = fields.String(validate=OneOf([one.value for one in ErrorFormat]))
    links = fields.String(validate=OneOf([one.value for one in LinkForm]))
    bearer_app_key = fields.Boolean()
    psu_ip_address_required = fields.Boolean()
    unknown_consent_in_path = fields.Integer(strict=True, validate=OneOf([400, 403]))
    iban_is_masked_pan = fields.Boolean()
    push_account_events = fields.Boolean()
    revoked_code = fields.String(validate=OneOf([one.value for one in RevokedCode]))
    foreign_redirect = fields.String(validate=OneOf([one.value for one in ForeignRedirect]))


def of(profile: Profile) -> Switches:
    """The switches of that bank, with the default for what its file does not say."""
    return Switches(**profile.interface(STANDARD).switches)


def version(profile: Profile) -> str:
    """The version that the bank speaks."""
    return profile.interface(STANDARD).version


def knows_payees(profile: Profile) -> bool:
    """Whether the bank's version has a word for a creditor who could not be verified."""
    return version(profile) in _WITH_PAYEES
