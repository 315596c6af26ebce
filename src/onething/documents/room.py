"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="documents",
    about="Images and files become typed fields; certificates are drawn as PDF.",
    needs=("core",),
    settings=("onething.documents.settings:DocumentsSettings",),
    commands=(Command("documents", "onething.documents.cli:app", "材料识别 · read documents from photos and files"),),
)
