// Puts the page together: data block -> charts, trade list, buttons.

const data = JSON.parse(document.getElementById("report-data").textContent);
const words = data.words;
const bars = readBars(data);
const trades = readTrades(data, bars);
const view = new View(bars.count);

const number = (options) => new Intl.NumberFormat(data.language, options);
const fixed = (digits) => number({ minimumFractionDigits: digits, maximumFractionDigits: digits });
const signed = (digits, extra = {}) =>
  number({ minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero", ...extra });
const minute = new Intl.DateTimeFormat(data.language, {
  timeZone: "UTC", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});
// In English the order of day and month depends on the reader's country: the ISO order does not.
const timeText = (time) => data.language === "en"
  ? new Date(time).toISOString().slice(0, 16).replace("T", " ") : minute.format(time);
const day = new Intl.DateTimeFormat(data.language, { timeZone: "UTC", dateStyle: "medium" });
const clock = new Intl.DateTimeFormat(data.language, {
  timeZone: "UTC", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
/** The sign that is as wide as a plus, as in the rest of the page. */
const minus = (text) => text.replace("-", "\u2212");
const formats = {
  whole: number({ maximumFractionDigits: 0 }), price: fixed(data.priceDecimals), money: fixed(2),
  signedMoney: signed(2), percent: fixed(2), signedPercent: signed(2), quantity: number({ maximumFractionDigits: 8 }),
};
const format = Object.fromEntries(
  Object.entries(formats).map(([name, formatter]) => [name, (value) => minus(formatter.format(value))]));
const percentSign = data.language === "fr" ? "\u202f%" : "%";
for (const name of ["percent", "signedPercent"]) {
  format[name] = (value) => minus(formats[name].format(value)) + percentSign;
}
format.time = timeText;

const labels = [];
function axisLabel(value, decimals) {
  labels[decimals] ??= fixed(decimals);
  return minus(labels[decimals].format(value));
}
function axisTime(bar) {
  const time = bars.time[Math.min(Math.max(0, bar), bars.count - 1)];
  const span = bars.time[Math.min(bars.count - 1, Math.ceil(view.to) - 1)] - bars.time[Math.floor(view.from)];
  return (span > 12 * 86400000 ? day : clock).format(time);
}

/** Lowest and highest of columns between two bars, with `room` as a fraction left above and below. */
function extremes(columns, first, last, room) {
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (let bar = first; bar < last; bar++) {
      if (column[bar] < low) low = column[bar];
      if (column[bar] > high) high = column[bar];
    }
  }
  const extra = (high - low) * room;
  return [low - extra, high + extra];
}

let selected = null;
const canvas = (name) => document.querySelector(`.chart.${name} canvas`);
const shared = { label: axisLabel, time: axisTime };
const charts = {
  price: new Chart(canvas("price"), view, {
    ...shared, timeAxis: true,
    range: (first, last) => {
      const [low, high] = extremes([bars.low, bars.high], first, last, 0.05);
      // Counts of trades stand below the candles.
      return isDense(charts.price, tradesInView(trades, first, last)) ? [low - (high - low) * 0.13, high] : [low, high];
    },
    paint: (chart) => {
      paintCandles(chart, bars);
      paintTrades(chart, trades, selected);
    },
  }),
  equity: new Chart(canvas("equity"), view, {
    ...shared,
    range: (first, last) => extremes([bars.equity, bars.hold], first, last, 0.05),
    paint: (chart) => {
      chart.line(bars.hold, chart.colours.hold, [], 1.1);
      chart.area(bars.equity, chart.low, chart.colours.primary, 0.22);
      chart.line(bars.equity, chart.colours.primary);
    },
  }),
  drawdown: new Chart(canvas("drawdown"), view, {
    ...shared, timeAxis: true,
    label: (value, decimals) => axisLabel(value, decimals) + percentSign,
    range: (first, last) => [Math.min(-0.01, extremes([bars.drawdown], first, last, 0)[0] * 1.06), 0],
    paint: (chart) => {
      chart.area(bars.drawdown, 0, chart.colours.danger, 0.45);
      chart.line(bars.drawdown, chart.colours.danger, [], 1.2);
    },
  }),
};

/** The strip below the charts shows all of the history and the part in view. */
const whole = new View(bars.count);
const overview = new Chart(canvas("overview"), whole, {
  ...shared, top: 6, label: () => "",
  range: (first, last) => extremes([bars.close], first, last, 0.02),
  paint: (chart) => {
    const { context, colours } = chart;
    chart.area(bars.close, chart.low, colours.soft, 0.25);
    chart.line(bars.close, colours.soft, [], 1);
    const [left, right] = [chart.x(view.from), chart.x(view.to)];
    context.fillStyle = chart.faded(colours.primary, 0.13);
    context.fillRect(left, 0, Math.max(2, right - left), chart.height);
    context.strokeStyle = colours.primary;
    context.strokeRect(left + 0.5, 0.5, Math.max(2, right - left - 1), chart.height - 1);
  },
});
const everyChart = [...Object.values(charts), overview];
const drawAll = () => everyChart.forEach((chart) => chart.draw());
view.listeners.push(drawAll);

function legend(name, parts) {
  const place = document.querySelector(`.chart.${name} .legend`);
  place.replaceChildren(...parts.map(([label, value, kind]) => {
    const item = document.createElement("span");
    if (kind) {
      item.className = kind;
      item.append(document.createElement("i"));
    }
    item.append(label, " ");
    const strong = document.createElement("b");
    strong.textContent = value;
    item.append(strong);
    return item;
  }));
}

/** Shows the values of one bar above the charts, and a line through it. */
function point(bar) {
  for (const chart of Object.values(charts)) chart.cursor = bar;
  const at = bar ?? bars.count - 1;
  legend("price", [
    [format.time(bars.time[at]), ""], [words.open, format.price(bars.open[at])],
    [words.high, format.price(bars.high[at])], [words.low, format.price(bars.low[at])],
    [words.close, format.price(bars.close[at])],
  ]);
  legend("equity", [
    [words.equity, format.money(bars.equity[at]), "primary"], [words.hold, format.money(bars.hold[at]), "hold"],
  ]);
  legend("drawdown", [[words.drawdown, format.percent(bars.drawdown[at]), "danger"]]);
  drawAll();
}
