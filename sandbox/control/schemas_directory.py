"""What the directory reads and writes at the sandbox's own door: organisations, software, keys."""

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Regexp

from sandbox.workspaces.organisations import PspRole

_ROLES = [role.value for role in PspRole]
_CONTACTS_MAX, _LINE_MAX, _URI_MAX = 20, 120, 256
_WORDS = Length(1, _LINE_MAX)


def _page() -> fields.Url:
    return fields.Url(schemes={"http", "https"}, validate=Length(max=_URI_MAX), allow_none=True)


class Contact(Schema):
    """Somebody at an organisation."""

    name = fields.String(required=True, validate=_WORDS)
    email = fields.Email(required=True, validate=Length(max=_LINE_MAX))
    phone = fields.String(load_default="", validate=Length(max=40))
    type = fields.String(load_default="Technical", validate=OneOf(["Business", "Technical"]))


class OrganisationChange(Schema):
    """What the directory shall say of an organisation; what is left out stays as it is."""

    name = fields.String(validate=_WORDS)
    country = fields.String(validate=Regexp("^[A-Z]{2}$", error="Two capital letters, as in ISO 3166."))
    roles = fields.List(fields.String(validate=OneOf(_ROLES)), validate=Length(1, len(_ROLES)))
    supervisor = fields.String(
        validate=_WORDS, metadata={"description": "Who authorised it; the country's own when absent."}
    )
    supervisor_id = fields.String(
        # TS 119 495, GEN-5.2.3-2: two letters for the country, then two to eight capital letters.
        validate=Regexp("^[A-Z]{2}-[A-Z]{2,8}$", error="Such as NO-FSA: ETSI TS 119 495, annex D."),
        metadata={"description": "Its id in certificates, such as NO-FSA."},
    )
    contacts = fields.List(fields.Nested(Contact), validate=Length(max=_CONTACTS_MAX))

    @validates_schema
    def _names_both(self, given: dict[str, object], **_: object) -> None:
        if ("supervisor" in given) != ("supervisor_id" in given):
            raise ValidationError("Give supervisor and supervisor_id together, or neither.")


class OrganisationOrder(OrganisationChange):
    """A new organisation; all but its name has a default."""

    name = fields.String(required=True, validate=_WORDS)


class Organisation(Schema):
    """An organisation. `identifier` is what a certificate calls it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    country = fields.String(required=True)
    identifier = fields.String(required=True)
    supervisor = fields.String(required=True)
    supervisor_id = fields.String(required=True)
    number = fields.String(required=True)
    roles = fields.List(fields.String(validate=OneOf(_ROLES)), required=True)
    contacts = fields.List(fields.Dict(), required=True)
    apps = fields.List(
        fields.String(), required=True, metadata={"description": "Ids of the apps it is behind."}
    )
    created_at = fields.String(required=True, metadata={"format": "date-time"})


class OrganisationList(Schema):
    """The organisations of a workspace, oldest first."""

    organisations = fields.List(fields.Nested(Organisation), required=True)


class SoftwareChange(Schema):
    """What an app shall be registered with; what is left out stays as it is, and null takes it away."""

    organisation_id = fields.String(validate=Length(1, 18))
    roles = fields.List(fields.String(validate=OneOf(_ROLES)), validate=Length(max=len(_ROLES)))
    redirect_uris = fields.List(fields.String(validate=Length(max=2000)), validate=Length(max=100))
    jwks = fields.Dict(allow_none=True, metadata={"description": "Public keys, as RFC 7517 has them."})
    jwks_uri = fields.String(
        allow_none=True, validate=Length(max=2000), metadata={"description": "Where the keys are, instead."}
    )
    description = fields.String(validate=Length(max=1000))
    client_uri = _page()
    logo_uri = _page()
    policy_uri = _page()
    tos_uri = _page()


class Software(Schema):
    """What an app is registered with at every bank. `jwks_endpoint` is where a bank looks for its keys."""

    id = fields.String(required=True)
    app_id = fields.String(required=True)
    name = fields.String(required=True)
    organisation_id = fields.String(required=True)
    organisation_identifier = fields.String(required=True)
    roles = fields.List(fields.String(validate=OneOf(_ROLES)), required=True)
    redirect_uris = fields.List(fields.String(), required=True)
    jwks = fields.Dict(required=True, allow_none=True)
    jwks_uri = fields.String(required=True, allow_none=True)
    jwks_endpoint = fields.String(required=True)
    description = fields.String(required=True)
    client_uri = fields.String(required=True, allow_none=True)
    logo_uri = fields.String(required=True, allow_none=True)
    policy_uri = fields.String(required=True, allow_none=True)
    tos_uri = fields.String(required=True, allow_none=True)
    created_at = fields.String(required=True, metadata={"format": "date-time"})


class SoftwareStatement(Schema):
    """A signed statement about an app, to be sent with its registration at a bank."""

    software_statement = fields.String(required=True)


class KeySet(Schema):
    """A JWK set."""

    keys = fields.List(fields.Dict(), required=True)


class DirectoryBank(Schema):
    """A bank as the directory has it: what a registration there has as its audience, and where it goes."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    organisation_id = fields.String(required=True)
    issuer = fields.String(required=True)


class DirectoryBanks(Schema):
    """The banks of the directory."""

    banks = fields.List(fields.Nested(DirectoryBank), required=True)
