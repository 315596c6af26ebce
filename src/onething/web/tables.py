"""Tables of web: sessions and what they keep live on the server, the browser holds only a random token."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, UtcDateTime


class WebSessionRow(Base):
    """A visit (before sign-in, only while the identity provider is asked) or a signed-in session."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the cookie's value, so that a copy of the table opens no session."""
    kind: Mapped[str] = mapped_column(String(10))
    """`visit` or `signed_in`."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The absolute end, however busy the session is."""
    csrf: Mapped[str] = mapped_column(String(64))
    role: Mapped[str | None] = mapped_column(String(20))
    user_id: Mapped[str | None] = mapped_column(String(120))
    subject_id: Mapped[str | None] = mapped_column(String(40))
    agency_id: Mapped[str | None] = mapped_column(String(60))
    provider_session: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the session's name at the identity provider (`sid`), by which the provider ends it."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed under the cookie's value, so only its bearer's requests open it: the name, and while signing in state, nonce, PKCE
    verifier and where to go next, afterwards one-time messages."""

    __table_args__ = (
        Index("ix_web_session_expires_at", "expires_at"),
        Index("ix_web_session_user_id", "user_id"),
        Index("ix_web_session_provider_session", "provider_session"),
    )


class WebKeptRow(Base):
    """What was sent and could not be carried out, for the page that shows it again."""

    __tablename__ = "web_kept"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    """Of the session it belongs to; it ends with it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed under the cookie's value, as the session's own content is."""

    __table_args__ = (Index("ix_web_kept_token_hash", "token_hash"), Index("ix_web_kept_expires_at", "expires_at"))
