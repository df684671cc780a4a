"""POST, GET and DELETE of signing baskets, and their status. Source: psd2-api 1.3.11, /v1/signing-baskets."""

from collections.abc import Iterable
from uuid import UUID

from flask import Response

from sandbox.bank import baskets
from sandbox.bank.authorisations import BasketSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.baskets import Basket, BasketOrder, BasketStatus, BasketUnknown
from sandbox.bank.consents import ConsentUnknown
from sandbox.bank.payments import PaymentUnknown
from sandbox.gateway import context
from sandbox.kernel.errors import Refusal
from sandbox.standards.berlin_group import headers, links, mapping, notifications, payment_status, starting
from sandbox.standards.berlin_group.answers import app_id, say
from sandbox.standards.berlin_group.offers import BASKETS
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas_baskets import (
    BasketCreated,
    BasketInformation,
    BasketRequest,
    BasketState,
)

blueprint = Blueprint("baskets", __name__, description="Payments and consents that are signed together.")
#: The path of one basket.
BASKET = f"{BASKETS}/<basketId>"


@blueprint.route(BASKETS, methods=["POST"])
@blueprint.arguments(headers.InitiationHeaders, location="headers")
@blueprint.arguments(BasketRequest)
@blueprint.response(201, BasketCreated)
def create_basket(wishes: dict[str, str], body: dict[str, list[str]]) -> Response:
    """Put payments and consents together, to be authorised by one yes.

    What is in a basket is not authorised by itself any more. The answer's links say how the PSU is asked.
    """
    here = context.current()
    order = BasketOrder(
        payment_ids=_known(body.get("paymentIds", ()), PaymentUnknown),
        consent_ids=_known(body.get("consentIds", ()), ConsentUnknown),
        psu_login=wishes.get("psu_id"),
        tpp_name=here.caller.app_name if here.caller else "",
    )
    told = notifications.asked(here.bank, SubjectKind.BASKET, wishes)
    basket = baskets.create(here.bank, app_id(here), order)
    several = baskets.signatures_needed(here.bank, basket) > 1
    chosen = starting.way(here.bank, wishes, several=several)
    subject = BasketSubject(basket)
    notifications.subscribe(here.bank, subject, told)
    begun = starting.begin(here.bank, subject, chosen, wishes)
    answer = {
        "transactionStatus": payment_status.BASKET[BasketStatus(basket.status)],
        "basketId": basket.id,
    }
    return starting.created(begun, answer, told.headers)


@blueprint.route(BASKET, methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, BasketInformation)
def read_basket(_: dict[str, str], *, basketId: str) -> Response:
    """Read what is in a basket, and where it stands."""
    bank, basket = of_caller(basketId)
    paying, reading = baskets.members(bank, basket)
    lists = {"payments": [one.id for one in paying], "consents": [one.id for one in reading]}
    return say(
        {
            **{name: ids for name, ids in lists.items() if ids},
            "transactionStatus": payment_status.BASKET[BasketStatus(basket.status)],
            "_links": mapping.hrefs(links.own(BasketSubject(basket))),
        }
    )


@blueprint.route(BASKET, methods=["DELETE"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(204)
def delete_basket(_: dict[str, str], *, basketId: str) -> Response:
    """Take a basket apart, as long as nobody has signed it. What was in it stays as it is."""
    bank, basket = of_caller(basketId)
    baskets.cancel(bank, basket)
    return Response(status=204)


@blueprint.route(f"{BASKET}/status", methods=["GET"])
@blueprint.arguments(headers.PsuHeaders, location="headers")
@blueprint.response(200, BasketState)
def read_basket_status(_: dict[str, str], *, basketId: str) -> Response:
    """Read where a basket stands."""
    basket = of_caller(basketId)[1]
    return say({"transactionStatus": payment_status.BASKET[BasketStatus(basket.status)]})


def of_caller(basket_id: str) -> tuple[Bank, Basket]:
    """The caller's basket of that id, and the bank. Raises BasketUnknown, for anybody else's too."""
    here = context.current()
    (known,) = _known([basket_id], BasketUnknown)
    return here.bank, baskets.get(here.bank, app_id(here), known)


def _known(ids: Iterable[str], refusal: type[Refusal]) -> tuple[str, ...]:
    """Ids that could be ours; whatever has another form names nothing."""
    for one in ids:
        try:
            UUID(one)
        except ValueError as error:
            raise refusal(detail=repr(one)) from error
    return tuple(ids)
