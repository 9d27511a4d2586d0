"""The running service: from events on Kafka to mail, and what it tells about it over HTTP."""

import signal
from datetime import timedelta

import pytest
from tests.connected.notifications.harness import (
    COMMITTEE,
    MailServer,
    Served,
    Unit,
    execute,
    mails,
    query_one,
    until,
)

from tiendo_contracts.base import Deadline
from tiendo_contracts.examples import assignments, reporting
from tiendo_contracts.examples.units import UNIT_DISSOLVED
from tiendo_local.platform import Platform
from tiendo_runtime.clock import SystemClock, local_day

pytestmark = pytest.mark.timeout(240)  # each start of a process takes its time

TODAY = local_day(SystemClock().now())
FAR = Deadline.on(TODAY + timedelta(days=30))


def test_an_issued_assignment_leads_to_exactly_one_mail(served: Served):
    unit = Unit("issued")
    served.know(unit)
    issued = unit.assigned(1, FAR)
    served.publish(issued)
    (told,) = until(lambda: served.told(unit, state="sent"))
    (mail,) = served.mails(unit)
    assert mail["subject"] == "[Tiến Độ] 1 nhiệm vụ mới được giao"
    assert "Việc số 1 của issued" in mail["text"]
    assert told["message_id"] == mail["message_id"]
    assert told["subject_id"] == str(issued.assignment_id)
    assert told["occasion"] == "assigned"
    assert told["due_on"] == str(FAR.due_on)


def test_an_event_that_arrives_again_sends_nothing_more(served: Served):
    unit, marker = Unit("again"), Unit("again-marker")
    served.know(unit, marker)
    for _ in range(3):
        served.publish(unit.assigned(1, FAR))
    until(lambda: served.told(unit, state="sent"))
    served.publish(unit.assigned(1, FAR), marker.assigned(1, FAR))
    until(lambda: served.told(marker, state="sent"))
    assert len(served.told(unit)) == 1
    assert len(served.mails(unit)) == 1
    assert query_one(served.url, "SELECT count(*) FROM dead_letters") == 0


def test_several_at_once_become_one_digest(served: Served):
    unit = Unit("many")
    served.know(unit)
    served.publish(*(unit.assigned(item, FAR) for item in range(5)))
    until(lambda: len(served.told(unit, state="sent")) == 5)
    (mail,) = served.mails(unit)
    assert mail["subject"] == "[Tiến Độ] 5 nhiệm vụ mới được giao"
    assert {told["message_id"] for told in served.told(unit)} == {mail["message_id"]}


def test_every_occasion_reaches_its_unit(served: Served):
    unit = Unit("all")
    served.know(unit)
    issued = unit.assigned(1, FAR)
    of_assignment = {
        "assignment_id": issued.assignment_id,
        "lead_unit_id": unit.id,
        "lead_unit_path": unit.path,
    }
    happened = [
        assignments.DEADLINE_PASSED,
        assignments.EXTENSION_GRANTED,
        assignments.EXTENSION_REFUSED,
        assignments.COMPLETION_REFUSED,
    ]
    of_report = {"unit_id": unit.id, "unit_path": unit.path}
    served.publish(
        issued,
        *(event.model_copy(update=of_assignment) for event in happened),
        reporting.REPORT_RETURNED.model_copy(update=of_report),
    )
    until(lambda: len(served.told(unit, state="sent")) >= 6)
    assert {told["occasion"] for told in served.told(unit)} >= {
        "assigned",
        "overdue",
        "extension_decided",
        "refused",
        "returned",
    }


def test_helpers_the_secretariat_and_former_leads_are_told_of_what_concerns_them(served: Served):
    lead, helper, office, later = (Unit(f"{name}-told") for name in ("lead", "help", "bcd", "new"))
    served.know(lead, helper, office, later)
    committee = {"committee_id": office.id, "committee_path": office.path}
    issued = lead.assigned(1, FAR).model_copy(
        update=committee | {"coordinator_ids": (helper.id,)},
    )
    of_lead = {
        "assignment_id": issued.assignment_id,
        "lead_unit_id": lead.id,
        "lead_unit_path": lead.path,
    } | committee
    moved = assignments.ASSIGNMENT_TRANSFERRED.model_copy(
        update=of_lead
        | {
            "lead_unit_id": later.id,
            "lead_unit_path": later.path,
            "from_unit_id": lead.id,
            "from_unit_path": lead.path,
            "cause": "decision",
        }
    )
    served.publish(issued, assignments.ASSIGNMENT_CONTESTED.model_copy(update=of_lead), moved)
    expected = {
        lead: {"assigned", "handed_over"},
        helper: {"help_asked"},
        office: {"contested"},
        later: {"assigned"},
    }
    for unit, occasions in expected.items():
        until(lambda u=unit, o=occasions: len(served.told(u, state="sent")) == len(o))
        assert {told["occasion"] for told in served.told(unit)} == occasions
    letter = "".join(mail["text"] for mail in served.mails(helper))
    assert "Được đề nghị phối hợp" in letter
    assert "Việc số 1 của lead-told" in letter
    assert "ý kiến không nhận nhiệm vụ" in served.mails(office)[0]["subject"]


