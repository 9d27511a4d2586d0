"""The catalogue as HTML pages: static, self-contained, readable from a folder without a server."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue, of_topic, topics
from tiendo_contracts.examples import example, structured
from tiendo_contracts.examples.refused import refused
from tiendo_contracts.freezing import FOLDER, record
from tiendo_contracts.pages.fields import Row, rows
from tiendo_contracts.pages.markup import both, code, page, table
from tiendo_contracts.partitions import PARTITIONS
from tiendo_contracts.schemas import schema

_CONTEXTS: Mapping[str, tuple[str, str]] = {
    "units": ("Đơn vị", "Units"),
    "meetings": ("Phiên họp, thông báo kết luận", "Meetings and notices of conclusion"),
    "assignments": ("Nhiệm vụ", "Assignments"),
    "reporting": ("Báo cáo", "Reports"),
    "notifications": ("Thông tin cho đơn vị", "Notifications"),
    "indicators": ("Chỉ tiêu từ hệ thống khác", "Indicators of other systems"),
    "quality": ("Chất lượng dữ liệu", "Data quality"),
}
_STATUS = {"published": ("đã công bố", "published"), "planned": ("dự kiến", "planned")}

_LEAD = (
    "Ngôn ngữ chung giữa các hệ thống: mỗi sự kiện một trang, có trường, ví dụ, JSON Schema.",
    "What systems tell each other: a page per event, with fields, an example, its JSON Schema.",
)
_EXAMPLE = (
    "Một CloudEvent ở chế độ structured: gửi qua HTTP, kiểm tra bằng tiendo-contracts validate.",
    "A CloudEvent in structured mode: send it over HTTP, check it by tiendo-contracts validate.",
)


def write_pages(folder: Path) -> int:
    """Write `index.html` and a page per type; returns how many pages that are."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "index.html", _index())
    for model in catalogue().values():
        _write(folder / f"{model.TYPE}.html", _event(model))
    return 1 + len(catalogue())


def _write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8", newline="\n")


def _index() -> str:
    groups = "".join(_group(topic) for topic in sorted(topics(), key=_place))
    body = f"""
<header class="top">
  <p class="brand">Tiến Độ</p>
  <h1>{both("Danh mục sự kiện", "Catalogue of events")}</h1>
  <p class="lead">{both(*_LEAD)}</p>
  <label class="search">
    <span>{both("Tìm theo tên, trường, mô tả", "Search names, fields, words")}</span>
    <input id="search" type="search" autocomplete="off" placeholder="gia hạn, deadline, unit_id …">
  </label>
  <p class="found" aria-live="polite"><span id="found">{len(catalogue())}</span>
    {both("sự kiện", "events")}</p>
</header>
<main>{groups}
<p id="none" class="none" hidden>{both("Không có sự kiện nào khớp.", "No event matches.")}</p>
</main>
<script>{_asset("search.js")}</script>"""
    return page("Tiến Độ: danh mục sự kiện / catalogue of events", _asset("style.css"), body)


def _place(topic: str) -> int:
    return list(_CONTEXTS).index(_context(topic))


def _context(topic: str) -> str:
    return topic.split(".")[1]


def _group(topic: str) -> str:
    vi, en = _CONTEXTS[_context(topic)]
    models = of_topic(topic)
    cards = "".join(_card(model) for model in models)
    return f"""
<section class="group">
  <h2>{both(vi, en)} <code>{escape(topic)}</code></h2>
  <div class="cards">{cards}</div>
</section>"""


def _card(model: type[Contract]) -> str:
    found = [model.TYPE, model.VI, _english(model), model.OWNER, *model.CONSUMERS]
    found += [f"{row.path} {row.vi} {row.en}" for row in rows(model)]
    return f"""
<a class="card" href="{escape(model.TYPE)}.html" data-words="{escape(" ".join(found))}">
  <span class="name">{model.__name__}{_badge(model)}</span>
  <span class="vi">{escape(model.VI)}</span>
  <span class="en" lang="en">{escape(_english(model))}</span>
</a>"""


def _english(model: type[Contract]) -> str:
    return str(schema(model)["description"]).partition(" — ")[2].partition("\n\n")[0]


def _badge(model: type[Contract]) -> str:
    version = f'<span class="badge">v{model.version()}</span>'
    if model.STATUS == "published":
        return version
    vi, en = _STATUS[model.STATUS]
    return f'{version}<span class="badge planned">{vi} · {en}</span>'


