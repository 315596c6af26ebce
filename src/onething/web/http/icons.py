"""The icon family: 24 × 24, one stroke of 1.75, round ends; drawn for this project. Used inline, coloured by the text."""

from markupsafe import Markup, escape

ICONS: dict[str, str] = {
    "arrow-right": "M5 12h14M13 6l6 6-6 6",
    "arrow-left": "M19 12H5M11 6l-6 6 6 6",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "cross": "M6 6l12 12M18 6L6 18",
    "question": "M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1.1-1.4 2.1v.5M12 18v.01",
    "info": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 7.8v.01",
    "alert": "M12 4l9 16H3zM12 10v4.5M12 17.2v.01",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
    "camera": "M4 8h3.5l1.5-2.5h6L16.5 8H20v11H4zM12 10.2a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z",
    "upload": "M12 16V5M7.5 9.5L12 5l4.5 4.5M5 15v4h14v-4",
    "download": "M12 5v11M7.5 11.5L12 16l4.5-4.5M5 16v3.5h14V16",
    "document": "M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4M9.5 12h5M9.5 15.5h5",
    "certificate": "M5 4h14v10H5zM8.5 7.5h7M8.5 10.5h4M15.5 12.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM14 17v4l1.5-1 1.5 1v-4",
    "agency": "M4 20h16M5.5 20V10M9.8 20V10M14.2 20V10M18.5 20V10M3.5 10h17L12 4z",
    "person": "M12 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5",
    "baby": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9 11.5v.01M15 11.5v.01M9.5 15c1.5 1.3 3.5 1.3 5 0M12 4c-1.4 1-1.4 2.6 0 3.4",
    "search": "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5",
    "pen": "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
    "keyboard": "M3.5 6.5h17v11h-17zM7 10v.01M10.3 10v.01M13.7 10v.01M17 10v.01M8 14h8",
    "speaker": "M4.5 9.5v5h3.5l4.5 4v-13l-4.5 4zM16 9.5c1.2 1.5 1.2 3.5 0 5M18.6 7.2c2.6 2.8 2.6 6.8 0 9.6",
    "stop": "M7 7h10v10H7z",
    "text-size": "M3.5 18L8 6.5 12.5 18M5 14.5h6M14 18l3.2-8 3.3 8M15.2 15.3h4",
    "globe": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c-5 5-5 12 0 17M12 3.5c5 5 5 12 0 17",
    "eye": "M3 12c2.2-4 5.3-6 9-6s6.8 2 9 6c-2.2 4-5.3 6-9 6s-6.8-2-9-6zM12 9.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z",
    "phone": "M8 3.5h8v17H8zM11 17.5h2",
    "message": "M4 5.5h16v10.5h-8.5L7 19.5V16H4z",
    "law": "M12 4v15M7.5 19.5h9M5 7h14M5 7l-2.5 6h5zM19 7l-2.5 6h5z",
    "link": "M10 14a3.5 3.5 0 0 0 5 0l3.5-3.5a3.5 3.5 0 0 0-5-5L12 7M14 10a3.5 3.5 0 0 0-5 0l-3.5 3.5a3.5 3.5 0 0 0 5 5L12 17",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2",
    "calendar": "M4.5 6h15v14h-15zM4.5 10.5h15M8.5 3.5V7M15.5 3.5V7",
    "sign-out": "M10 4.5H5v15h5M14 8l4 4-4 4M18 12H9",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "list": "M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5v.01M4.5 12v.01M4.5 17.5v.01",
    "undo": "M4.5 9.5h9.5a5 5 0 0 1 0 10H9M8.5 5.5l-4 4 4 4",
    "pause": "M9 6v12M15 6v12",
    "hourglass": "M7 3.5h10M7 20.5h10M8 3.5c0 5 3 6 4 8.5 1-2.5 4-3.5 4-8.5M8 20.5c0-5 3-6 4-8.5 1 2.5 4 3.5 4 8.5",
    "plus": "M12 5v14M5 12h14",
    "trash": "M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
    "graph": "M4 4.5h6v4H4zM14 4.5h6v4h-6zM9 15.5h6v4H9zM7 8.5v3.5h10V8.5M12 12v3.5",
    "home": "M4 11l8-6.5 8 6.5M6.5 9.5V20h11V9.5M10 20v-5.5h4V20",
    "external": "M13.5 5H19v5.5M19 5l-8 8M16 13.5V19H5V8h5.5",
}  # fmt: skip

MARK = (
    '<svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">'
    '<rect width="40" height="40" rx="9" class="mark-ground"/>'
    '<path d="M7 11c9 0 9 9 18 9M7 20h18M7 29c9 0 9-9 18-9" class="mark-lines"/>'
    '<circle cx="29" cy="20" r="4.6" class="mark-dot"/></svg>'
)
"""Many strands that become one thing."""


def icon(name: str, label: str | None = None, size: str = "") -> Markup:
    """An icon; decorative unless it has a label. `size`: empty (1.25 em), `large` (2 em) or `huge` (3.5 em)."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true" focusable="false"'
    classes = f"icon icon-{size}" if size else "icon"
    return Markup(f'<svg class="{classes}" viewBox="0 0 24 24" {said}><path d="{ICONS[name]}"/></svg>')  # noqa: S704 - own constants, label escaped
