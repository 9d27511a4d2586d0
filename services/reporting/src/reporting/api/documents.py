"""HTTP documents: AsyncAPI beside the OpenAPI that every service has."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from reporting.edge import asyncapi
from tiendo_runtime.service import Runtime


def routes(runtime: Runtime) -> APIRouter:
    """The routes for readers of documents; they need no principal, as OpenAPI does not."""
    router = APIRouter(tags=["documents"])
    document = asyncapi(runtime.settings)

    @router.get("/asyncapi.json")
    def events() -> JSONResponse:
        """The events that this service publishes on Kafka, as AsyncAPI 3.0."""
        return JSONResponse(document)

    return router
