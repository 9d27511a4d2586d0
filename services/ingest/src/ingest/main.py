"""Composition root of the ingest: only wiring."""

from ingest.api import routes
from ingest.jobs import forget_refused
from ingest.messages import MESSAGES
from ingest.publishing import publish
from ingest.reactions import GROUP, receive
from ingest.settings import IngestSettings
from tiendo_contracts.catalogue import inbound_topic
from tiendo_contracts.checking import MAX_BATCH_BYTES
from tiendo_register.units import REGISTER
from tiendo_runtime.http.app import Bodies
from tiendo_runtime.service import Grant, Service

service = Service(
    name="ingest",
    title="Tiến Độ: events of other systems",
    settings=IngestSettings,
    publish=publish,
    routes=routes,
    messages=MESSAGES,
    projections=(REGISTER,),
    jobs=(receive, forget_refused),
    grants=(
        Grant("topic", inbound_topic("{}").split("{")[0], ("Create", "Describe", "Read"), True),
        Grant("group", GROUP, ("Describe", "Read")),
    ),
    bodies=Bodies(
        most=MAX_BATCH_BYTES,
        media=(
            "application/json",
            "application/cloudevents+json",
            "application/cloudevents-batch+json",
        ),
    ),
)
