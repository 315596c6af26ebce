// A chart from the table beside it: `data-chart` is JSON; the table stays as the twin for those who cannot see the chart.
import { style } from "./style-of.js";

let library;
function load(source) {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(globalThis.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

const short = (value) => {
  const size = Math.abs(value);
  if (document.documentElement.lang === "en") return size >= 1e6 ? `${+(value / 1e6).toFixed(1)} m` : size >= 1e3 ? `${+(value / 1e3).toFixed(1)} k` : `${value}`;
  return size >= 1e8 ? `${+(value / 1e8).toFixed(2)} 亿` : size >= 1e4 ? `${+(value / 1e4).toFixed(1)} 万` : `${value}`;
};

export default async function chart(element) {
  const data = JSON.parse(element.dataset.chart);
  const echarts = await load(element.dataset.library);
  const paint = style(["--blue", "--blue-line", "--turn", "--ink-soft", "--line", "--font"]);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // What is counted in whole things has no half marks on its axis.
  const whole = data.series.every((each) => each.values.every((value) => Number.isInteger(value)));
  // The SVG renderer writes attributes, which the page's content policy allows.
  const drawn = echarts.init(element, null, { renderer: "svg" });
  drawn.setOption({
    animation: !still,
    color: [paint["--blue-line"], paint["--blue"], paint["--turn"]],
    textStyle: { fontFamily: paint["--font"], color: paint["--ink-soft"] },
    legend: { top: 0, show: data.series.length > 1 },
    grid: { left: 8, right: 16, top: data.series.length > 1 ? 36 : 12, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: whole ? 1 : 0, axisLabel: { formatter: short, hideOverlap: true }, splitLine: { lineStyle: { color: paint["--line"] } } },
    yAxis: { type: "category", data: data.names, inverse: true, axisTick: { show: false } },
    series: data.series.map((each) => ({ name: each.name, type: "bar", data: each.values, barMaxWidth: 18, label: { show: data.series.length === 1, position: "right", formatter: ({ value }) => short(value) } })),
  });
  addEventListener("resize", () => drawn.resize());
  element.dataset.drawn = "yes";
}
