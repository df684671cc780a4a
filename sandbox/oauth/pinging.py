"""Ping: a client that is asked to wait is told when the PSU has answered. Source: CIBA Core 1.0, 10.2."""

from sandbox.bank import events
from sandbox.bank.bank import Bank
from sandbox.bank.events import Content, Wish
from sandbox.credentials.clients import Client
from sandbox.delivery import Message, News

#: How the outbox knows these messages from those of the standards.
WORDS = "ciba"
PING = "ping"
#: CIBA 10.2: a client that refuses the token that it has given itself is not asked again.
_FINAL = frozenset({401, 403})


def is_wished(client: Client) -> bool:
    """Whether the client is registered to be told."""
    return client.terms.details.get("backchannel_token_delivery_mode") == PING


def tell_later(bank: Bank, client: Client, authorisation_id: str, auth_req_id: str, token: str) -> None:
    """Tell the client once that PSU has answered: yes, no, or not in time."""
    uri = str(client.terms.details["backchannel_client_notification_endpoint"])
    wish = Wish(uri, frozenset({Content.SCA}), WORDS)
    events.subscribe(bank, client.app_id, authorisation_id, f"{auth_req_id} {token}", wish)


def write(news: News) -> Message:
    """The message: which request it is about, and the client's own token in front."""
    auth_req_id, _, token = news.path.partition(" ")
    return Message({"auth_req_id": auth_req_id}, {"Authorization": f"Bearer {token}"}, _FINAL)
