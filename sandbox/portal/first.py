"""The first minutes: commands that read and pay, the yes by a click, and both statements."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.bank import accounts, clearing, customers, ledger, payment_consents, payments, timeline
from sandbox.bank.accounts import AccountRef, AccountRow
from sandbox.bank.authorisations import PaymentConsentSubject
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Consent, ConsentUnknown
from sandbox.bank.customers import CustomerRow
from sandbox.bank.ledger import Window
from sandbox.bank.payment_consents import PaymentConsentStatus
from sandbox.bank.payments import Payment, PaymentStatus
from sandbox.gateway import context
from sandbox.gateway.calls import CURL, Call, written
from sandbox.gateway.samples import Caller, Purchase, Samples
from sandbox.portal import access, beginning, page, session
from sandbox.workspaces import apps
from sandbox.workspaces.apps import App
from sandbox.workspaces.workspace import Workspace

views = Blueprint("first", __name__, url_prefix="/w/<workspace_id>/first/<app_id>/<consent_id>")
_AMOUNT, _TEXT = "12.50", "Thanks for the coffee"
_NO_KEY = "YOUR-APP-KEY"
_SINCE_DAYS = 30
_PAYMENTS_SHOWN = 3
_LINES = 4
#: Why a payment goes no further, whatever the PSU says.
_OVER = (PaymentStatus.REJECTED, PaymentStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first page is about: one app, one consent, one PSU."""

    world: Workspace
    bank: Bank
    app: App
    consent: Consent
    psu: CustomerRow
    caller: Caller

    @property
    def key(self) -> str | None:
        """The app's key, in the browser that was there when it was made."""
        return session.kept_key(self.app.id)

    @property
    def samples(self) -> Samples:
        """The words of the interface that was picked."""
        return beginning.samples_of(self.interface)

    @property
    def interface(self) -> str:
        """The standard of the version that was picked."""
        spoken = self.bank.profile.interfaces
        return next(one.standard for one in spoken if one.version == self.caller.version)

    @property
    def place(self) -> str:
        """The path of the page."""
        return page.of_world(self.world, f"/first/{self.app.id}/{self.consent.id}")


@views.get("")
def show(workspace_id: str, app_id: str, consent_id: str) -> Response:
    """Show the commands, each ready to be run."""
    here = _found(workspace_id, app_id, consent_id)
    tool = request.args.get("tool", CURL)
    purse = beginning.purse(here.bank, here.psu.person_id)
    since = here.bank.today - timedelta(days=_SINCE_DAYS)
    read = here.samples.accounts(here.caller, here.consent.id)
    told = here.samples.transactions(here.caller, here.consent.id, purse, since) if purse else None
    paid = _payment(here, purse) if purse else None
    return page.show(
        "first.html",
        tab="start",
        world=here.world,
        first=here,
        tool=tool,
        purse=purse,
        since=since,
        reading=written(read, tool),
        transactions=written(told, tool) if told else None,
        payment=written(paid[0], tool) if paid else None,
        payee=paid[1] if paid else None,
        amount=f"{_AMOUNT} {here.bank.profile.currency}",
        **_progress(here, tool),
    )


@views.get("/progress")
def progress(workspace_id: str, app_id: str, consent_id: str) -> Response:
    """The part of the page that changes while commands are run elsewhere."""
    here = _found(workspace_id, app_id, consent_id)
    return page.show("progress.html", first=here, **_progress(here, request.args.get("tool", CURL)))


@views.post("/approve/<payment_id>")
def approve(workspace_id: str, app_id: str, consent_id: str, payment_id: str) -> Response:
    """The PSU's yes to a payment, by one click."""
    here = _found(workspace_id, app_id, consent_id, writing=True)
    payment = payments.get(here.bank, here.app.id, payment_id)
    beginning.agree(here.bank, beginning.asked_for(here.bank, payment), here.psu.person_id)
    access.note(here.world.id, "payment.agree", f"{payment.id}, as {here.psu.name}")
    return _back(here)


@views.post("/wait/<payment_id>")
def wait(workspace_id: str, app_id: str, consent_id: str, payment_id: str) -> Response:
    """Have a payment carried out, and turn the clock to when it arrives."""
    here = _found(workspace_id, app_id, consent_id, writing=True)
    payment = payments.get(here.bank, here.app.id, payment_id)
    transfer = payments.transfers(here.bank, payment)[0]
    if transfer.entry_id is None:
        payments.go_on(here.bank, payment)
        transfer = payments.transfers(here.bank, payment)[0]
    if transfer.arrives_at is not None and transfer.arrives_at > here.bank.now:
        here.world.set_clock(here.world.clock.at(transfer.arrives_at))
        timeline.live_on(page.any_bank_in(here.world))
    return _back(here)


