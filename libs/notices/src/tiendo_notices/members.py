"""Who belongs to a group that a notice names: "các sở, ban, ngành", "UBND các xã, phường".

A group is understood only where every word of it is known here. What narrows it ("có rừng",
"liên quan") is for a person to apply.
"""

import re
from collections.abc import Callable, Sequence

Sort = Callable[[str, str], bool]
"""Whether a unit, by its name in small letters and its kind, is of a sort."""

_OF_PLACES = ("tỉnh", "thành phố", "xã", "phường", "đặc khu")
_OTHERS = (
    "bộ", "sở", "ban", "vụ", "cục", "viện", "học viện", "trường", "trung tâm", "phòng", "khoa",
)  # fmt: skip
_GROUP = re.compile(
    r"(?P<organ>(?:ubnd|ủy ban nhân dân) )?(?:(?:tất cả|toàn thể|toàn bộ) )?(?:các|mọi|những) "
    r"(?P<sorts>.+?)"
    r"(?: (?:trực thuộc trung ương|trung ương|(?:trực thuộc|của|trên địa bàn|toàn)? ?tỉnh))?"
)
_BARE = re.compile(r"(?P<organ>)(?P<sorts>(?:bộ|sở)(?:, ban)?,? ngành)(?: (?:trung ương|tỉnh))?")
_BETWEEN = re.compile(r", và |, | và ")


def _named(head: str) -> Sort:
    return lambda name, kind: name.startswith(f"{head} ") and kind != "committee"


_SORTS: dict[str, Sort] = {
    **{head: _named(head) for head in (*_OF_PLACES, *_OTHERS)},
    "ngành": lambda _, kind: kind == "agency",
    "cơ quan ngang bộ": lambda _, kind: kind == "agency",
    "địa phương": lambda _, kind: kind in ("province", "commune"),
}


def sorts(group: str) -> Sequence[Sort]:
    """The sorts of units that a group's words name, the leading one first; none if unclear."""
    words = " ".join(group.casefold().replace("uỷ", "ủy").split())
    match = _GROUP.fullmatch(words) or _BARE.fullmatch(words)
    if match is None:
        return ()
    heads = _BETWEEN.split(match["sorts"])
    if match["organ"] and not set(heads) <= set(_OF_PLACES):
        return ()
    return [_SORTS[head] for head in heads] if set(heads) <= _SORTS.keys() else ()
