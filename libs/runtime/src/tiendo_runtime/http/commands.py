"""Commands over HTTP: idempotency keys, If-Match, and the answer with id and version.

An endpoint asks for an `Edge` with the roles that may call it, and gives it a decision:

    def hold(meeting_id: UUID, edge: Annotated[Edge, command("secretariat")]) -> Response:
        return edge.run(lambda work: hold_meeting(work, meeting_id, ...), changing=meeting_id)
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from tiendo_runtime.clock import Uuid7
from tiendo_runtime.context import Cause, CommandKey, Principal, acting
from tiendo_runtime.database import DatabaseAwayError
from tiendo_runtime.domain import Aggregate, ConflictError, ForbiddenError, NotFoundError, RuleError
from tiendo_runtime.http.principals import having
from tiendo_runtime.http.problems import ProblemError
from tiendo_runtime.metrics import COMMANDS
from tiendo_runtime.store import Answer, KeyRepeatedError, Store, VersionConflictError, Work
from tiendo_runtime.telemetry import traceparent

_ids = Uuid7()
_REPLAYED = "Idempotent-Replayed"

BODY_DIGEST = "tiendo.body_digest"
"""Where the request's scope holds the running SHA-256 of its body."""


class Done(BaseModel):
    """What a command answers: the thing's id and its version after it (also in `ETag`)."""

    id: UUID
    version: int


class _Told(msgspec.Struct):
    id: str = ""
    version: int | None = None


_told = msgspec.json.Decoder(_Told)


@dataclass(frozen=True, slots=True)
class Edge:
    """One command request: who, under which key, expecting which version."""

    principal: Principal
    key: CommandKey
    if_match: frozenset[str]
    """The entity tags that the caller takes the aggregate's present one for; `*` is any."""
    store: Store
    correlation_id: str

    def run(
        self,
        decide: Callable[[Work], Aggregate],
        *,
        changing: UUID | None = None,
        status: int | None = None,
    ) -> Response:
        """Decide, save and answer; a repeated key gets the first answer.

        `changing` names the aggregate that `If-Match` speaks of; None for what is created in the
        collection that the request's path names.

        Raises:
            ProblemError: 412, 428, or 422 for a key that came with another body.
        """

        def guarded(work: Work) -> Aggregate:
            return decide(work) if changing is None else self._matching(work, changing, decide)

        created = 201 if changing is None else 200
        return self.answer(guarded, lambda a: _done(a, status or created))

    def answer(self, decide: Callable[[Work], Any], answer: Callable[[Any], Answer]) -> Response:
        """Like `run`, for commands with an answer of their own form."""
        outcome = "failed"
        try:
            response = self._answer(decide, answer)
            outcome = "repeated" if _REPLAYED in response.headers else "saved"
        except Exception as error:
            outcome = _outcome(error)
            raise
        else:
            return response
        finally:
            COMMANDS.add(1, {"outcome": outcome})

    def _answer(self, decide: Callable[[Work], Any], answer: Callable[[Any], Answer]) -> Response:
        """Decide and save, or find the first answer.

        A repeat is not looked for in advance, since most commands are none: it is noticed by its
        key when it is saved, or when it is refused, as its first effect may be the reason.
        """
        cause = Cause(
            actor=self.principal.subject,
            correlation_id=self.correlation_id,
            traceparent=traceparent(),
        )
        told: list[Answer] = []

        def tell(result: Any) -> Answer:
            told[:] = [answer(result)]
            return told[0]

        try:
            with acting(cause):
                self.store.transact(decide, key=self.key, answer=tell)
        except KeyRepeatedError:
            return self._repeated() or self._gone()
        except (RuleError, NotFoundError, ProblemError):
            repeated = self._repeated()
            if repeated is None:
                raise
            return repeated
        return self._response(told[0], repeated=False)

    def _matching(
        self, work: Work, identity: UUID, decide: Callable[[Work], Aggregate]
    ) -> Aggregate:
        """Decide on the version that the caller has seen.

        A stale caller is told so before any rule speaks of a state that it has not seen; but one
        who may not see the thing at all learns nothing of its version.
        """
        if not self.if_match:
            raise ProblemError(428, "precondition_required")
        found = work.find(Aggregate, identity)
        version = found.version if found else None
        is_stale = version is not None and self.if_match.isdisjoint(("*", f'"{version}"'))
        try:
            decided = decide(work)
        except RuleError as error:
            if not is_stale or isinstance(error, ForbiddenError):
                raise
        else:
            if not is_stale:
                return decided
        raise ProblemError(412, "stale", {"ETag": f'"{version}"'}, version=version)

    def _repeated(self) -> Response | None:
        found = self.store.answer(self.key)
        if found is None:
            return None
        digest, answer = found
        if digest != self.key.body_sha256:
            raise ProblemError(422, "key_reused")
        return self._response(answer, repeated=True)

    def _response(self, answer: Answer, *, repeated: bool) -> Response:
        response = Response(answer.body, answer.status, media_type="application/json")
        done = _told.decode(answer.body)
        if done.version is not None:
            response.headers["ETag"] = f'"{done.version}"'
            if answer.status == 201 and self.key.path.startswith("/"):
                response.headers["Location"] = f"{self.key.path.rstrip('/')}/{done.id}"
        if repeated:
            response.headers[_REPLAYED] = "true"
        return response

    def _gone(self) -> Response:
        raise ProblemError(503, "busy", {"Retry-After": "1"})


def _done(aggregate: Aggregate, status: int) -> Answer:
    body = {"id": str(aggregate.id), "version": aggregate.version}
    return Answer(status, msgspec.json.encode(body))


def _outcome(error: Exception) -> str:
    match error:
        case ConflictError() | VersionConflictError():
            return "conflict"
        case RuleError() | NotFoundError() | ProblemError():
            return "refused"
        case DatabaseAwayError():
            return "away"
        case _:
            return "failed"


def command(*roles: str) -> Any:
    """The dependency that makes an `Edge` for principals with one of the roles."""
    allowed = having(*roles)

    async def edge(request: Request, who: Annotated[Principal, Depends(allowed)]) -> Edge:
        return Edge(
            principal=who,
            key=await _key(request, who),
            if_match=_if_match(request),
            store=request.app.state.store,
            correlation_id=_correlation(request),
        )

    return Depends(edge)


async def _key(request: Request, who: Principal) -> CommandKey:
    key = request.headers.get("idempotency-key", "")
    if not key and _is_form(request):
        key = str((await request.form()).get("idempotency_key", ""))
    if not 8 <= len(key) <= 100 or not key.isprintable():
        raise ProblemError(400, "key_missing")
    if not _is_form(request):
        await request.body()
    digest: bytes = request.scope[BODY_DIGEST].digest()
    return CommandKey(who.subject, request.method, _path(request), key, digest)


def _is_form(request: Request) -> bool:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media == "application/x-www-form-urlencoded"


def _path(request: Request) -> str:
    """The path as it came, still encoded; a very long one by its digest."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    path = raw.decode("latin-1")
    return path if len(path) <= 500 and path.isprintable() else hashlib.sha256(raw).hexdigest()


def _correlation(request: Request) -> str:
    given = request.headers.get("x-correlation-id", "").strip()[:100]
    return given if given.isascii() and given.isprintable() and given else str(_ids.new())


def _if_match(request: Request) -> frozenset[str]:
    """The tags as RFC 9110, 13.1.1 compares them: strongly, so that a weak one (W/) is no match."""
    return frozenset(filter(None, map(str.strip, request.headers.get("if-match", "").split(","))))
