"""The AsyncAPI 3 document of all topics, made of the models.

It speaks as somebody outside does: each operation receives what a topic carries, and one sends what
a registered source may publish, on the source's own topic.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from tiendo_contracts.base import Contract
from tiendo_contracts.catalogue import catalogue, inbound_topic, is_open, of_topic, topics
from tiendo_contracts.examples import envelope, example
from tiendo_contracts.examples.story import PORTAL
from tiendo_contracts.partitions import PARTITIONS
from tiendo_contracts.schemas import schema

_BINDING = "0.5.0"
_DESCRIPTION = """\
Sự kiện của Tiến Độ trên Kafka, theo CloudEvents 1.0 (chế độ nhị phân): thuộc tính là header `ce_…`,
giá trị là JSON. Khóa là định danh của đối tượng; thứ tự chỉ được giữ trong một khóa, phân vùng theo
murmur2 (librdkafka: `partitioner=murmur2_random`). Bỏ qua trường và loại sự kiện chưa biết.

Events of Tiến Độ on Kafka as CloudEvents 1.0 in binary mode: attributes are headers `ce_…`, the
value is JSON. The key is the id of what it happened to; order holds per key alone, partitions are
chosen by murmur2 (librdkafka: `partitioner=murmur2_random`). Ignore fields and types that you do
not know."""

_HEADERS: dict[str, tuple[str, str]] = {
    "ce_specversion": ("Phiên bản CloudEvents", "version of CloudEvents: 1.0"),
    "ce_id": ("Định danh sự kiện", "the event's id, the same for every repeat"),
    "ce_source": ("Nguồn", "who published it: /tiendo/<service>"),
    "ce_type": ("Loại sự kiện", "the type"),
    "ce_subject": ("Đối tượng, bằng khóa", "what it happened to; equals the key"),
    "ce_time": ("Thời điểm ghi nhận (UTC)", "when it was recorded, RFC 3339, UTC"),
    "ce_sequence": ("Số thứ tự của nguồn", "the source's counter; never falls in a partition"),
    "ce_subjectversion": ("Phiên bản của đối tượng", "the subject's version with this event"),
    "ce_actor": ("Người gây ra, ẩn danh", "opaque subject of whoever caused it"),
    "ce_correlationid": ("Chuỗi nghiệp vụ", "the chain of business that it belongs to"),
    "ce_causationid": ("Sự kiện gây ra", "the event that caused it, may be missing"),
    "ce_traceparent": ("Vết (W3C Trace Context)", "trace (W3C Trace Context), may be missing"),
}
_OPTIONAL = ("ce_causationid", "ce_traceparent")
_SENT: dict[str, tuple[str, str]] = {
    "ce_specversion": ("Phiên bản CloudEvents", "version of CloudEvents: 1.0"),
    "ce_id": ("Định danh, gửi lại thì giữ nguyên", "the event's id, the same when sent again"),
    "ce_source": ("Nguồn, như đã đăng ký", "the source, as it is registered"),
    "ce_type": ("Loại sự kiện", "the type"),
    "ce_time": ("Thời điểm, có múi giờ", "when it happened, RFC 3339 with an offset"),
    "ce_subject": ("Đối tượng, bằng khóa", "equals the key, may be missing"),
    "ce_traceparent": ("Vết (W3C Trace Context)", "trace (W3C Trace Context), may be missing"),
}
_INBOUND = "inbound"


def asyncapi() -> dict[str, Any]:
    """The document, for JSON."""
    models = list(catalogue().values())
    sent = [model for model in models if is_open(model)]
    schemas: dict[str, Any] = {
        "CloudEventsHeaders": _headers(_HEADERS, without=_OPTIONAL),
        "InboundHeaders": _headers(_SENT, without=("ce_subject", "ce_traceparent")),
    }
    for model in models:
        schemas |= _schemas(model)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tiến Độ: sự kiện / events",
            "version": version("tiendo-contracts"),
            "description": _DESCRIPTION,
        },
        "defaultContentType": "application/json",
        "channels": {
            **{_channel_name(topic): _channel(topic) for topic in topics()},
            _INBOUND: _inbound(sent),
        },
        "operations": {
            f"receive_{_channel_name(topic)}": {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{_channel_name(topic)}"},
                "summary": f"Đọc {topic} / Read {topic}",
            }
            for topic in topics()
        }
        | {
            f"send_{_INBOUND}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{_INBOUND}"},
                "summary": "Nguồn đã đăng ký gửi sự kiện / A registered source sends events",
            }
        },
        "components": {
            "messages": {model.TYPE: _message(model) for model in models}
            | {f"{_INBOUND}.{model.TYPE}": _inbound_message(model) for model in sent},
            "schemas": schemas,
        },
    }


def _channel_name(topic: str) -> str:
    return topic.removeprefix("tiendo.").replace(".", "_")


def _channel(topic: str) -> dict[str, Any]:
    models = of_topic(topic)
    return {
        "address": topic,
        "title": topic,
        "description": f"Chỉ {models[0].OWNER} ghi / Written by {models[0].OWNER} alone",
        "messages": {
            model.TYPE: {"$ref": f"#/components/messages/{model.TYPE}"} for model in models
        },
        "bindings": {
            "kafka": {"topic": topic, "partitions": PARTITIONS, "bindingVersion": _BINDING}
        },
    }


def _inbound(sent: Sequence[type[Contract]]) -> dict[str, Any]:
    """The topics that sources write to: one for each, so one channel with a parameter."""
    return {
        "address": inbound_topic("{source}"),
        "title": inbound_topic("<source>"),
        "description": "Chỉ nguồn ấy ghi; chế độ nhị phân hoặc có cấu trúc"
        " / Written by that source alone, in binary or structured mode",
        "parameters": {
            "source": {"description": "tên nguồn đã đăng ký / the source's registered name"}
        },
        "messages": {
            model.TYPE: {"$ref": f"#/components/messages/{_INBOUND}.{model.TYPE}"} for model in sent
        },
    }


def _inbound_message(model: type[Contract]) -> dict[str, Any]:
    """A message as its source writes it: with the attributes that the source knows."""
    whole = _message(model)
    [shown] = whole["examples"]
    headers = {name: text for name, text in shown["headers"].items() if name in _SENT}
    for name in ("correlationId", "x-consumers"):
        del whole[name]
    return whole | {
        "headers": {"$ref": "#/components/schemas/InboundHeaders"},
        "examples": [shown | {"headers": headers | {"ce_source": PORTAL}}],
    }


def _message(model: type[Contract]) -> dict[str, Any]:
    event = example(model.TYPE)
    headers = {name: text.decode() for name, text in envelope(event).headers()}
    return {
        "name": model.TYPE,
        "title": model.__name__,
        "summary": model.VI,
        "description": schema(model)["description"],
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventsHeaders"},
        "payload": {"$ref": f"#/components/schemas/{model.TYPE}"},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "tags": [{"name": model.OWNER}, {"name": model.STATUS}],
        "bindings": {
            "kafka": {
                "key": {
                    "type": "string",
                    "format": "uuid",
                    "description": f"{model.KEY}, 36 ký tự / 36 characters",
                },
                "bindingVersion": _BINDING,
            }
        },
        "examples": [
            {"name": model.__name__, "headers": headers, "payload": event.model_dump(mode="json")}
        ],
        "x-since": model.SINCE.isoformat(),
        "x-consumers": list(model.CONSUMERS),
    }


def _headers(named: Mapping[str, tuple[str, str]], without: Collection[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": f"{vi} — {en}"}
            for name, (vi, en) in named.items()
        },
        "required": [name for name in named if name not in without],
    }


def _schemas(model: type[Contract]) -> dict[str, Any]:
    """A contract's schema and those within it, each by its own name in the document."""
    prefix = f"{model.TYPE}."
    text = json.dumps(schema(model)).replace("#/$defs/", f"#/components/schemas/{prefix}")
    whole: dict[str, Any] = json.loads(text)
    inner = whole.pop("$defs", {})
    for name in ("$schema", "$id"):
        del whole[name]
    return {model.TYPE: whole} | {f"{prefix}{name}": one for name, one in inner.items()}
