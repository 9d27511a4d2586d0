"""Commands over HTTP: keys, versions, and races of both."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.connected.runtime.site import Answer, Ask, Site, ask_site, events, problem
from tests.connected.runtime.workshop import IDS

from tiendo_local.platform import Platform


class TestKeys:
    def test_a_repeat_gets_the_first_answer_and_has_no_second_effect(
        self, url: str, ask: Ask
    ) -> None:
        first, second = (ask("POST", "/counters", json={"label": "a"}) for _ in range(2))
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert first.headers["etag"] == second.headers["etag"] == '"1"'
        assert second.headers["idempotent-replayed"] == "true"
        assert "idempotent-replayed" not in first.headers
        assert events(url) == 1

    def test_a_key_that_comes_with_another_body_is_refused(self, url: str, ask: Ask) -> None:
        ask("POST", "/counters", json={"label": "a"})
        assert problem(ask("POST", "/counters", json={"label": "b"})) == (422, "key_reused")
        assert events(url) == 1

    def test_keys_of_others_and_of_other_paths_are_other_keys(
        self, url: str, here: Site, ask: Ask, platform: Platform
    ) -> None:
        made = ask("POST", "/counters", json={"label": "a"})
        other = platform.token("operator", subject="somebody else")
        asyncio.run(ask_site(here, other, "POST", "/counters", json={"label": "a"}))
        path = f"/counters/{made.json()['id']}/labels"
        assert ask("POST", path, match=1, json={"label": "a"}).status_code == 200
        assert events(url) == 3

    @pytest.mark.parametrize("key", [None, "short", "x" * 101, "with\x7fcontrol"])
    def test_a_command_without_a_good_key_is_refused(
        self, url: str, ask: Ask, key: str | None
    ) -> None:
        answer = ask("POST", "/counters", key=key, json={"label": "a"})
        assert problem(answer) == (400, "key_missing")
        assert events(url) == 0

    def test_what_was_refused_can_be_sent_again_under_its_key(self, ask: Ask) -> None:
        gone = f"/counters/{IDS.new()}/closing"
        assert problem(ask("POST", gone)) == (404, "not_found")
        assert problem(ask("POST", gone)) == (404, "not_found")

    def test_two_equal_requests_at_once_have_one_effect_and_one_answer(
        self, url: str, here: Site, token: str
    ) -> None:
        both = threading.Barrier(2, timeout=10)
        here.before = both.wait  # both have found their key unused and decide now

        async def race() -> list[Answer]:
            body = {"label": "a"}
            return await asyncio.gather(
                *(ask_site(here, token, "POST", "/counters", json=body) for _ in range(2))
            )

        first, second = asyncio.run(race())
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert events(url) == 1

    def test_a_repeat_that_meets_its_own_first_effect_gets_the_first_answer(
        self, url: str, here: Site, ask: Ask, token: str
    ) -> None:
        made = ask("POST", "/counters", json={"label": "a"}).json()["id"]
        overtaken: list[Answer] = []

        def be_overtaken() -> None:
            here.before = lambda: None
            with ThreadPoolExecutor(1) as pool:
                again = pool.submit(
                    lambda: asyncio.run(ask_site(here, token, "POST", f"/counters/{made}/closing"))
                )
                overtaken.append(again.result())

        here.before = be_overtaken  # the same command is saved while this one is about to decide
        late = ask("POST", f"/counters/{made}/closing")
        assert overtaken[0].status_code == late.status_code == 201
        assert overtaken[0].content == late.content
        assert problem(ask("POST", f"/counters/{made}/closing", key="another-key")) == (
            409,
            "already_taken",
        )
        assert events(url) == 2

    def test_a_form_brings_its_key_in_a_hidden_field(self, url: str, ask: Ask) -> None:
        fields = {"label": "a", "idempotency_key": "hidden-key-1"}
        first, second = (ask("POST", "/form", key=None, data=fields) for _ in range(2))
        assert first.status_code == 201
        assert second.headers["idempotent-replayed"] == "true"
        assert problem(ask("POST", "/form", key=None, data=fields | {"label": "b"}))[0] == 422
        assert problem(ask("POST", "/form", key=None, data={"label": "a"}))[0] == 400
        assert events(url) == 1

    @pytest.mark.parametrize("name", ["%00", "x" * 5000, "%ED%A0%80", "a%2Fb", "chữ"])
    def test_any_path_can_be_part_of_a_key(self, ask: Ask, name: str) -> None:
        assert ask("POST", f"/named/{name}").status_code in (201, 404, 422)


class TestVersions:
    def test_the_version_that_was_read_must_be_named_and_be_the_present_one(
        self, url: str, ask: Ask
    ) -> None:
        path = f"/counters/{ask('POST', '/counters', json={'label': 'a'}).json()['id']}/labels"
        assert problem(ask("POST", path, json={"label": "b"})) == (428, "precondition_required")
        stale = ask("POST", path, match=7, json={"label": "b"})
        assert problem(stale) == (412, "stale")
        assert stale.headers["etag"] == '"1"'
        for tag in ("nonsense", "1", 'W/"1"', '"7", "8"'):
            assert problem(ask("POST", path, match=tag, json={"label": "b"})) == (412, "stale")
        done = ask("POST", path, match=1, json={"label": "b"})
        assert (done.status_code, done.headers["etag"]) == (200, '"2"')
        assert problem(ask("POST", path, key="other-key-2", match=1, json={"label": "c"})) == (
            412,
            "stale",
        )
        assert events(url) == 2

    @pytest.mark.parametrize("tags", ['"7", "1"', "*"])
    def test_any_of_several_versions_may_be_the_present_one(self, ask: Ask, tags: str) -> None:
        path = f"/counters/{ask('POST', '/counters', json={'label': 'a'}).json()['id']}/labels"
        done = ask("POST", path, key="other-key-1", match=tags, json={"label": "b"})
        assert (done.status_code, done.headers["etag"]) == (200, '"2"')

    def test_who_may_not_see_a_thing_learns_nothing_of_its_version(self, ask: Ask) -> None:
        path = f"/counters/{ask('POST', '/counters', json={'label': 'a'}).json()['id']}/secrets"
        answers = [
            ask("POST", path, key=f"guess-no-{match}", match=match, json={"label": "outsider"})
            for match in (1, 2, 7)
        ]
        assert [problem(answer) for answer in answers] == [(403, "out_of_scope")] * 3
        assert len({answer.content for answer in answers}) == 1
        assert not any("etag" in answer.headers for answer in answers)

    def test_a_stale_caller_is_told_so_before_any_rule_speaks_of_what_he_has_not_seen(
        self, ask: Ask
    ) -> None:
        path = f"/counters/{ask('POST', '/counters', json={'label': 'a'}).json()['id']}/secrets"
        body = {"label": "insider"}
        assert ask("POST", path, match=1, json=body).status_code == 200
        stale = ask("POST", path, key="other-key-2", match=1, json=body)
        assert problem(stale) == (412, "stale")
        assert stale.headers["etag"] == '"2"'
        assert problem(ask("POST", path, key="other-key-3", match=2, json=body))[0] == 409

    def test_what_was_made_is_found_where_the_answer_says(self, ask: Ask) -> None:
        made, again = (ask("POST", "/counters", json={"label": "a"}) for _ in range(2))
        assert made.headers["location"] == f"/counters/{made.json()['id']}"
        assert again.headers["location"] == made.headers["location"]
        changed = ask("POST", f"{made.headers['location']}/labels", match=1, json={"label": "b"})
        assert "location" not in changed.headers

    def test_of_two_that_change_one_version_at_once_one_is_told_that_it_is_stale(
        self, here: Site, ask: Ask, token: str
    ) -> None:
        path = f"/counters/{ask('POST', '/counters', json={'label': 'a'}).json()['id']}/labels"
        both, left = threading.Barrier(2, timeout=10), [2]

        def meet() -> None:
            if left[0]:
                left[0] -= 1
                both.wait()

        here.before = meet

        async def race() -> list[Answer]:
            return await asyncio.gather(
                *(
                    ask_site(
                        here, token, "POST", path, key=f"racing-{n}", match=1, json={"label": n}
                    )
                    for n in ("one", "two")
                )
            )

        assert sorted(a.status_code for a in asyncio.run(race())) == [200, 412]
