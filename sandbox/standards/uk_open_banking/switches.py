"""The switches of a UK Open Banking interface: what a profile may set, and what it gets when silent."""

from dataclasses import dataclass

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range

from sandbox.bank.profile import Profile
from sandbox.standards.uk_open_banking.versions import ROOT, VERSIONS, Version

#: The id of this standard, as a profile's interface names it.
STANDARD = "uk_open_banking"
#: The first segments of its paths.
ROOTS = (ROOT,)
#: What a bank may leave out. Source: Read/Write 4.0, Resources and Data Models, "Mandatory?".
OPTIONAL = (
    *("beneficiaries", "direct-debits", "offers", "parties", "products", "scheduled-payments"),
    *("standing-orders", "statements"),
)


@dataclass(frozen=True, slots=True)
class Switches:
    """The choices of one bank for one version.

    `bulk`: it lists resources of all accounts at once. `resources`: which of the optional ones it has.
    `reauthenticate_after_days`: how long after the PSU's last yes it wants another one. `unencoded_payload`:
    it signs, and has its TPPs sign, as up to 3.1.3: the payload as it is, with `b64` false.
    `variable_payments`: a PSU may let an app pay again and again, at a bank that makes payments at all.
    `real_time_events`: it calls a TPP that wants that, when something has happened.
    """

    bulk: bool = True
    resources: tuple[str, ...] = OPTIONAL
    reauthenticate_after_days: int | None = None
    unencoded_payload: bool = False
    variable_payments: bool = True
    real_time_events: bool = True


class SwitchesSchema(Schema):
    """What may stand under `switches` of an interface of this standard."""

    bulk = fields.Boolean()
    resources = fields.List(fields.String(validate=OneOf(OPTIONAL)))
    reauthenticate_after_days = fields.Integer(strict=True, validate=Range(1, 365))
    unencoded_payload = fields.Boolean()
    variable_payments = fields.Boolean()
    real_time_events = fields.Boolean()


def of(profile: Profile, version: Version) -> Switches:
    """The switches of that bank, with the default for what its file does not say.

    KeyError where the bank does not speak the version.
    """
    return Switches(**profile.interface(STANDARD, version.published).switches)


def spoken(profile: Profile) -> list[Version]:
    """The versions that the bank speaks."""
    said = {one.version for one in profile.interfaces if one.standard == STANDARD}
    return [one for one in VERSIONS if one.published in said]
