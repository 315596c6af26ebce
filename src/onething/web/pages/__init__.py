"""The pages, a folder an area, a module a page or two; each has a `router`, named in the room's manifest."""
