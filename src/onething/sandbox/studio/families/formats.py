"""Normal form to print: how issuers write dates, amounts, sexes, numbers. `{field:format}` in a family's data."""

from collections.abc import Callable
from decimal import Decimal

_DIGITS, _UNITS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
_HAN = "〇一二三四五六七八九"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def _four(number: int) -> str:
    """A number under 10,000 in capitals of accountants, without inner zeros doubled."""
    out, zero = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + _UNITS[power]
            zero = False
        else:
            zero = True
    return out


def whole_words(number: int) -> str:
    """3400 → 叁仟肆佰."""
    if number == 0:
        return "零"
    out, rest, gap = "", number, False
    for power, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, rest = divmod(rest, power)
        if part:
            out += ("零" if out and (gap or part < 1000) else "") + _four(part) + unit
            gap = False
        elif out:
            gap = True
    return out


def words(amount: str, end: str = "整") -> str:
    """`3400.50` → 叁仟肆佰元伍角整; a minus is written 负."""
    value = Decimal(amount)
    yuan, fen = divmod(int((abs(value) * 100).to_integral_value()), 100)
    text = ("负" if value < 0 else "") + whole_words(yuan) + "元"
    jiao, fen = divmod(fen, 10)
    if not jiao and not fen:
        return text + end
    text += (_DIGITS[jiao] + "角") if jiao else "零"
    return text + (_DIGITS[fen] + "分" if fen else end)


def _date(text: str) -> tuple[str, str, str]:
    year, month, day = text[:10].split("-")
    return year, month, day


def _cn(text: str, pad: bool, gap: str = "") -> str:
    if text == "long":
        return "长期"
    year, month, day = _date(text)
    if not pad:
        month, day = str(int(month)), str(int(day))
    return gap.join((year, "年", month, "月", day, "日"))


def _joined(mark: str) -> Callable[[str], str]:
    return lambda text: "长期" if text == "long" else mark.join(_date(text))


def _han(text: str) -> str:
    year, month, day = _date(text)
    return "".join(_HAN[int(d)] for d in year) + f"年{_small(int(month))}月{_small(int(day))}日"


def _small(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else _HAN[tens] + "十") + (_HAN[ones] if ones or not tens else "")


def _time(text: str) -> str:
    return f"{_cn(text, True)}{text[11:13]}时{text[14:16]}分"


def _plain(amount: str) -> str:
    return f"{Decimal(amount):.2f}"


def _wan(amount: str) -> str:
    value = Decimal(amount) / 10000
    return f"{value.normalize():f}"


def _wide(text: str) -> str:
    return text.translate(str.maketrans("():,;", "（）：，；"))


FORMATS: dict[str, Callable[[str], str]] = {
    "cn": lambda t: _cn(t, False), "cn0": lambda t: _cn(t, True), "cns": lambda t: _cn(t, True, " "),
    "cn1s": lambda t: _cn(t, False, " "), "dot": _joined("."), "slash": _joined("/"), "iso": _joined("-"),
    "compact": lambda t: "".join(_date(t)), "han": _han, "time": _time,
    "isotime": lambda t: t.replace("T", " "), "cntime": lambda t: f"{_cn(t, False)} {t[11:13]}:{t[14:16]}",
    "en": lambda t: f"{_date(t)[2]} {_MONTHS[int(_date(t)[1]) - 1]} {_date(t)[0]}",
    "y": lambda t: _date(t)[0], "m": lambda t: str(int(_date(t)[1])), "d": lambda t: str(int(_date(t)[2])),
    "mm": lambda t: _date(t)[1], "dd": lambda t: _date(t)[2], "h": lambda t: t[11:13], "min": lambda t: t[14:16],
    "ym": lambda t: f"{_date(t)[0]}年{int(_date(t)[1])}月", "mrzd": lambda t: "".join(_date(t))[2:],
    "sex": lambda t: {"male": "男", "female": "女"}[t], "sexen": lambda t: {"male": "M", "female": "F"}[t],
    "sexboth": lambda t: {"male": "男/M", "female": "女/F"}[t],
    "plain": _plain, "comma": lambda t: f"{Decimal(t):,.2f}", "int": lambda t: f"{Decimal(t):.0f}",
    "yuan": lambda t: f"¥{Decimal(t):.2f}", "yuanw": lambda t: f"￥{Decimal(t):,.2f}",
    "cny": lambda t: f"{_plain(t)}元", "cnyint": lambda t: f"{Decimal(t):.0f}元",
    "words": words, "wordszheng": lambda t: words(t, "整"), "wordsz": lambda t: words(t, "正"),
    "wordsyuan": lambda t: words(t).replace("元", "圆"),
    "rmb": lambda t: f"人民币{_plain(t)}元", "rmbwords": lambda t: f"人民币{words(t)}",
    "wan": lambda t: f"{_wan(t)}万元", "wanz": lambda t: f"{_wan(t)}万元整", "wanrmb": lambda t: f"{_wan(t)}万元人民币",
    "wan6": lambda t: f"{Decimal(t) / 10000:.6f}万人民币", "wanwords": lambda t: f"{whole_words(int(Decimal(t)))}元整",
    "rmbwan": lambda t: f"人民币{_wan(t)}万元", "rmbwanwords": lambda t: f"人民币{whole_words(int(Decimal(t)))}元整",
    "wordsrmb": lambda t: f"{words(t)}人民币",
    "zu": lambda t: t + "族", "wide": _wide, "sqm": lambda t: f"{t}平方米", "m2": lambda t: f"{t}㎡",
    "four": lambda t: " ".join(t[i : i + 4] for i in range(0, len(t), 4)),
    "spaced": lambda t: " ".join(t), "upper": str.upper, "kg": lambda t: f"{Decimal(t) / 1000:.2f}",
    "unit": lambda t: f"{t[:6]} {t[6:12]} {t[12:19]} {t[19:]}", "lines": lambda t: t.replace("、", "\n"),
    "semi": lambda t: t.replace("、", "；"), "comma1": lambda t: t.replace("、", "，"), "space": lambda t: t.replace("、", "  "),
    "bracket": lambda t: t.replace("(", "〔").replace(")", "〕"),
    "slashes": lambda t: t.replace("、", "/"),
}  # fmt: skip


def printed(value: str, form: str) -> str:
    """`value` in print. Formats may be chained with `+`. Raises KeyError for an unknown format."""
    for name in form.split("+") if form else ():
        value = FORMATS[name](value)
    if not form:
        if value in ("male", "female"):
            return FORMATS["sex"](value)
        if len(value) == 10 and value[4] == value[7] == "-" and value[:4].isdigit():
            return _cn(value, False)
        if value == "long":
            return "长期"
    return value
