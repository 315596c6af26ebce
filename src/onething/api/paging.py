"""Every list of the API is answered alike: `items`, and in `next` the cursor of the following page."""

from collections.abc import Iterable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from onething.core.paging import Page

T = TypeVar("T")
Cursor = Annotated[
    str | None,
    Query(
        max_length=600,
        description="`next` of the page before, exactly as it was; left out, the list begins anew.",
        examples=["WyJjYXNlcyIsICIyMDI2LTA5LTMwVDA4OjAwOjAwKzAwOjAwIiwgImNhc2VfMDFKIl0"],
    ),
]


def up_to(most: int) -> Any:
    """The annotation of a `limit` of at most so many; the default stands with the parameter."""
    return Query(ge=1, le=most, description=f"At most so many items on one page (1 to {most}).")


class Items(BaseModel, Generic[T]):
    """One page of a list. It is stable: what is added or taken away in between neither repeats nor hides another item."""

    items: list[T] = Field(description="The items of this page, in the order of the list.")
    next: str | None = Field(
        description="Give it as `cursor` to get the following page; null at the end of the list.",
        examples=["WyJjYXNlcyIsICIyMDI2LTA5LTMwVDA4OjAwOjAwKzAwOjAwIiwgImNhc2VfMDFKIl0"],
    )


def page(found: Page[Any]) -> dict[str, Any]:
    """A page of a room as the API answers it."""
    return {"items": list(found.items), "next": found.next}


def mapped(found: Page[Any], items: Iterable[Any]) -> dict[str, Any]:
    """The same page with its items shown otherwise."""
    return {"items": list(items), "next": found.next}
