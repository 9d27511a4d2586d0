"""What a part of a notice is: an assignment, a statement, a heading, or mere content."""

import re
from dataclasses import dataclass

from tiendo_notices.actors import read_actors
from tiendo_notices.model import Kind
from tiendo_notices.said import Actors
from tiendo_notices.sentences import after_row, is_bare_name, opens_with_verb
from tiendo_notices.text import small
from tiendo_notices.words import AGREED, ASSESSING, ORGANISING, PRAISE, STATES, TELLING, TOLD

_CONTENT_STEM = re.compile(
    r"(?:chức năng|mục tiêu|tiêu chí|nguyên tắc|lĩnh vực|kết quả|yếu tố|thành phần|trụ cột"
    r"|nguyên nhân|hạn chế|khó khăn|nhóm|đặc điểm|bao gồm|gồm|quan điểm|điều kiện|hồ sơ|tài liệu)"
    r"(?: [^\s,;:.]+){0,3} ?:$"
)
_ITEM_STEM = re.compile(
    r"(?:sau|sau đây|tập trung|đề nghị|yêu cầu|giao|thực hiện|nhiệm vụ|các việc|các nội dung"
    r"|trọng tâm) ?:$"
)
_ORDERS = ("lead.giao", "lead.asked")
_HEADING_LENGTH = 160
_SOMETHING = 12
_ROLES = re.compile(
    r"(?:chủ trì|phối hợp(?: với)?|cùng(?: với)?|làm đầu mối|thực hiện|tham mưu"
    r"|các (?:cơ quan|đơn vị) (?:có )?liên quan|và)(?!\w)"
)
"""Words that say which part whoever is named plays, and nothing of what is to be done."""
_JUDGES = re.compile(
    r"(?:(?:về|một số|những|các) ){0,3}(?:tồn tại|hạn chế|nguyên nhân|ưu điểm|đánh giá|tình hình"
    r"|nhận xét|thực trạng|hiện trạng|mặt được|mặt làm được|kết quả (?:đạt|nổi|thực|chung"
    r"|công tác))"
)
_CARRIED_OUT = re.compile(
    r"^(?:\W*\w{1,4}[.)] )?(?:(?:nhận xét, )?đánh giá |về )?(?:(?:kết quả|tình hình|tiến độ)"
    r"(?: chung| công tác)? (?:triển khai |thực hiện |giải quyết ){0,2}|(?<=đánh giá ))"
    r"(?:các |những )?(?:nhiệm vụ|giải pháp|công việc|yêu cầu)"
)
"""The work whose results are told, and that a heading does not order."""
_IS_SAID = re.compile(
    r"[^,;.:]{3,60} là (?:(?:một )?(?:trong (?:những|các) )?)(?:nhiệm vụ|trách nhiệm|yêu cầu"
    r"|động lực|nền tảng|khâu|yếu tố|giải pháp|việc|đột phá|chìa khóa|cơ sở|tiền đề)(?!\w)"
)
"""What something is, with a noun in front that may look like a verb ("Chuyển đổi số là …")."""
_CLOSING = re.compile(
    r"(?:giao|yêu cầu|đề nghị|các|văn phòng|thủ trưởng)[^.;]{0,240}"
    r"(?:thông báo|kết luận)(?: kết luận)? này(?!\w)"
)
_SETS_DEADLINE = re.compile(
    r"(?:phải |cần )(?:làm )?(?:xong|hoàn thành|hoàn tất) (?:trước|trong|chậm nhất)(?!\w)"
    r"|(?:thời hạn|thời gian|hạn)(?: hoàn thành| thực hiện)? (?:các |những )?(?:nhiệm vụ"
    r"|nội dung|việc)"
    r"|"
    r"\((?:xong|hoàn thành|thời hạn|thời gian|trước|chậm nhất|hạn)[^)]{0,60}\)"
    r"|(?<!\w)(?:xong|hoàn thành|thực hiện xong|làm xong) (?:trước|trong|chậm nhất)(?!\w)"
)


def assesses(heading: str, *, section: bool = True) -> bool:
    """Whether a heading announces a judgement of the past rather than work to do.

    Below a section ("3. Về kết quả kiểm tra …") such a word may only name the subject; there the
    heading must begin with it.
    """
    words = small(heading[:_HEADING_LENGTH])
    if ORGANISING.search(_CARRIED_OUT.sub("", words)):
        return False
    return bool(ASSESSING.search(words) if section else _JUDGES.match(words))


def organises(heading: str) -> bool:
    """Whether a heading announces work to do."""
    return bool(ORGANISING.search(small(heading[:_HEADING_LENGTH])))


def sets_deadline(heading: str) -> bool:
    """Whether a heading says by when everything below it must be done."""
    return len(heading) <= _HEADING_LENGTH and _SETS_DEADLINE.search(small(heading)) is not None


def is_closing(words: str) -> bool:
    """Whether small-letter words begin a paragraph about how the notice itself is carried out."""
    return _CLOSING.match(words) is not None


