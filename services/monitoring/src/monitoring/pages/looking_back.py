"""Looking back: every page as it was at an instant that the operator has built the views of."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from monitoring.api.board import Figured
from monitoring.pages.browsing import BrowserRoute, render
from monitoring.views.past import Past
from tiendo_runtime.clock import Clock
from tiendo_runtime.http.principals import Asking
from tiendo_runtime.http.problems import ProblemError

_COOKIE = "tiendo_luc"


@dataclass(frozen=True, slots=True)
class At:
    """A clock that stands still at an instant (UTC)."""

    instant: datetime

    def now(self) -> datetime:
        """The instant."""
        return self.instant


def chosen(request: Request, figured: Figured) -> Past | None:
    """The instant that this browser looks back at; None where it looks at the present."""
    wanted = _instant(request.cookies.get(_COOKIE, ""))
    return next((one for one in figured.pasts() if one.as_of == wanted), None) if wanted else None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def routes(figured: Figured, clock: Clock) -> APIRouter:
    """The route that chooses an instant, or the present again."""
    router = APIRouter(include_in_schema=False, route_class=BrowserRoute)

    @router.get("/xem-lai")
    def look_back(request: Request, who: Asking, luc: str | None = None) -> Response:
        if luc is None:
            facts = {"pasts": figured.pasts(), "past": chosen(request, figured)}
            return render(request, "looking_back.html", clock, who, facts)
        answer = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
        if not luc:
            answer.delete_cookie(_COOKIE)
            return answer
        wanted = _instant(luc)
        if wanted is None or wanted not in {one.as_of for one in figured.pasts()}:
            raise ProblemError(404, "no_such_past", instant=luc)
        answer.set_cookie(_COOKIE, wanted.isoformat(), httponly=True, samesite="lax")
        return answer

    return router
