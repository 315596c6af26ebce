"""Is it the person of the identity card, alive before the camera? Behind a contract; what comes with the product is a demo.

A city puts its own in by a part of group `intake.faces` in its manifest: a callable without parameters that gives a
`FaceProvider`. Its `trusted_for` is shown to the person and kept with the signature.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from onething.core.i18n import Text, texts_of
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load
from onething.subjects.models import Person

say = texts_of(__name__)

GROUP = "intake.faces"


@dataclass(frozen=True, slots=True)
class FaceResult:
    """`face`: likeness to the photo of the card, `live`: that it is a living person; both 0–1."""

    face: float
    live: float
    provider: str

    def as_dict(self) -> dict[str, float | str]:
        return {"face": self.face, "live": self.live, "provider": self.provider}


class FaceProvider(Protocol):
    """Compares a person before the camera with the photo of their identity card."""

    @property
    def id(self) -> str: ...

    @property
    def trusted_for(self) -> Text:
        """What its answer may be relied on for, in one sentence."""
        ...

    def verify(self, person: Person) -> FaceResult:
        """Runs the provider's own dialogue with the person's device and gives its result."""
        ...


class DemoFaces:
    """For demonstrations: looks at nothing and believes the sign-in."""

    id = "demo"

    @property
    def trusted_for(self) -> Text:
        return say("demo_faces")

    def verify(self, person: Person) -> FaceResult:  # noqa: ARG002 - that is the point of it
        return FaceResult(0.99, 0.99, self.id)


@lru_cache(maxsize=1)
def face_provider() -> FaceProvider:
    """The city's provider, else the demo."""
    for ref in parts_of(GROUP).values():
        return load(ref)()
    return DemoFaces()
