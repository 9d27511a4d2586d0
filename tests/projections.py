"""Every projection of the product, with the package whose service has it."""

from assignments.main import service as assignments
from ingest.main import service as ingest
from meetings.main import service as meetings
from monitoring.main import service as monitoring
from notifications.main import service as notifications
from reporting.main import service as reporting

_SERVICES = (assignments, ingest, meetings, monitoring, notifications, reporting)

OF_SERVICES = {
    projection: service.package for service in _SERVICES for projection in service.projections
}
EVERY = list(OF_SERVICES)
