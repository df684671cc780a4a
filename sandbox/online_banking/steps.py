"""The way of one authorisation through the pages: which step it waits for, and where it ends."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import redirect
from werkzeug.wrappers import Response

from sandbox.bank import authorisations
from sandbox.bank.authorisations import (
    AnySubject,
    Authorisation,
    ScaStatus,
    SubjectKind,
)
from sandbox.bank.bank import Bank
from sandbox.gateway import context
from sandbox.kernel.errors import Refusal
from sandbox.online_banking import asks, headers, page, session


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
    subject: AnySubject
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
                if self._asks_accounts and session.chosen_accounts(self.authorisation.id) is None:
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
        skipped = {Step.METHOD} if len(methods) <= 1 else set()
        if not self._asks_accounts:
            skipped.add(Step.ACCOUNTS)
        return [one for one in Step if one not in skipped]

    @property
    def _asks_accounts(self) -> bool:
        """Whether it is about accounts at all."""
        return self.subject.kind != SubjectKind.SESSION

    def show(self, at: Step, status: int = 200, **values: Any) -> Response:
        """Render the page of a step."""
        known = bool(self.person_id)
        ask = asks.ask(self.bank, self.subject, page.language(), known=known)
        back = self.authorisation
        headers.allow_return_to(back.redirect_ok, back.redirect_nok, back.onward)
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
        return page.show(
            "done.html",
            ending=asks.ending(self.bank, self.authorisation),
            kind=asks.kind_of(self.subject),
            app_name=asks.app_name(self.bank, self.subject),
            workspace=self.bank.workspace_id,
        )

    def problem(self, key: str, status: int, *, back: bool) -> Response:
        """A page that says why it does not go on here; with `back`, the way to the TPP."""
        address = authorisations.return_address(self.bank, self.authorisation) if back else None
        address = address if headers.source_of(address) else None
        name = asks.app_name(self.bank, self.subject)
        return page.problem(key, status, back=address, app_name=name)


def ask_at(token: str) -> Asked:
    """The authorisation that a PSU link leads to, as far as it is this browser's to go on with.

    Raises LinkUnknown, WorkspaceUnknown, NotHere.
    """
    bank = context.for_workspace(authorisations.workspace_of(token)).bank
    authorisation = authorisations.by_link(bank, token)
    subject = authorisations.subject_of(bank, authorisation)
    asked = Asked(bank, authorisation, subject, f"/authorisations/{token}")
    mine = session.signed_in_for(authorisation.id) is not None
    if authorisation.status in (*asks.YES, ScaStatus.FAILED):
        # What a return address carries is for the browser that gave the yes, not for whoever has the link.
        raise NotHere(asked.finish() if mine else _over(asked))
    if authorisation.status in (ScaStatus.PSU_AUTHENTICATED, ScaStatus.SCA_METHOD_SELECTED) and not mine:
        raise NotHere(page.problem("used", 409))
    if mine and asks.has_signed(bank, subject, asked.person_id):
        raise NotHere(asked.problem("signed", 409, back=True))
    return asked


def _over(asked: Asked) -> Response:
    """The page of a link that leads nowhere any more, with the way back where the answer was no."""
    failed = asked.authorisation.status == ScaStatus.FAILED
    key = "used"
    if asked.bank.now >= asked.authorisation.expires_at:
        key = "expired"
    elif failed and asked.subject.kind == SubjectKind.CANCELLATION and not asked.subject.is_open(asked.bank):
        key = "too_late"
    return asked.problem(key, 410, back=failed)
