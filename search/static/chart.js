// The chart over the server's drawing: values under the pointer, a click or a drag narrows the view to that time.

const plot = document.querySelector(".plot");
const readout = document.querySelector(".readout");
const data = JSON.parse(plot.dataset.chart);
const drawing = plot.querySelector("svg");
const undated = readout.textContent;
const steps = data.names.length;
const rightToLeft = document.documentElement.dir === "rtl";
const dark = matchMedia("(prefers-color-scheme: dark)");
const GAP = 20; // pixels between two labels of the time axis

// A row's bar reaches from the ground to the top of all rows below it; the highest are drawn first.
const tops = data.values.map((_, row) =>
  data.names.map((_, at) => data.values.slice(0, row + 1).reduce((sum, values) => sum + values[at], 0)));

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function narrow(left, right) {
  const [first, last] = left <= right ? [left, right] : [right, left];
  const address = new URL(location.href);
  address.searchParams.delete("cursor");
  address.searchParams.set("from", data.first[first]);
  address.searchParams.set("to", data.last[last]);
  location.assign(address);
}

// The canvas writes from left to right: a label of the other direction keeps its own order.
const isolated = (text) => (rightToLeft ? `\u2067${text}\u2069` : text);
const within = (at) => Math.min(Math.max(Math.round(at), 0), steps - 1);

// Steps that follow each other are shaded in one, which leaves no seams.
function runs(steps) {
  const runs = [];
  for (const at of steps) {
    const last = runs.at(-1);
    if (last?.[1] === at - 1) last[1] = at;
    else runs.push([at, at]);
  }
  return runs;
}

function shade(chart) {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.fillStyle = colour("--unwatched");
  for (const [steps, alpha] of [[data.blind, 1], [data.partly, 0.5]]) {
    ctx.globalAlpha = alpha;
    for (const [first, last] of runs(steps)) {
      const from = chart.valToPos(first - 0.5, "x", true);
      const to = chart.valToPos(last + 0.5, "x", true);
      ctx.fillRect(Math.min(from, to), bbox.top, Math.abs(to - from), bbox.height);
    }
  }
  ctx.restore();
}

const font = `12px ${getComputedStyle(document.body).fontFamily}`;
const ruler = document.createElement("canvas").getContext("2d");
ruler.font = font;
const wide = (name) => ruler.measureText(name).width;
const room = Math.max(...data.names.map(wide)) + GAP;

// A label that would reach over the edge stays away.
function label(chart, at) {
  const name = data.names[at] ?? "";
  const middle = chart.bbox.left / devicePixelRatio + chart.valToPos(at, "x");
  const half = wide(name) / 2;
  return middle - half < 0 || middle + half > chart.width ? "" : isolated(name);
}

function options() {
  const lines = { stroke: colour("--line"), width: 1 };
  const axis = { stroke: colour("--soft"), font, ticks: { show: false } };
  const rows = data.rows.map((label, row) => ({
    label,
    fill: colour(data.rows.length > 1 ? `--s${row}` : "--bar"),
    width: 0,
    points: { show: false },
    paths: uPlot.paths.bars({ size: [0.86, 60] }),
  })).reverse();
  return {
    width: plot.clientWidth,
    height: plot.clientHeight,
    legend: { show: false },
    padding: [8, 4, 0, 4],
    scales: {
      x: { time: false, dir: rightToLeft ? -1 : 1, range: [-0.5, steps - 0.5] },
      y: { range: (_, __, most) => [0, most * 1.02 || 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, splits: ticks, values: (chart, at) => at.map((one) => label(chart, one)) },
      { ...axis, grid: lines, size: 44, side: rightToLeft ? 1 : 3, values: (_, at) => at.map((one) => number(one)) },
    ],
    series: [{}, ...rows],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 6 } },
    hooks: { drawClear: [shade], setCursor: [follow], setSelect: [dragged] },
  };
}

const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const number = (value) => (!data.percent && value % 1 ? "" : format.format(value) + (data.percent ? " %" : ""));

function ticks(chart) {
  const every = Math.max(1, Math.ceil(steps / Math.max(1, Math.floor(chart.bbox.width / devicePixelRatio / room))));
  return Array.from({ length: Math.ceil(steps / every) }, (_, at) => at * every);
}

function follow(chart) {
  const at = chart.cursor.idx;
  const shown = at == null ? "" : data.descriptions[at];
  const rows = data.rows.length > 1 && at != null
    ? data.rows.map((row, index) => [row, data.values[index][at]]).filter(([, value]) => value).map(([row, value]) => `${row} ${number(value)}`)
    : [];
  readout.textContent = shown ? [shown, ...rows].join(" · ") : undated;
}

let drags = false;
function dragged(chart) {
  if (chart.select.width < 1) return;
  drags = true;
  narrow(within(chart.posToVal(chart.select.left, "x")), within(chart.posToVal(chart.select.left + chart.select.width, "x")));
}

function draw() {
  const chart = new uPlot(options(), [data.names.map((_, at) => at), ...tops.slice().reverse()]);
  chart.over.addEventListener("click", () => {
    if (!drags && chart.cursor.idx != null) narrow(chart.cursor.idx, chart.cursor.idx);
  });
  plot.replaceChildren(chart.root);
  return chart;
}

let chart = draw();
plot.closest("figure").classList.add("live");
plot.setAttribute("role", "img");
plot.setAttribute("aria-label", drawing.getAttribute("aria-label"));
new ResizeObserver(() => chart.setSize({ width: plot.clientWidth, height: plot.clientHeight })).observe(plot);
dark.addEventListener("change", () => {
  chart.destroy();
  chart = draw();
});
addEventListener("pageshow", () => {
  drags = false;
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
});
