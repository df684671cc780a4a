"""The bodies of signing baskets as they stand on the wire. Source: psd2-api 1.3.11, signingBasket*."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf

from sandbox.standards.berlin_group.schemas import links_field

BASKET_STATUSES = ("ACSC", "ACTC", "PATC", "RCVD", "RJCT", "CANC")
_LISTS = ("paymentIds", "consentIds")
_IDS_MAX, _ID_MAX = 1000, 70


def _no_twins(ids: list[str]) -> None:
    if len(set(ids)) < len(ids):
        raise ValidationError("The same id stands here twice.")


def _ids() -> Any:
    one = fields.String(validate=Length(min=1, max=_ID_MAX))
    return fields.List(one, validate=[Length(min=1, max=_IDS_MAX), _no_twins])


class BasketRequest(Schema):
    """The body of POST /v1/signing-baskets: at least one entry, in one list or in both."""

    paymentIds = _ids()
    consentIds = _ids()

    @validates_schema
    def _has_an_entry(self, data: Mapping[str, Any], **_: Any) -> None:
        if not any(name in data for name in _LISTS):
            raise ValidationError(f"At least one of {' and '.join(_LISTS)} is expected.")


class BasketState(Schema):
    """The answer to GET /v1/signing-baskets/{basketId}/status."""

    transactionStatus = fields.String(required=True, validate=OneOf(BASKET_STATUSES))


class BasketInformation(BasketState):
    """The answer to GET /v1/signing-baskets/{basketId}."""

    payments = fields.List(fields.String(), validate=Length(min=1))
    consents = fields.List(fields.String(), validate=Length(min=1))
    _links = links_field()


class BasketCreated(BasketState):
    """The answer to POST /v1/signing-baskets."""

    basketId = fields.String(required=True)
    _links = links_field()
    psuMessage = fields.String(validate=Length(max=500))
