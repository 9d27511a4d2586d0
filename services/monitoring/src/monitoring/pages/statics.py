"""The files that pages need, served by the service itself."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

from tiendo_runtime.http.problems import ProblemError

_OWN = {
    "board.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_HTMX = "htmx.min.js"


@dataclass(frozen=True, slots=True)
class Static:
    """A file with its media type and the digest that its address carries."""

    content: bytes
    media_type: str
    digest: str


@cache
def statics() -> dict[str, Static]:
    """All files by name. htmx comes out of an installed package, as a file."""
    folder = files("monitoring.pages") / "static"
    found = {name: (folder / name, media) for name, media in _OWN.items()}
    htmx = files("js_lib_htmx") / "static" / "htmx" / _HTMX
    found[_HTMX] = (htmx, _OWN["live.js"])
    return {name: _read(path.read_bytes(), media) for name, (path, media) in found.items()}


def _read(content: bytes, media_type: str) -> Static:
    return Static(content, media_type, hashlib.sha256(content).hexdigest()[:12])


def address_of(name: str) -> str:
    """The address of a file; another content has another address."""
    return f"/static/{name}?v={statics()[name].digest}"


def routes() -> APIRouter:
    """The route of the files: for everybody, kept by browsers for a year."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        found = statics().get(name)
        if found is None:
            raise ProblemError(404, "no_such_page")
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(found.content, media_type=found.media_type, headers=kept)

    return router
