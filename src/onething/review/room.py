"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="review",
    about="Pre-review: complete, consistent, compliant? What to tell the applicant.",
    needs=("core", "catalog", "rules"),
    parts={"catalog.components": {"review": "onething.review.checking.registry:described"}},
    commands=(Command("review", "onething.review.cli:app", "智能预审 · review a filing"),),
)
