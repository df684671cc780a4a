"""Invitations and hackathons, as the sandbox's own door reads and writes them."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from sandbox.workspaces.hackathon import PREFIX, TEAMS_MAX
from sandbox.workspaces.invitations import LASTS, LASTS_MAX, USES_MAX, Standing
from sandbox.workspaces.members import Role

_HOUR = 3600
_ROLES = OneOf([one.value for one in Role])


class MemberChange(Schema):
    """Another role for a member."""

    role = fields.String(required=True, validate=_ROLES)


class InvitationOrder(Schema):
    """An invitation; everything has a default."""

    role = fields.String(load_default=Role.MEMBER.value, validate=_ROLES)
    uses_max = fields.Integer(
        load_default=1,
        allow_none=True,
        strict=True,
        validate=Range(1, USES_MAX),
        metadata={"description": "How many people it lets in; null for as many as come."},
    )
    lasts_seconds = fields.Integer(
        load_default=int(LASTS.total_seconds()),
        strict=True,
        validate=Range(_HOUR, int(LASTS_MAX.total_seconds())),
    )


class Invitation(Schema):
    """A way into the workspace. Its code was shown when it was made."""

    id = fields.String(required=True)
    role = fields.String(required=True, validate=_ROLES)
    uses_max = fields.Integer(required=True, allow_none=True)
    used = fields.Integer(required=True)
    standing = fields.String(required=True, validate=OneOf([one.value for one in Standing]))
    created_at = fields.String(required=True, metadata={"format": "date-time"})
    expires_at = fields.String(required=True, metadata={"format": "date-time"})


class InvitationWithCode(Invitation):
    """A new invitation, with the code and the link that carries it; neither can be shown again."""

    code = fields.String(required=True)
    link = fields.String(required=True)


class InvitationList(Schema):
    """The invitations of a workspace, newest first."""

    invitations = fields.List(fields.Nested(Invitation), required=True)


class HackathonOrder(Schema):
    """Workspaces for that many teams, each with a code by which the team comes in."""

    teams = fields.Integer(required=True, strict=True, validate=Range(1, TEAMS_MAX))
    prefix = fields.String(
        load_default=PREFIX,
        validate=Regexp(r"^[a-z][a-z0-9-]{0,29}$"),
        metadata={"description": "What each workspace's name begins with; a hyphen and a number follow."},
    )
    role = fields.String(load_default=Role.OWNER.value, validate=_ROLES)
    uses_max = fields.Integer(load_default=None, allow_none=True, strict=True, validate=Range(1, USES_MAX))
    lasts_seconds = fields.Integer(
        load_default=int(LASTS.total_seconds()),
        strict=True,
        validate=Range(_HOUR, int(LASTS_MAX.total_seconds())),
    )
    seed = fields.String(
        validate=Length(1, 80),
        metadata={"description": "The same people for every team, by this seed; else each has its own."},
    )


class Team(Schema):
    """A team's workspace, and how the team comes in."""

    workspace = fields.String(required=True)
    code = fields.String(required=True)
    link = fields.String(required=True)
    expires_at = fields.String(required=True, metadata={"format": "date-time"})


class Hackathon(Schema):
    """The teams, in the order of their numbers."""

    teams = fields.List(fields.Nested(Team), required=True)
