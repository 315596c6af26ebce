"""What the chart module draws, as JSON for `data-chart`; every chart stands beside a table that says the same."""

import json
from collections.abc import Sequence

from onething.web.http.templating import get_assets


def chart(names: Sequence[str], *series: tuple[str, Sequence[float]]) -> str:
    """Horizontal bars: `names` down the side, one colour for each (name as shown, values)."""
    drawn = [{"name": name, "values": list(values)} for name, values in series]
    return json.dumps({"names": list(names), "series": drawn}, ensure_ascii=False)


def library() -> str:
    """Address of the drawing library, loaded only by pages that have a chart."""
    return get_assets().url("vendor/echarts.js")
