"""What a file is called when it is sent over HTTP (RFC 6266), in any language (RFC 8187)."""

from urllib.parse import quote


def attachment(filename: str, *, fallback: str = "document") -> str:
    """The value of `Content-Disposition` for a download. `fallback`: the name, without its ending, for clients that know only ASCII."""
    ending = filename.rpartition(".")[2]
    ending = ending if ending.isascii() and ending.isalnum() else "bin"
    simple = filename.isascii() and filename.isprintable() and '"' not in filename and "\\" not in filename
    plain = filename if simple else f"{fallback}.{ending}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
