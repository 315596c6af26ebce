"""Money: `Decimal` yuan in rules and on pages, integer fen in books; never a float."""

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL = ("", "拾", "佰", "仟")
_LARGE = ("", "万", "亿")


def to_fen(yuan: Decimal) -> int:
    """Yuan to fen, rounded half up (票据 practice)."""
    return int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_yuan(fen: int) -> Decimal:
    """Fen to yuan with two places."""
    return (Decimal(fen) / 100).quantize(Decimal("0.01"))


def show(yuan: Decimal) -> str:
    """`12,345.60`."""
    return f"{yuan.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"


def _four(number: int) -> str:
    """A number below 10,000 in capitals, with inner zeros merged."""
    out, zero = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + _SMALL[power]
            zero = False
        else:
            zero = True
    return out


def in_capitals(yuan: Decimal) -> str:
    """The amount in Chinese capitals: `1600.05` → `壹仟陆佰元零伍分`, `1600` → `壹仟陆佰元整` (支付结算办法 附一).

    Raises ValueError for negative amounts and for 10¹² yuan or more.
    """
    fen = to_fen(yuan)
    if fen < 0 or fen >= 10**14:
        raise ValueError("amount out of range")
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    groups = [whole // 10000**i % 10000 for i in range(3)]
    out = ""
    for i in (2, 1, 0):
        if groups[i]:
            gap = out and (groups[i] < 1000 or groups[i + 1] == 0)
            out += ("零" if gap else "") + _four(groups[i]) + _LARGE[i]
    out = f"{out}元" if out else ""
    if not jiao and not rest:
        return f"{out or '零元'}整"
    if jiao:
        out += f"{_DIGITS[jiao]}角"
    elif out:
        out += "零"
    return out + (f"{_DIGITS[rest]}分" if rest else "整")