def test_a_helper_sees_that_it_was_told_though_events_name_it_by_its_id_alone(served: Served):
    lead, helper = Unit("seen-lead"), Unit("seen-helper")
    served.know(lead, helper)
    served.publish(lead.assigned(1, FAR).model_copy(update={"coordinator_ids": (helper.id,)}))
    until(lambda: served.told(helper))
    seen = served.call("GET", "/v1/notifications", role="reporter", unit_path=helper.path).json()
    assert [(told["occasion"], told["unit_path"]) for told in seen["items"]] == [
        ("help_asked", helper.path)
    ]


def test_decisions_on_reports_and_comments_from_above_reach_the_unit(served: Served):
    unit = Unit("report-decided")
    served.know(unit)
    of_unit = {"unit_id": unit.id, "unit_path": unit.path}
    happened = [reporting.REPORT_EXCUSED, reporting.LATE_REPORT_ALLOWED]
    comments = [
        reporting.REPORT_COMMENTED.model_copy(update=of_unit | {"author_unit_id": author})
        for author in (COMMITTEE, unit.id)
    ]
    served.publish(*(event.model_copy(update=of_unit) for event in happened), *comments)
    until(lambda: len(served.told(unit, state="sent")) == 3)
    letters = "".join(mail["text"] for mail in served.mails(unit))
    for words in ("Được miễn báo cáo", "Được nộp đến: ", f"Ý kiến: {comments[0].text}"):
        assert words in letters


def test_the_secretariat_is_told_once_of_a_unit_that_ended_with_work_that_waits(served: Served):
    ended, office = Unit("dissolved"), Unit("bcd-waits")
    served.know(ended, office)
    committee = {"committee_id": office.id, "committee_path": office.path}
    work = [ended.assigned(item, FAR).model_copy(update=committee) for item in (1, 2)]
    dissolved = UNIT_DISSOLVED.model_copy(
        update={"unit_id": ended.id, "effective_on": TODAY, "successor_ids": ()}
    )
    served.publish(*work, dissolved)
    until(lambda: served.told(office, state="sent"))
    (told,) = served.told(office)
    assert (told["occasion"], told["subject_id"]) == ("leaderless", str(ended.id))
    (mail,) = served.mails(office)
    assert "Sở dissolved" in mail["text"]
    assert f"/don-vi/{ended.id}" in mail["text"]


def test_a_deadline_that_comes_up_is_told_of_itself(served: Served):
    unit = Unit("coming")
    served.know(unit)
    served.publish(unit.assigned(1, Deadline.on(TODAY + timedelta(days=3))))
    (told,) = until(lambda: served.told(unit, occasion="due_soon", state="sent"))
    assert told["due_on"] == (TODAY + timedelta(days=3)).isoformat()


def test_a_unit_without_an_address_is_told_as_failed(served: Served):
    unit = Unit("without")
    served.publish(unit.registered(), unit.assigned(1, FAR))
    (told,) = until(lambda: served.told(unit, state="failed"))
    assert (told["code"], told["detail"], told["sent_at"]) == ("no_address", "", None)


def test_a_refused_recipient_is_told_with_the_servers_answer(served: Served):
    unit = Unit("refused")
    served.know(unit)
    served.publish(unit.assigned(1, FAR))
    (told,) = until(lambda: served.told(unit, state="failed"))
    assert (told["code"], told["detail"]) == ("rejected", "550 5.1.1 mailbox unavailable")


def test_addresses_are_not_told_with_notifications(served: Served):
    unit = Unit("discreet")
    served.know(unit)
    served.publish(unit.assigned(1, FAR))
    (told,) = until(lambda: served.told(unit, state="sent"))
    assert unit.email not in str(told)


