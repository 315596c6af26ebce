"""Texts of strangers: UTF-8, or GB 18030 (of which GBK is a part), as offices here still write it."""


def decoded(content: bytes) -> str:
    """The text without a byte order mark. Raises UnicodeDecodeError when it is neither."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
