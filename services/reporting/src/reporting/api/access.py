"""Who may do what, and what may not come in at all."""

from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from reporting.domain import Report
from tiendo_contracts.base import UnitPath
from tiendo_notices.classified import is_classified
from tiendo_runtime.context import Principal
from tiendo_runtime.domain import ForbiddenError, NotYetKnownError, RuleError

_PATH: TypeAdapter[str] = TypeAdapter(UnitPath)


def own_unit(who: Principal) -> tuple[UUID, str]:
    """The unit that somebody reports for, and its path.

    Raises:
        ForbiddenError: `no_unit`: the token names none, or a path that does not lead to it.
    """
    if who.unit_id is None or not who.unit_path.endswith(f"/{who.unit_id}/"):
        raise ForbiddenError("no_unit")
    try:
        return who.unit_id, _PATH.validate_python(who.unit_path)
    except ValidationError:
        raise ForbiddenError("no_unit") from None


def check_scope(who: Principal, report: Report) -> None:
    """See that the report's unit lies inside of the principal's scope.

    Raises:
        ForbiddenError: `out_of_scope`.
    """
    if not who.sees(report.owed.unit_path):
        raise ForbiddenError("out_of_scope", path=f"/v1/reports/{report.id}")


def check_above(who: Principal, report: Report) -> None:
    """See that the principal decides about a report of a unit below their own.

    Raises:
        ForbiddenError: `out_of_scope`, or `own_report`.
    """
    check_scope(who, report)
    if who.unit_id == report.owed.unit_id:
        raise ForbiddenError("own_report", path=f"/v1/reports/{report.id}")


def check_above_unit(who: Principal, unit_id: UUID, unit_path: str | None) -> None:
    """See that the principal decides about a unit below their own, given by its present path.

    Raises:
        NotYetKnownError: `unit_not_yet_known`: there is no path yet.
        ForbiddenError: `out_of_scope`, or `own_report`.
    """
    if unit_path is None:
        raise NotYetKnownError("unit_not_yet_known", path="/unit_id", unit=unit_id)
    if not who.sees(unit_path):
        raise ForbiddenError("out_of_scope", path="/unit_id")
    if who.unit_id == unit_id:
        raise ForbiddenError("own_report", path="/unit_id")


def refuse_classified(text: str, path: str) -> None:
    """Keep a text that is marked as secret out, before it is stored or logged.

    Raises:
        RuleError: `classified`.
    """
    if is_classified(text):
        raise RuleError("classified", path=path)
