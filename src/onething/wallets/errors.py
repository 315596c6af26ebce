"""What goes wrong between a wallet and this room, in the words of OAuth 2.0 (RFC 6749), OpenID4VCI 1.0 and OpenID4VP 1.0, and what a person is told."""

from onething.core.errors import define


class WalletError(Exception):
    """An answer to a wallet: `error` is the standard's code, `why` a sentence for the wallet's maker (ASCII, no personal data)."""

    def __init__(self, error: str, why: str, status: int = 400) -> None:
        super().__init__(f"{error}: {why}")
        self.error, self.why, self.status = error, why, status


NOT_IN_FORCE = define(
    "wallets.not_in_force", 409,
    zh=("这份证照现在不是有效状态，不能放进手机。", "请在证照页查看它的状态。"),
    en=("This certificate is not in force now and cannot be put on a phone.", "Its page says how it stands."),
)  # fmt: skip
NO_SUCH_KIND = define(
    "wallets.no_such_kind", 422,
    zh=("没有这一种证照，或没有选要看的内容。", "请重新选择。"),
    en=("There is no such kind of certificate, or no field was chosen.", "Choose again."),
)  # fmt: skip
OVER = define(
    "wallets.over", 404,
    zh=("这次查看已经过时。", "请重新发起。"),
    en=("This question is over.", "Ask again."),
)  # fmt: skip
