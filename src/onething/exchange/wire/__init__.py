"""From an agency's way of writing to ours and back: formats, paths, strict JSON, checks of a reply."""
