"""Examples of a figure that another system measures: logins of a department to the portal."""

from datetime import UTC, date, datetime

from tiendo_contracts.base import Contract
from tiendo_contracts.examples import story
from tiendo_contracts.indicators import IndicatorDefined, IndicatorMeasured

INDICATOR_DEFINED = IndicatorDefined(
    indicator_id=story.LOGINS,
    code="portal.logins",
    name="Lượt cán bộ đăng nhập hệ thống dịch vụ công",
    name_en="Logins of officials to the public service portal",
    owner_unit_id=story.COMMITTEE,
    unit="login",
    counting="Đếm mỗi phiên đăng nhập thành công của một tài khoản cán bộ trong tuần",
    counting_en="Each session that an official's account opens with success in the week counts",
    period_kind="week",
    adds_up=True,
    effective_on=date(2026, 11, 1),
)

INDICATOR_MEASURED = IndicatorMeasured(
    indicator_id=story.LOGINS,
    unit_id=story.SCIENCE,
    period="2026-W47",
    value="1287",
    unit="login",
    measured_at=datetime(2026, 11, 22, 17, 5, tzinfo=UTC),
    system=story.PORTAL,
)

ALL: tuple[Contract, ...] = (INDICATOR_DEFINED, INDICATOR_MEASURED)
