"""Every component in all its states, for whoever builds the next page. `?lang=` and large type work as everywhere."""

from datetime import timedelta
from typing import Any, Literal, get_args

from fastapi import Response

from onething.catalog.models import LegalGround
from onething.core.clock import now
from onething.web.http.icons import ICONS
from onething.web.http.page import Page, Visitor, page_router
from onething.web.http.parts import Choice, Condition, Happening, Row, Status, TaskItem

router = page_router()

DOTS: tuple[tuple[str, Literal["good", "turn", "bad", "plain"]], ...] = (
    ("turn", "turn"),
    ("done", "good"),
    ("bad", "bad"),
    ("wait", "plain"),
)


def _samples(page: Page) -> dict[str, Any]:
    t = page.t
    statuses: tuple[Status, ...] = get_args(Status)
    return {
        "statuses": statuses,
        "row": Row,
        "tasks": [
            TaskItem(t(f"styleguide.task_{kind}"), kind, t(f"styleguide.{kind}"), None if kind == "wait" else "#tasks")
            for kind in statuses
        ],
        "options": [Choice(str(n), t(f"styleguide.option_{n}"), t("styleguide.hint") if n == 1 else None) for n in (1, 2, 3)],
        "timeline": [
            Happening(now() - timedelta(hours=n * 9), t(f"styleguide.task_{kind}"), dot)
            for n, (kind, dot) in enumerate(DOTS)
        ],
        "conditions": [
            Condition(t("styleguide.condition_1"), "yes", "《出生医学证明管理办法》第五条", "mother.age = 31"),
            Condition(t("styleguide.condition_2"), "no", None, "months_paid (3) >= 6"),
            Condition(t("styleguide.condition_3"), "undecided"),
        ],
        "grounds": [LegalGround(title="中华人民共和国户口登记条例", article="第七条")],
        "icons": sorted(ICONS),
    }  # fmt: skip


@router.get("/styleguide")
def styleguide(page: Visitor) -> Response:
    return page.show("styleguide/page.html", **_samples(page))