@views.post("/key")
def renew(workspace_id: str, app_id: str, consent_id: str) -> Response:
    """Give the app another key, where this browser has none."""
    here = _found(workspace_id, app_id, consent_id, writing=True)
    session.keep_key(here.app.id, apps.renew(here.app, access.role(workspace_id)))
    return _back(here)


def _back(here: Beginning) -> Response:
    """To the commands again, in the words that were picked."""
    tool = request.args.get("tool", CURL)
    return page.go(f"{here.place}?version={here.caller.version}&tool={tool}#pay")


def _found(workspace_id: str, app_id: str, consent_id: str, *, writing: bool = False) -> Beginning:
    """Raises WorkspaceUnknown, AppUnknown, ConsentUnknown."""
    world = access.world(workspace_id, writing=writing)
    work, services = access.work(), context.visit().services
    app = apps.get(work, world.id, app_id)
    consent = work.get(Consent, (world.id, consent_id))
    if consent is None or consent.app_id != app.id or consent.bank_id not in services.profiles:
        raise ConsentUnknown(detail=consent_id)
    bank = page.bank_in(world, services.profiles[consent.bank_id])
    versions = [one.version for one in bank.profile.interfaces]
    version = request.args.get("version", versions[0])
    psu = customers.get(bank, consent.person_id or "")
    caller = Caller(
        f"{services.origin}/{bank.id}",
        version if version in versions else versions[0],
        session.kept_key(app.id) or _NO_KEY,
    )
    return Beginning(world, bank, app, consent, psu, caller)


def _payment(here: Beginning, purse: AccountRow) -> tuple[Call, CustomerRow, Bank] | None:
    """The command that pays, whom, and where they bank; None where this bank takes no payments."""
    payee = beginning.creditor(here.bank, here.psu.person_id)
    if payee is None:
        return None
    there, person, account = payee
    purchase = Purchase(purse, account, _AMOUNT, _TEXT)
    call = here.samples.payment(here.bank, here.caller, purchase)
    return None if call is None else (call, customers.get(there, person.id), there)


def _progress(here: Beginning, tool: str) -> dict[str, Any]:
    """Where the payments of this app stand, the newest first, and what comes next for each."""
    found = [
        one
        for one in payments.every(here.bank.work, here.world.id, bank_id=here.bank.id)
        if one.app_id == here.app.id
    ]
    return {
        "payments": [_stage(here, one, tool) for one in found[:_PAYMENTS_SHOWN]],
        "over": bool(found) and _is_through(here.bank, found[0]),
        "again": f"?version={here.caller.version}&tool={tool}",
    }


def _stage(here: Beginning, payment: Payment, tool: str) -> dict[str, Any]:
    bank, asked = here.bank, beginning.asked_for(here.bank, payment)
    transfer = payments.transfers(bank, payment)[0]
    found: dict[str, Any] = {"payment": payment, "transfer": transfer, "stage": "under way"}
    if payment.status in _OVER:
        return found | {"stage": "over"}
    if asked.is_open(bank):
        waiting = beginning.waiting(bank, payment)
        return found | {
            "stage": "asks",
            "command": written(_yes(here, waiting.id), tool) if waiting else None,
        }
    if isinstance(asked, PaymentConsentSubject) and asked.status(bank) == PaymentConsentStatus.AUTHORISED:
        submission = here.samples.submission(here.caller, payment_consents.of_subject(bank, asked.id))
        return found | {"stage": "submit", "command": written(submission, tool) if submission else None}
    if _is_through(bank, payment):
        return found | {"stage": "booked", "sides": _sides(bank, payment)}
    return found


def _yes(here: Beginning, authorisation_id: str) -> Call:
    """The call behind the click."""
    url = f"{context.visit().services.origin}/_sandbox/authorisations/{authorisation_id}/approve"
    return Call("POST", url, {"X-API-Key": here.caller.app_key}, {"psu": here.psu.username})


def _is_through(bank: Bank, payment: Payment) -> bool:
    """Whether the money has left the debtor and has come to the creditor."""
    transfer = payments.transfers(bank, payment)[0]
    return transfer.entry_id is not None and (transfer.arrives_at is None or transfer.arrives_at <= bank.now)


def _sides(bank: Bank, payment: Payment) -> list[dict[str, Any]]:
    """The newest lines of both statements."""
    transfer = payments.transfers(bank, payment)[0]
    found = [_side(bank, payment.debtor_account_id or "", "debtor")]
    home = clearing.home(bank, AccountRef(**transfer.creditor))
    if home is not None and home.account is not None:
        found.append(_side(home.bank, home.account.id, "creditor"))
    return found


def _side(bank: Bank, account_id: str, side: str) -> dict[str, Any]:
    account = accounts.get(bank, account_id)
    window = Window(date(1970, 1, 1), bank.today + timedelta(days=1))
    return {
        "side": side,
        "bank": bank.profile,
        "account": account,
        "lines": ledger.lines(bank, account_id, window, _LINES),
    }