def _event(model: type[Contract]) -> str:
    event = example(model.TYPE)
    whole = str(schema(model)["description"]).partition(" — ")[2]
    more = "".join(f'<p lang="en">{escape(part)}</p>' for part in whole.split("\n\n")[1:])
    body = f"""
<header class="top">
  <p class="brand"><a href="index.html">Tiến Độ · {both("Danh mục sự kiện", "Catalogue")}</a></p>
  <h1>{model.__name__}{_badge(model)}</h1>
  <p class="type"><code>{escape(model.TYPE)}</code></p>
  <p class="lead">{both(model.VI, _english(model))}</p>{more}
</header>
<main>
  {_facts(model)}
  <h2>{both("Các trường", "Fields")}</h2>
  {_fields(rows(model))}
  <h2>{both("Ví dụ", "Example")}</h2>
  <p>{both(*_EXAMPLE)}</p>
  {code(structured(event))}
  <details><summary>{both("Cùng sự kiện trên Kafka", "The same on Kafka")}</summary>
  {code(record(event))}</details>
  <details><summary>JSON Schema (2020-12)</summary>{code(schema(model))}</details>
  <details><summary>{both("Bị từ chối khi nào", "When it is refused")}</summary>
  {_refusals(refused(event))}</details>
  <h2>{both("Lịch sử", "History")}</h2>
  {_history(model)}
</main>"""
    return page(f"{model.__name__} – Tiến Độ", _asset("style.css"), body)


def _facts(model: type[Contract]) -> str:
    vi, en = _STATUS[model.STATUS]
    readers = ", ".join(model.CONSUMERS) or "–"
    facts = [
        (both("Tình trạng", "Status"), both(vi, en)),
        (both("Từ ngày", "Since"), model.SINCE.isoformat()),
        (both("Chủ đề Kafka", "Topic"), f"<code>{model.TOPIC}</code> · {PARTITIONS} partitions"),
        (both("Khóa", "Key"), f"<code>{model.KEY}</code>"),
        (both("Nơi ghi", "Written by"), escape(model.OWNER)),
        (both("Nơi đọc", "Read by"), escape(readers)),
    ]
    if model.UNTIL:
        facts.append((both("Công bố đến", "Published until"), model.UNTIL.isoformat()))
    return (
        '<dl class="facts">'
        + "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in facts)
        + "</dl>"
    )


def _fields(found: Iterable[Row]) -> str:
    head = (
        both("Trường", "Field"),
        both("Kiểu", "Type"),
        both("Ý nghĩa", "Meaning"),
    )
    body = [
        (
            f'<code style="--depth:{row.depth}">{escape(row.path)}</code>',
            f'<span class="form">{escape(row.form)}</span>',
            both(row.vi, row.en),
        )
        for row in found
    ]
    return table(head, body, "fields")


def _refusals(found: Iterable[Mapping[str, Any]]) -> str:
    head = ("code", "path", both("Trả lời", "Answer"))
    body = [
        (
            f"<code>{escape(one['code'])}</code>",
            f"<code>{escape(one['path'])}</code>",
            both(one["vi"], one["en"]),
        )
        for one in found
    ]
    return table(head, body, "refusals")


def _history(model: type[Contract]) -> str:
    """The forms of this version that were published, and the versions beside it."""
    stem = model.TYPE.rpartition(".v")[0]
    items = [
        f"<li><code>{escape(other.TYPE)}</code> {other.SINCE.isoformat()}{_until(other)}</li>"
        for other in catalogue().values()
        if other.TYPE.rpartition(".v")[0] == stem
    ]
    for number, file in enumerate(sorted((FOLDER / "earlier").glob(f"{model.TYPE}.*.json")), 1):
        form = cast("dict[str, Any]", json.loads(file.read_text("utf-8")))
        items.append(
            f"<li><details><summary>{both(f'Dạng trước, số {number}', f'Earlier form {number}')}"
            f"</summary>{code(form)}</details></li>"
        )
    return f'<ul class="history">{"".join(items)}</ul>'


def _until(model: type[Contract]) -> str:
    return f" – {model.UNTIL.isoformat()}" if model.UNTIL else ""


def _asset(name: str) -> str:
    return (files("tiendo_contracts.pages") / name).read_text("utf-8")
