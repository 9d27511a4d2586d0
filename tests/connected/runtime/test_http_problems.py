"""What is answered when something is wrong: never a 5xx for bad input, always for people."""

import asyncio
from typing import Any

import pytest
from tests.connected.runtime.site import Answer, Ask, Site, ask_site, events, problem, site
from tests.connected.runtime.workshop import cuttable, opened, rows

from tiendo_runtime.database import Database
from tiendo_runtime.health import Health
from tiendo_runtime.http.principals import Tokens

BAD: dict[str, tuple[Any, tuple[int, str]]] = {
    "malformed JSON": ({"content": b'{"label":'}, (400, "malformed")),
    "no JSON at all": ({"content": b"\xff\xfe"}, (400, "malformed")),
    "deeply nested": ({"content": b"[" * 100_000}, (400, "malformed")),
    "empty": ({"content": b"{}"}, (422, "invalid")),
    "another shape": ({"content": b"[1]"}, (422, "invalid")),
    "unknown field": ({"content": b'{"label":"a","more":1}'}, (422, "invalid")),
    "unknown field, half a pair": ({"content": b'{"label":"a","\\ud800":1}'}, (422, "invalid")),
    "half a pair": ({"content": b'{"label":"\\ud800"}'}, (422, "invalid")),
    "NUL": ({"content": b'{"label":"a\\u0000"}'}, (422, "invalid")),
    "a number": ({"content": b'{"label":1e999}'}, (422, "invalid")),
    "a long number": ({"content": b'{"label":' + b"9" * 6000 + b"}"}, (400, "malformed")),
    "not publishable": ({"content": b'{"label":""}'}, (422, "unpublishable")),
}


class TestProblems:
    @pytest.mark.parametrize(("body", "expected"), BAD.values(), ids=BAD.keys())
    def test_bad_bodies_are_told_and_nothing_is_saved(
        self, url: str, ask: Ask, body: Any, expected: tuple[int, str]
    ) -> None:
        headers = {"content-type": "application/json"}
        assert problem(ask("POST", "/counters", headers=headers, **body)) == expected
        assert events(url) == 0

    def test_the_place_of_an_error_is_named(self, ask: Ask) -> None:
        answer = ask("POST", "/counters", language="en", json={"a/b": 1})
        found = {e["path"]: e["message"] for e in answer.json()["errors"]}
        assert found == {"/label": "is required", "/a~1b": "is not a known field"}

    @pytest.mark.parametrize(
        ("language", "starts"),
        [("vi", "Không có"), ("en-GB,en;q=0.9", "There is"), ("", "Không"), ("fr", "Không")],
    )
    def test_problems_are_told_in_the_callers_language(
        self, ask: Ask, language: str, starts: str
    ) -> None:
        answer = ask("GET", "/nowhere", language=language)
        assert problem(answer) == (404, "no_such_page")
        assert answer.json()["detail"].startswith(starts)
        assert answer.headers["content-language"] == ("en" if starts == "There is" else "vi")

    def test_other_methods_are_refused_with_those_that_are_taken(self, ask: Ask) -> None:
        for method in ("DELETE", "PUT", "OPTIONS", "TRACE"):
            answer = ask(method, "/form")
            assert problem(answer) == (405, "method_not_allowed")
            assert answer.headers["allow"] == "POST"
        assert ask("HEAD", "/counters").status_code in (200, 405)

    def test_other_media_types_and_sizes_are_refused(self, ask: Ask) -> None:
        text = {"content-type": "text/plain"}
        large = b'{"label":"' + b"x" * 2_000_000 + b'"}'
        json = {"content-type": "application/json"}

        async def pieces() -> Any:
            for at in range(0, len(large), 60_000):
                yield large[at : at + 60_000]

        assert problem(ask("POST", "/counters", headers=text, content=b"a")) == (415, "wrong_type")
        assert problem(ask("POST", "/counters", content=b"a")) == (415, "wrong_type")
        assert problem(ask("POST", "/counters", headers=json, content=large)) == (413, "too_large")
        assert problem(ask("POST", "/counters", headers=json, content=pieces())) == (
            413,
            "too_large",
        )

    def test_the_facts_of_a_problem_stand_in_it_for_programs(self, ask: Ask) -> None:
        large = b'{"label":"' + b"x" * 2_000_000 + b'"}'
        json = {"content-type": "application/json"}
        refused = ask("POST", "/counters", headers=json, content=large)
        assert refused.json()["facts"] == {"limit": 1024 * 1024}

    @pytest.mark.parametrize(
        "query",
        ["name=%00", "cursor=zz", "cursor=WyJcdTAwMDAiXQ", "cursor=WzFd", "cursor=%F0%9F%98%80"],
    )
    def test_values_that_the_database_cannot_hold_are_refused(self, ask: Ask, query: str) -> None:
        assert problem(ask("GET", f"/counters?{query}"))[0] == 422

    def test_values_beyond_the_calendar_are_refused(self, ask: Ask) -> None:
        assert ask("GET", "/days?add=99999999999999999999").status_code == 422

    def test_unknown_query_parameters_are_passed_over(self, ask: Ask) -> None:
        assert ask("GET", "/counters?utm_source=mail").status_code == 200

    def test_what_nobody_foresaw_is_told_with_the_trace_that_the_log_has(
        self, ask: Ask, caplog: pytest.LogCaptureFixture
    ) -> None:
        parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        answer = ask("GET", "/bug", headers={"traceparent": parent})
        assert problem(answer) == (500, "internal")
        assert "4bf92f3577b34da6a3ce929d0e0e4736" in answer.json()["detail"]
        assert "nobody foresaw" in caplog.text
        assert "nobody foresaw" not in answer.text

    def test_streams_pass_piece_by_piece(self, here: Site) -> None:
        sent: list[bytes] = []

        async def scenario() -> None:
            async def receive() -> dict[str, Any]:
                await asyncio.sleep(10)
                return {"type": "http.disconnect"}

            async def send(message: Any) -> None:
                sent.append(message.get("body", b""))

            scope: dict[str, Any] = {
                "type": "http", "method": "GET", "path": "/stream", "headers": [],
                "query_string": b"", "http_version": "1.1", "scheme": "http",
                "asgi": {"version": "3.0", "spec_version": "2.4"},
            }  # fmt: skip
            await here.app(scope, receive, send)

        asyncio.run(scenario())
        assert [piece for piece in sent if piece] == [b"data: %d\n\n" % n for n in range(3)]