def test_notifications_of_other_units_are_out_of_scope(served: Served):
    unit, other = Unit("inside"), Unit("outside")
    served.know(unit, other)
    served.publish(unit.assigned(1, FAR), other.assigned(1, FAR))
    until(lambda: served.told(unit) and served.told(other))
    seen = served.call("GET", "/v1/notifications", role="reporter", unit_path=unit.path).json()
    assert {told["unit_id"] for told in seen["items"]} == {str(unit.id)}
    hidden = served.call(
        "GET", f"/v1/notifications?unit_id={other.id}", role="reporter", unit_path=unit.path
    )
    assert hidden.json() == {"items": [], "next": None}


def test_notifications_are_paged_latest_first(served: Served):
    unit = Unit("paged")
    served.know(unit)
    served.publish(*(unit.assigned(item, FAR) for item in range(5)))
    everything = until(lambda: all_of(served, unit, 5))
    times = [told["requested_at"] for told in everything]
    assert times == sorted(times, reverse=True)
    assert len({told["notification_id"] for told in everything}) == 5


def all_of(served: Served, unit: Unit, count: int) -> list[dict[str, str]] | None:
    found: list[dict[str, str]] = []
    query = f"/v1/notifications?unit_id={unit.id}&limit=2"
    page = served.call("GET", query).json()
    found += page["items"]
    while page["next"]:
        page = served.call("GET", f"{query}&cursor={page['next']}").json()
        found += page["items"]
    return found if len(found) == count else None


def test_contacts_are_for_operators_and_the_secretariat(served: Served):
    unit = Unit("private")
    served.know(unit)
    path = f"/v1/contacts?unit_id={unit.id}"
    for role in ("operator", "secretariat"):
        (contact,) = served.call("GET", path, role=role).json()["items"]
        assert (contact["email"], contact["name"]) == (unit.email, "Văn thư private")
    for role in ("reporter", "inspector", "member", "auditor"):
        assert served.call("GET", path, role=role).status_code == 403
        answer = served.call("PUT", f"/v1/contacts/{unit.id}", kept(unit), role=role)
        assert answer.status_code == 403


def kept(unit: Unit, email: str = "") -> dict[str, str]:
    return {"email": email or unit.email, "name": "Văn thư"}


def test_contacts_outside_of_the_scope_are_neither_shown_nor_changed(served: Served):
    unit, other = Unit("mine"), Unit("theirs")
    served.know(unit, other)
    scope = {"role": "secretariat", "unit_path": unit.path}
    assert served.call("GET", f"/v1/contacts?unit_id={other.id}", **scope).json()["items"] == []
    answer = served.call("PUT", f"/v1/contacts/{other.id}", kept(other), **scope)
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")


