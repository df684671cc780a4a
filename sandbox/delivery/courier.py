"""The courier: one thread per serving process that looks for what is due, and a short-lived one per world.

Worlds do not wait for one another's slow receivers; within a world, messages go out one after another.
"""

import atexit
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import orjson

import sandbox
from sandbox.bank.bank import Bank, People
from sandbox.bank.events import WORDS, Event
from sandbox.bank.profile import Profile
from sandbox.delivery import addresses, outbox, sending, signing
from sandbox.delivery.addresses import AddressForbidden, AddressMalformed
from sandbox.delivery.outbox import Claim
from sandbox.delivery.sending import Answer
from sandbox.kernel.clock import Clock, ClockMode, wall_now
from sandbox.kernel.db import Database
from sandbox.kernel.ids import new_uuid
from sandbox.workspaces.workspace import Workspace

_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_TO_END = 5.0
_SECONDS_AT_WORK = 20.0
_WORLDS_AT_ONCE = 8
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """An event to be put into words: what happened at a bank to the resource at `path` below `base_url`.

    The bank is there to be read; whoever writes the message changes nothing.
    """

    bank: Bank
    event: Event
    base_url: str
    path: str

    @property
    def profile(self) -> Profile:
        """The bank's profile."""
        return self.bank.profile


@dataclass(frozen=True, slots=True)
class Message:
    """A message with more to it than a body: headers of its own, and answers after which nobody tries again.

    A body is JSON, or a text as it is, whose type `headers` say. The values of `secret` headers are sent, and
    not kept in the log.
    """

    body: Mapping[str, Any] | str
    secret: Mapping[str, str] = field(default_factory=dict)
    final: frozenset[int] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict)


#: A standard's own words for an event: the body of the message, or all of it; None where it is no news to
#: the app after all.
Writer = Callable[[News], Mapping[str, Any] | Message | None]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a courier knows: the banks and their people, the words of each standard, and our origin.

    `private`: whether it may go into private networks.
    """

    profiles: Mapping[str, Profile]
    people: People
    writers: Mapping[str, Writer]
    origin: str
    private: bool


class Courier:
    """Carries what is due. Several may serve one database, in one process or many: claims part them."""

    def __init__(self, database: Database, desk: Desk) -> None:
        """Carry from that database's outbox; nothing moves before `start` or `drain`."""
        self._database = database
        self._desk = desk
        self._bell = threading.Event()
        self._lock = threading.Lock()
        self._at_work: dict[str, threading.Thread] = {}
        self._closed = False
        self._thread: threading.Thread | None = None
        database.bell = self.wake

    def wake(self) -> None:
        """Look at once: something may be due."""
        self._bell.set()

    def start(self) -> None:
        """Begin in this process, after it has forked."""
        self._thread = threading.Thread(target=self._attend, name="courier", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def close(self) -> None:
        """Send nothing more, and let what is being sent come to its end for a moment.

        Whoever is still at work then would open a connection to a database that has been let go.
        """
        self._closed = True
        self.wake()
        until = monotonic() + _SECONDS_TO_END
        if self._thread is not None:
            self._thread.join(_SECONDS_TO_END)
        with self._lock:
            working = list(self._at_work.values())
        for one in working:
            one.join(max(0.0, until - monotonic()))

    def drain(self, workspace_id: str, seconds: float = _SECONDS_AT_WORK) -> int:
        """Send what is due in that world, for so long; how many attempts that took.

        What this process is sending there already is waited for: afterwards all is told.
        """
        until = monotonic() + seconds
        self._wait_for(workspace_id, until)
        attempts = self._drain(workspace_id, until)
        self._wait_for(workspace_id, until)
        return attempts

    def _drain(self, workspace_id: str, until: float) -> int:
        attempts = 0
        while not self._closed and monotonic() < until:
            claim = outbox.claim(self._database, workspace_id)
            if claim is None:
                break
            self._carry(claim)
            attempts += 1
        return attempts

    def _wait_for(self, workspace_id: str, until: float) -> None:
        with self._lock:
            working = self._at_work.get(workspace_id)
        if working is not None:
            working.join(max(0.0, until - monotonic()))

    def _attend(self) -> None:
        while not self._closed:
            self._bell.clear()
            try:
                for workspace_id in outbox.worlds_with_work(self._database):
                    self._send_somebody(workspace_id)
            except Exception:
                # The database may be away for a while; what is due stays due.
                _log.exception("the courier could not look into the outbox")
            self._bell.wait(_SECONDS_BETWEEN_LOOKS)

    def _send_somebody(self, workspace_id: str) -> None:
        with self._lock:
            if workspace_id in self._at_work or len(self._at_work) >= _WORLDS_AT_ONCE:
                return
            name = f"courier {workspace_id}"
            one = threading.Thread(target=self._serve, args=(workspace_id,), name=name, daemon=True)
            self._at_work[workspace_id] = one
            one.start()

    def _serve(self, workspace_id: str) -> None:
        try:
            self._drain(workspace_id, monotonic() + _SECONDS_AT_WORK)
        except Exception:
            _log.exception("the courier of %s stumbled", workspace_id)
        finally:
            with self._lock:
                self._at_work.pop(workspace_id, None)

    def _carry(self, claim: Claim) -> None:
        request: dict[str, Any] = {"method": "POST", "uri": claim.uri, "headers": {}, "body": ""}
        final: frozenset[int] = frozenset()
        try:
            message = None if claim.secret is None else self._message(claim)
        except Exception:
            _log.exception("event %s could not be put into words", claim.event.id)
            answer = Answer(error="the sandbox could not write the message; this is a fault of ours")
        else:
            if message is not None:
                answer, final = self._answer(claim, message, request), message.final
            elif claim.secret is None:
                who = "webhook" if claim.standard == WORDS else "app"
                answer = Answer(error=f"the {who} is gone")
            else:
                outbox.drop(self._database, claim)
                return
        outbox.settle(self._database, claim, request, answer, final=answer.status in final)

    def _answer(self, claim: Claim, message: Message, request: dict[str, Any]) -> Answer:
        """Send it; `request` is filled with what was sent."""
        body = message.body.encode() if isinstance(message.body, str) else orjson.dumps(message.body)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Bryggen/{sandbox.__version__}",
            "X-Request-ID": new_uuid(),
            "Connection": "close",
            **message.headers,
            **signing.headers(claim.secret or "", claim.message_id, wall_now(), body),
        }
        kept = {**headers, **dict.fromkeys(message.secret, "(not kept)")}
        request |= {"headers": kept, "body": body.decode()}
        try:
            address = addresses.read(claim.uri)
            numbers = addresses.numbers(address, private=self._desk.private)
        except (AddressMalformed, AddressForbidden) as refusal:
            return Answer(error=f"{refusal.text} ({refusal.detail})")
        except OSError as error:
            return Answer(error=f"the name cannot be resolved: {error}")
        return sending.post(address, numbers, {**headers, **message.secret}, body)

    def _message(self, claim: Claim) -> Message | None:
        """The words of the standard; None where it has none for this app."""
        desk, event = self._desk, claim.event
        profile = desk.profiles[event.bank_id]
        with self._database.reading() as work:
            world = work.get(Workspace, claim.workspace_id)
            if world is None:
                return None
            still = Clock(ClockMode.FROZEN, 0.0, world.clock.now())
            bank = Bank(profile, work, world.id, world.seed, still, desk.people, desk.profiles)
            news = News(bank, event, f"{desk.origin}/{profile.id}", claim.path)
            written = desk.writers[claim.standard](news)
        return Message(written) if isinstance(written, Mapping) else written