def heading_in_capitals(words: str) -> str:
    """The capitals that a section without parts begins with ("ĐÁNH GIÁ CHUNG …"), or nothing."""
    heading: list[str] = []
    for word in words[: 2 * _HEADING_LENGTH].split():
        if word != word.upper():
            break
        heading.append(word)
    return " ".join(heading) if len(heading) > 1 else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of an item, the rule that said so, and the codes of doubts about it."""

    kind: Kind
    rule: str
    doubts: tuple[str, ...] = ()

    @property
    def unclear(self) -> bool:
        """Whether it may as well be of the other kind, so that its other fields matter too."""
        return "kind.unclear" in self.doubts


def kind_of(
    words: str, actors: Actors, *, assessing: bool, organising: bool, led: bool, weakly: bool
) -> Verdict:
    """The kind of an item.

    Args:
        words: The item.
        actors: What it says about units.
        assessing: It stands under a heading that judges.
        organising: It stands under a heading that assigns.
        led: A heading above names a lead.
        weakly: That lead comes from the opening sentence of a whole section only.
    """
    if assessing or assesses(heading_in_capitals(words)):
        return _judged(actors)
    order = words[actors.begins :]
    low = small(order)[after_row(order) :].lstrip(" ,") or small(order)
    if small(words).startswith("trên đây là"):
        return Verdict("statement", "kind.statement")
    if actors.leads:
        return _led(words, low, actors)
    if "order.no-unit" in actors.rules:
        return Verdict("assignment", "kind.order", ("kind.unclear",))
    if PRAISE.match(low) or AGREED.match(low) or TELLING.match(low):
        agreed = AGREED.match(low) is not None and led and not weakly
        return Verdict("statement", "kind.statement", ("kind.unclear",) if agreed else ())
    if (opens_with_verb(order) and not _IS_SAID.match(low)) or actors.helps_only:
        return Verdict("assignment", "kind.verb", () if led or organising else ("kind.unclear",))
    if STATES.match(low):
        return Verdict("statement", "kind.statement")
    if led and not weakly:
        return Verdict("assignment", "kind.inherited", ("kind.unclear",))
    return Verdict("statement", "kind.statement", ("kind.unclear",))


def _led(words: str, low: str, actors: Actors) -> Verdict:
    """The kind of an item that names who acts; `low` is what stands behind that row."""
    if PRAISE.match(low) and not actors.ordered:
        later = ". " in words[actors.begins : actors.leads[0].start]
        kind: Kind = "assignment" if later else "statement"
        return Verdict(kind, "kind.led" if later else "kind.statement", ("kind.unclear",))
    if TOLD.match(low) and not actors.ordered:
        return Verdict("statement", "kind.statement")
    unknown = "lead.unknown-verb" in actors.doubts
    return Verdict("assignment", "kind.led", ("kind.unclear",) if unknown else ())


def _judged(actors: Actors) -> Verdict:
    """The kind of an item below a heading that judges."""
    if any(rule in _ORDERS for rule in actors.rules):
        return Verdict("assignment", "kind.order", ("kind.assessment-orders",))
    some = all(small(m.name).startswith(("một số", "nhiều")) for m in actors.leads)
    plainly = some or "lead.subject" not in actors.rules
    return Verdict("statement", "kind.statement", () if plainly else ("kind.unclear",))


def is_content(stem: str, parts: list[str]) -> bool:
    """Whether inline parts only spell out what the paragraph is about ("05 chức năng: (i) …")."""
    low = small(stem)
    if any(rule in _ORDERS for rule in read_actors(stem).rules) and stem.endswith(":"):
        return False
    if assesses(stem) or _CONTENT_STEM.search(low) or PRAISE.match(low) or TELLING.match(low):
        return True
    if _ITEM_STEM.search(low) or is_bare_name(stem):
        return False
    orders = sum(opens_with_verb(part) or bool(read_actors(part).leads) for part in parts)
    return orders * 2 < len(parts)


def _besides_roles(words: str, actors: Actors) -> str:
    """What is said behind the lead, less helpers and the words that only share out roles."""
    rest = words[actors.after :]
    if rest.endswith((".", ";")):
        return rest
    for helper in actors.helper_names():
        rest = rest.replace(helper, "")
    return _ROLES.sub("", rest).strip(" ,")


def obliges_besides(words: str, actors: Actors) -> bool:
    """Whether a paragraph with parts says something of its own that must be done."""
    if not words or is_bare_name(words):
        return False
    if "lead.bracket" in actors.rules:
        return False
    if not words.endswith(":"):
        return bool(actors.leads) and len(_besides_roles(words, actors)) > _SOMETHING
    earlier = max(words.rfind(". ", 0, -1), words.rfind("; ", 0, -1))
    if earlier < 0:
        return False
    first = read_actors(words[: earlier + 1])
    return bool(first.leads) and earlier - first.after > _SOMETHING