class TestOutages:
    def test_a_database_that_is_away_is_told_with_when_to_come_again(
        self, url: str, tokens: Tokens, token: str
    ) -> None:
        with cuttable(url) as (address, wire), opened(address) as store:
            database = Database(address, "site")
            database.open()
            here = site(store, database, tokens)

            async def ask(*request: str, **more: Any) -> Answer:
                return await ask_site(here, token, *request, **more)

            async def scenario() -> list[Answer]:
                assert (await ask("GET", "/counters")).status_code == 200
                await asyncio.to_thread(wire.cut)
                post = ("POST", "/counters")
                answers = [await ask(*post, json={"label": "a"}), await ask("GET", "/counters")]
                wire.join()
                again = await ask(*post, json={"label": "a"})
                while again.status_code == 503:
                    again = await ask(*post, json={"label": "a"})
                return [*answers, again]

            *away, again = asyncio.run(scenario())
            database.close()
        for answer in away:
            assert problem(answer) == (503, "database_away")
            assert answer.headers["retry-after"]
        assert again.status_code == 201
        assert len(rows(url, "SELECT 1 FROM stored_events")) == 1

    def test_probes_tell_life_from_readiness_and_need_no_token(self, here: Site) -> None:
        part = Health("relay")
        here.parts.append(part)

        async def scenario() -> list[Answer]:
            async with here.client() as client:
                unready = [await client.get("/livez"), await client.get("/readyz")]
                part.pass_()
                ready = await client.get("/readyz")
                part.fail("Kafka is away")
                return [*unready, ready, await client.get("/readyz")]

        alive, starting, ready, failed = asyncio.run(scenario())
        assert [a.status_code for a in (alive, starting, ready, failed)] == [200, 503, 200, 503]
        assert starting.json()["unready"] == {"relay": "starting"}
        assert failed.json()["unready"] == {"relay": "Kafka is away"}

    def test_a_part_that_is_not_needed_is_told_and_does_no_harm(self, here: Site) -> None:
        needed, other = Health("database"), Health("relay", needed=False)
        here.parts += [needed, other]
        needed.pass_()
        other.fail("Kafka is away")

        async def scenario() -> Answer:
            async with here.client() as client:
                return await client.get("/readyz")

        answer = asyncio.run(scenario())
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "degraded",
            "unready": {},
            "degraded": {"relay": "Kafka is away"},
        }
