"""What is commanded: notices, reports, extensions, inspections, over and over.

A life is that of one assignment; a desk is that of one unit, which reports. Each has its aggregates
for itself, so that nothing that they command may be refused.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from tests.chaos.acting import Do, Look, Rest, Stage, Story
from tests.chaos.country import Country, Unit

from tiendo_runtime.clock import VIETNAM, SystemClock

_ENOUGH_LIVES = 150
_MOST_LINES = 6
_MOST_IN_A_ROW = 4
_PERIODS = range(-6, 2)
_TEXT = """\
BAN CHỈ ĐẠO
*
Số {number}-TB/BCĐ

Hà Nội, ngày {day:02} tháng {month:02} năm {year}

THÔNG BÁO
Kết luận phiên họp

Ngày {day:02}/{month:02}/{year}, Trưởng Ban chủ trì phiên họp và kết luận như sau:

{items}
"""


@dataclass
class Life:
    """An assignment that is under way."""

    id: str
    unit: Unit
    due: date
    issued: bool = False
    wants_claim: bool = False


@dataclass
class Workload:
    """All that goes on in a country."""

    country: Country
    stage: Stage
    dice: random.Random
    lives: dict[str, dict[str, Life]] = field(default_factory=dict[str, dict[str, Life]])
    """By unit id, then by assignment id."""
    claims: dict[str, int] = field(default_factory=dict[str, int])
    """How often each assignment was claimed, by acknowledged reports."""
    issued: dict[str, str] = field(default_factory=dict[str, str])
    """Every assignment that a signed notice demands, with its unit."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    """Of notices: a committee's own, which stay as short as such numbers are."""

    def begin(self) -> None:
        """Let everybody begin."""
        for unit in self.country.units:
            self.lives[unit.id] = {}
            self.stage.play(self._desk(unit, self._dice()), after=3.0)
        self.stage.play(self._secretariat(self._dice()))

    def _dice(self) -> random.Random:
        return random.Random(self.dice.getrandbits(64))  # noqa: S311 - repeatable, not secret

    def _mark(self, kind: str) -> str:
        return f"#{kind}-{self.stage.number()}#"

    def _secretariat(self, dice: random.Random) -> Story:
        while True:
            if sum(map(len, self.lives.values())) < _ENOUGH_LIVES:
                yield from self._notice(dice)
            else:
                yield Rest(0.2)

    def _notice(self, dice: random.Random) -> Story:
        """Take a notice in, decide on its items, sign it; its assignments begin their lives."""
        day = _today() - timedelta(days=20)
        many = dice.randint(2, 6)
        mark = self._mark("TakenIn")
        items = "\n".join(f"{n}. Việc {n} {mark if n == 1 else ''}" for n in range(1, many + 1))
        text = _TEXT.format(
            number=next(self._numbers), day=day.day, month=day.month, year=day.year, items=items
        )
        committee, token = self.country.committee, self.country.secretary
        body = {"committee_id": committee.id, "text": text}
        taken = yield Do("take in", "meetings", "/v1/notices", body, token, mark)
        place = f"/v1/notices/{taken['id']}"
        decided = [self._decision(dice, number) for number in range(1, many + 1)]
        mark = self._mark("ItemsReviewed")
        decided[0]["deadline"] = {"due_on": "2027-06-30", "words": mark}
        decided[0]["recurring"] = None
        review = {"items": decided}
        command = Do("review", "meetings", f"{place}/reviews", review, token, mark, place)
        seen = yield _at(command, taken["version"])
        mark = self._mark("Signed")
        signer = {"signed_by": {"name": f"Trưởng Ban {mark}", "office": "Trưởng Ban"}}
        command = Do("sign", "meetings", f"{place}/signature", signer, token, mark, place)
        lives = list(self._lives(taken["id"], decided))
        yield replace(command, version=seen["version"], told=lambda: self._begin(lives))

    def _begin(self, lives: Sequence[Life]) -> None:
        for life in lives:
            self.issued[life.id] = life.unit.id
            self.lives[life.unit.id][life.id] = life
            self.stage.play(self._life(life, self._dice()), after=0.5)

    def _decision(self, dice: random.Random, number: int) -> dict[str, Any]:
        leads = [unit.id for unit in dice.sample(self.country.units, dice.randint(1, 3))]
        decision: dict[str, Any] = {
            "path": str(number),
            "kind": "assignment",
            "lead_unit_id": leads[0],
            "other_lead_ids": leads[1:],
        }
        kind = dice.random()
        if kind < 0.1:
            decision["recurring"] = "monthly"
        elif kind < 0.3:
            decision["deadline"] = {"due_on": (_today() - timedelta(days=5)).isoformat()}
        elif kind < 0.5:
            soon = SystemClock().now() + timedelta(seconds=dice.randint(5, 300))
            decision["deadline"] = {"due_at": soon.isoformat()}
        else:
            decision["deadline"] = {"due_on": f"2027-0{dice.randint(1, 9)}-15"}
        return decision

    def _lives(self, notice: str, decided: Sequence[dict[str, Any]]) -> Iterator[Life]:
        """The assignments that a signed notice demands; their ids are derived (decision 18)."""
        by_id = {unit.id: unit for unit in self.country.units}
        for item in decided:
            for unit in (item["lead_unit_id"], *item["other_lead_ids"]):
                identity = uuid5(UUID(notice), f"{item['path']}/{unit}")
                yield Life(str(identity), by_id[unit], date(2028, 1, 1))

    def _life(self, life: Life, dice: random.Random) -> Story:
        """Ask for time, get it or not; claim; be verified or refused; be closed or called off."""
        place = f"/v1/assignments/{life.id}"
        while (yield Look("assignments", place, self.country.secretary)) is None:
            yield Rest(0.5)
        life.issued = True
        for _ in range(dice.randint(1, 4)):
            yield from self._extension(life, place, dice)
        for _ in range(dice.randint(0, 2)):
            yield from self._inspection(life, place, verify=False)
            yield from self._extension(life, place, dice)
        if dice.random() < 0.7:
            yield from self._inspection(life, place, verify=True)
            if dice.random() < 0.5:
                yield from self._end(life, place, "closures", self.country.secretary, "remark")
        elif dice.random() < 0.5:
            yield from self._end(life, place, "cancellations", self.country.leader, "reason")
        del self.lives[life.unit.id][life.id]

    def _extension(self, life: Life, place: str, dice: random.Random) -> Story:
        life.due += timedelta(days=dice.randint(1, 30))
        mark = self._mark("ExtensionRequested")
        body: dict[str, Any] = {"deadline": {"due_on": life.due.isoformat()}, "reason": mark}
        reporter = self.country.reporters[life.unit.id]
        path = f"{place}/extension-requests"
        asked = yield Do("ask", "assignments", path, body, reporter, mark, place)
        kind = "ExtensionGranted" if dice.random() < 0.8 else "ExtensionRefused"
        mark = self._mark(kind)
        path = f"{place}/{'extensions' if kind == 'ExtensionGranted' else 'extension-refusals'}"
        leader = self.country.leader
        command = Do("decide", "assignments", path, {"reason": mark}, leader, mark, place)
        yield _at(command, asked["version"])

    def _end(self, life: Life, place: str, path: str, token: str, field: str) -> Story:
        """Close what is verified, or call off what is not."""
        life.wants_claim = False
        mark = self._mark("Closed")
        while True:
            seen = yield Look("assignments", place, token)
            if seen:
                break
            yield Rest(0.5)
        body = {field: mark}
        command = Do("end", "assignments", f"{place}/{path}", body, token, mark, place)
        yield _at(command, seen.version)

    def _inspection(self, life: Life, place: str, *, verify: bool) -> Story:
        """Let the unit claim it; then look at it."""
        token = self.country.inspector
        life.wants_claim = True
        while True:
            yield Rest(0.7)
            seen = yield Look("assignments", place, token)
            if seen and seen.body["stage"] == "claimed":
                break
        kind = "CompletionVerified" if verify else "CompletionRefused"
        mark = self._mark(kind)
        body = {"office": "Tổ kiểm tra", "finding": mark}
        path = f"{place}/{'verifications' if verify else 'refusals'}"
        command = Do("inspect", "assignments", path, body, token, mark, place)
        yield _at(command, seen.version)

    def _desk(self, unit: Unit, dice: random.Random) -> Story:
        """Report for a period; some reports are sent back and come in again."""
        while True:
            for period in _periods():
                yield from self._report(unit, period, dice)

    def _report(self, unit: Unit, period: str, dice: random.Random) -> Story:
        for _ in range(dice.randint(1, _MOST_IN_A_ROW)):
            lines: list[dict[str, Any]] = []
            while not (lines := self._lines(unit, dice)):
                yield Rest(0.5)
            mark = self._mark("Submitted")
            lines[0]["difficulties"] = mark
            body = {"period": period, "lines": lines}
            token = self.country.reporters[unit.id]
            claimed = [line["assignment_id"] for line in lines if line["done"]]
            command = Do("report", "reporting", "/v1/reports", body, token, mark)
            told = yield replace(command, told=partial(self._claim, claimed))
            yield Rest(dice.uniform(0.2, 2.0))
            place = f"/v1/reports/{told['id']}"
            mark = self._mark("Returned")
            secretary, reason = self.country.secretary, {"reason": mark}
            command = Do("return", "reporting", f"{place}/return", reason, secretary, mark, place)
            yield _at(command, told["version"])

    def _claim(self, assignments: Sequence[str]) -> None:
        for assignment in assignments:
            self.claims[assignment] = self.claims.get(assignment, 0) + 1

    def _lines(self, unit: Unit, dice: random.Random) -> list[dict[str, Any]]:
        """What a unit says of its assignments; a claim is made once for each wish."""
        known = [life for life in list(self.lives[unit.id].values()) if life.issued]
        wishes = [life for life in known if life.wants_claim][:_MOST_LINES]
        others = [life for life in known if not life.wants_claim]
        chosen = wishes + dice.sample(others, min(len(others), _MOST_LINES - len(wishes)))
        lines: list[dict[str, Any]] = []
        for life in chosen:
            done, life.wants_claim = life.wants_claim, False
            percent = 100 if done else dice.randint(0, 99)
            lines.append({"assignment_id": life.id, "percent": percent, "done": done})
        return lines


def _at(command: Do, version: int) -> Do:
    """The command with the version that is believed to be there."""
    return replace(command, version=version)


def _today() -> date:
    return SystemClock().now().astimezone(VIETNAM).date()


def _periods() -> list[str]:
    """The ISO weeks for which a report may come in now."""
    weeks = [_today() + timedelta(weeks=shift) for shift in _PERIODS]
    return [f"{day.isocalendar().year}-W{day.isocalendar().week:02}" for day in weeks]