def test_a_repeated_key_answers_the_same_and_another_body_is_refused(served: Served):
    unit = Unit("repeat")
    served.know(unit)
    path, key = f"/v1/contacts/{unit.id}", {"Idempotency_Key": "repeat-0001"}
    first = served.call("PUT", path, kept(unit), **key)
    served.call("PUT", path, kept(unit, "new@binhson.example"))
    again = served.call("PUT", path, kept(unit), **key)
    assert (first.status_code, first.json()) == (200, {"unit_id": str(unit.id)})
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert contact(served, unit)["email"] == "new@binhson.example"
    other = served.call("PUT", path, kept(unit, "x@binhson.example"), **key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def contact(served: Served, unit: Unit) -> dict[str, str]:
    return served.call("GET", f"/v1/contacts?unit_id={unit.id}").json()["items"][0]


def test_many_contacts_are_kept_together_or_not_at_all(served: Served):
    units = [Unit(f"batch-{number}") for number in range(3)]
    served.publish(*(unit.registered() for unit in units))
    body = {"contacts": [{"unit_id": str(unit.id), **kept(unit)} for unit in units]}
    stranger = {"unit_id": str(Unit("stranger").id), **kept(units[0])}
    until(lambda: served.call("POST", "/v1/contacts", body).is_success)
    assert contact(served, units[2])["email"] == units[2].email
    changed = [{**one, "email": "other@binhson.example"} for one in body["contacts"]]
    refused = served.call("POST", "/v1/contacts", {"contacts": [*changed, stranger]})
    assert (refused.status_code, refused.json()["code"]) == (409, "unknown_unit")
    assert refused.headers["Retry-After"] == "1"
    assert contact(served, units[0])["email"] == units[0].email
    twice = served.call("POST", "/v1/contacts", {"contacts": changed[:1] * 2})
    assert (twice.status_code, twice.json()["code"]) == (422, "unit_twice")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/v1/contacts/nonsense", {"email": "a@b.vn", "name": "a"}, 422),
        ("PUT", "/v1/contacts/{unit}", {"email": "no address", "name": "a"}, 422),
        ("PUT", "/v1/contacts/{unit}", {"email": "a@b.vn\nBcc: c@d.vn", "name": "a"}, 422),
        ("PUT", "/v1/contacts/{unit}", {"email": "a@b.vn", "name": ""}, 422),
        ("PUT", "/v1/contacts/{unit}", {"email": "a@b.vn", "name": "a\0b"}, 422),
        ("PUT", "/v1/contacts/{unit}", {"email": "a@b.vn", "name": "a", "cc": "x"}, 422),
        ("PUT", "/v1/contacts/{unit}", ["a@b.vn"], 422),
        ("POST", "/v1/contacts", {"contacts": []}, 422),
        ("GET", "/v1/contacts?unit_id=7", None, 422),
        ("GET", "/v1/contacts?cursor=zz", None, 422),
        ("GET", "/v1/notifications?state=lost", None, 422),
        ("GET", "/v1/notifications?limit=201", None, 422),
        ("GET", "/v1/notifications?cursor=W10", None, 422),
        ("DELETE", "/v1/contacts", None, 405),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(
    served: Served, method: str, path: str, body: object, status: int
):
    answer = served.call(method, path.format(unit=Unit("issued").id), body)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_without_a_key_or_a_token_nothing_is_changed(served: Served):
    path = f"/v1/contacts/{Unit('issued').id}"
    no_key = served.call("PUT", path, kept(Unit("issued")), Idempotency_Key="")
    no_token = served.call("PUT", path, kept(Unit("issued")), Authorization="")
    assert (no_key.status_code, no_token.status_code) == (400, 401)


def test_the_api_describes_itself(served: Served):
    assert served.call("GET", "/openapi.json").is_success


def test_reading_all_of_kafka_again_sends_nothing(alone: Served):
    unit, marker = Unit("replayed"), Unit("replay-marker")
    alone.start()
    alone.know(unit, marker)
    alone.publish(*(unit.assigned(item, FAR) for item in range(3)))
    until(lambda: len(alone.told(unit, state="sent")) == 3)
    sent = len(alone.mails(unit))
    alone.stop()
    behind = alone.handled()
    execute(alone.url, "DELETE FROM positions")
    for table in ("assignments", "notifications", "units"):
        execute_truncate(alone.url, table)
    alone.start()
    until(lambda: alone.handled() >= behind)
    alone.publish(marker.assigned(1, FAR))
    until(lambda: alone.told(marker, state="sent"))
    assert len(alone.told(unit, state="sent")) == 3
    assert len(alone.mails(unit)) == sent


def execute_truncate(url: str, view: str) -> None:
    match view:
        case "assignments":
            execute(url, "DELETE FROM assignments")
        case "notifications":
            execute(url, "TRUNCATE notifications_v2.notifications")
        case _:
            execute(url, "DELETE FROM units")


def test_a_service_that_is_killed_in_mid_conversation_sends_the_same_mail_again(
    alone: Served, platform: Platform
):
    unit = Unit("kill-9")
    with MailServer() as server:
        alone.settings["smtp_port"] = str(server.port)
        server.may_answer.clear()
        alone.start()
        alone.know(unit)
        alone.publish(unit.assigned(1, FAR))
        assert server.asked.wait(40)
        alone.stop(signal.SIGKILL)
        server.may_answer.set()
        execute(alone.url, "UPDATE mails SET free_at = clock_timestamp()")
        alone.start()
        (told,) = until(lambda: alone.told(unit, state="sent"))
    first, second = server.taken
    assert first == second
    assert told["message_id"].encode() in second.content
    assert query_one(alone.url, "SELECT count(*) FROM mails") == 0
    assert mails(platform, unit) == []


def test_mail_flows_when_the_mail_server_comes_back(alone: Served):
    unit = Unit("smtp-down")
    with MailServer() as gone:
        port = gone.port
    alone.settings["smtp_port"] = str(port)
    alone.start()
    alone.know(unit)
    alone.publish(unit.assigned(1, FAR))
    until(lambda: "job send_mail" in alone.call("GET", "/readyz").json()["degraded"])
    until(lambda: "cannot be reached" in alone.call("GET", "/readyz").text)
    assert [told["state"] for told in alone.told(unit)] == ["requested"]
    with MailServer(port) as server:
        until(lambda: alone.told(unit, state="sent"))
        until(lambda: alone.call("GET", "/readyz").json()["status"] == "ready")
    assert len(server.taken) == 1
