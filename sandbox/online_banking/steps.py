"""The way of one authorisation through the pages: which step it waits for, and where it ends."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import redirect
from werkzeug.wrappers import Response

from sandbox.bank import authorisations
from sandbox.bank.authorisations import Authorisation, ScaStatus
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Consent
from sandbox.gateway import context
from sandbox.kernel.errors import Refusal
from sandbox.online_banking import asks, headers, page, session

#: The yes that the PSU has given: UNCONFIRMED still wants the TPP to bring the confirmation code.
_YES = (ScaStatus.FINALISED, ScaStatus.EXEMPTED, ScaStatus.UNCONFIRMED)


class Step(StrEnum):
    """The steps in their order; the value is the last segment of the step's address."""

    IDENTIFY = "identify"
    PASSWORD = "password"
    ACCOUNTS = "accounts"
    METHOD = "method"
    CODE = "code"


_ORDER = list(Step)


class NotHere(Refusal):
    """The authorisation cannot go on in this browser; the answer is ready."""

    def __init__(self, answer: Response) -> None:
        """Answer with this page."""
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorisation on the PSU's pages."""

    bank: Bank
    authorisation: Authorisation
    consent: Consent
    path: str

    @property
    def person_id(self) -> str:
        """Who authenticated in this browser."""
        return session.signed_in_for(self.authorisation.id) or ""

    @property
    def waiting_for(self) -> Step:
        """The step that comes next."""
        match ScaStatus(self.authorisation.status):
            case ScaStatus.RECEIVED:
                return Step.IDENTIFY
            case ScaStatus.PSU_IDENTIFIED | ScaStatus.STARTED:
                return Step.PASSWORD
            case status:
                if session.chosen_accounts(self.authorisation.id) is None:
                    return Step.ACCOUNTS
                methods = authorisations.methods(self.bank, self.authorisation)
                return Step.METHOD if status == ScaStatus.PSU_AUTHENTICATED and methods else Step.CODE

    @property
    def steps(self) -> list[Step]:
        """The steps that this PSU goes through."""
        known = self.authorisation.person_id is not None
        methods = (
            authorisations.methods(self.bank, self.authorisation) if known else self.bank.profile.sca.methods
        )
        return [one for one in Step if one != Step.METHOD or len(methods) > 1]

    def show(self, at: Step, status: int = 200, **values: Any) -> Response:
        """Render the page of a step."""
        ask = asks.ask(self.bank, self.consent, page.language())
        headers.allow_return_to(self.authorisation.redirect_ok, self.authorisation.redirect_nok)
        return page.show(
            f"{at}.html",
            status,
            ask=ask,
            at=at,
            steps=self.steps,
            path=self.path,
            **{"fault": None, **values},
        )

    def go_on(self) -> Response:
        """To the page of the next step."""
        step = self.waiting_for
        return page.go(self.path if step == Step.IDENTIFY else f"{self.path}/{step}")

    def must_be_past(self, step: Step) -> None:
        """Send a browser that is ahead of the authorisation back to where it is. Raises NotHere."""
        if _ORDER.index(self.waiting_for) < _ORDER.index(step):
            raise NotHere(self.go_on())

    def finish(self) -> Response:
        """Back to the TPP; or, where it gave no address, the last page."""
        back = authorisations.return_address(self.bank, self.authorisation)
        if back and headers.source_of(back):
            return redirect(back, 303)
        granted = self.authorisation.status in _YES
        name = asks.app_name(self.bank, self.consent)
        return page.show("done.html", granted=granted, app_name=name, workspace=self.bank.workspace_id)


def ask_at(token: str) -> Asked:
    """The authorisation that a PSU link leads to, as far as it is this browser's to go on with.

    Raises LinkUnknown, WorkspaceUnknown, NotHere.
    """
    bank = context.for_workspace(authorisations.workspace_of(token)).bank
    authorisation = authorisations.by_link(bank, token)
    consent = asks.consent_of(bank, authorisation)
    asked = Asked(bank, authorisation, consent, f"/authorisations/{token}")
    mine = session.signed_in_for(authorisation.id) is not None
    if authorisation.status in (*_YES, ScaStatus.FAILED):
        # What a return address carries is for the browser that gave the yes, not for whoever has the link.
        raise NotHere(asked.finish() if mine else _over(asked))
    if authorisation.status in (ScaStatus.PSU_AUTHENTICATED, ScaStatus.SCA_METHOD_SELECTED) and not mine:
        raise NotHere(page.problem("used", 409))
    return asked


def _over(asked: Asked) -> Response:
    """The page of a link that leads nowhere any more, with the way back where the answer was no."""
    authorisation, name = asked.authorisation, asks.app_name(asked.bank, asked.consent)
    back = None
    if authorisation.status == ScaStatus.FAILED:
        back = authorisations.return_address(asked.bank, authorisation)
        back = back if headers.source_of(back) else None
    key = "expired" if asked.bank.now >= authorisation.expires_at else "used"
    return page.problem(key, 410, back=back, app_name=name)
