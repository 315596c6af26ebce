"""Money: `Decimal` yuan in rules and on pages, integer fen in books; never a float."""

from decimal import ROUND_HALF_UP, Decimal


def to_fen(yuan: Decimal) -> int:
    """Yuan to fen, rounded half up (票据 practice)."""
    return int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_yuan(fen: int) -> Decimal:
    """Fen to yuan with two places."""
    return (Decimal(fen) / 100).quantize(Decimal("0.01"))


def show(yuan: Decimal) -> str:
    """`12,345.60`."""
    return f"{yuan.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"
