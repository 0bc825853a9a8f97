// What the reader does: pointer, wheel, keyboard, buttons.

/** Pan with one pointer, pinch with two, zoom with the wheel, move the cursor with the mouse. */
function controlChart(chart) {
  const element = chart.canvas;
  const pointers = new Map();
  const inside = (event) => event.clientX - element.getBoundingClientRect().left;
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, inside(event));
  });
  element.addEventListener("pointermove", (event) => {
    const x = inside(event);
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      const bar = Math.floor(chart.barAtX(x));
      point(x <= chart.plotWidth && bar >= 0 && bar < bars.count ? bar : null);
      return;
    }
    if (pointers.size === 1) {
      view.pan(((before - x) / chart.plotWidth) * view.width);
    } else if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
      const distance = Math.max(8, Math.abs(x - other));
      view.zoom(Math.max(8, Math.abs(before - other)) / distance, chart.barAtX((x + other) / 2));
    }
    pointers.set(event.pointerId, x);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    element.addEventListener(name, (event) => pointers.delete(event.pointerId));
  }
  element.addEventListener("pointerleave", () => point(null));
  element.addEventListener("wheel", (event) => {
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      view.pan((event.deltaX / chart.plotWidth) * view.width);
    } else if (event.ctrlKey || event.metaKey || document.activeElement === element || event.shiftKey) {
      event.preventDefault();
      view.zoom(1.0015 ** event.deltaY, chart.barAtX(inside(event)));
    }
  }, { passive: false });
  element.addEventListener("click", () => element.focus({ preventScroll: true }));
  element.addEventListener("dblclick", () => view.set(0, bars.count));
  element.addEventListener("keydown", onKey);
}

/** Drag in the strip moves the part in view. */
function controlOverview(chart) {
  const element = chart.canvas;
  const centre = (event) => {
    const bar = chart.barAtX(event.clientX - element.getBoundingClientRect().left);
    view.set(bar - view.width / 2, bar + view.width / 2);
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    centre(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) centre(event);
  });
}

const actions = {
  closer: () => view.zoom(0.6),
  farther: () => view.zoom(1 / 0.6),
  all: () => view.set(0, bars.count),
  previous: () => stepTrade(-1),
  next: () => stepTrade(1),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = {
    ArrowLeft: () => view.pan(-view.width / 10), ArrowRight: () => view.pan(view.width / 10),
    Home: () => view.set(0, view.width), End: () => view.set(bars.count - view.width, bars.count),
    "+": actions.closer, "=": actions.closer, "-": actions.farther, 0: actions.all,
    PageUp: actions.previous, PageDown: actions.next,
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

function showTrade(trade) {
  selected = trade.id;
  view.show(trade.entryBar, trade.exitBar);
  point(trade.entryBar);
  document.querySelector(".chart.price").scrollIntoView({ block: "center" });
  charts.price.canvas.focus({ preventScroll: true });
}

/** The trade before or after the selected one, or after the start of the view. */
function stepTrade(by) {
  if (!trades.length) return;
  let at = trades.findIndex((trade) => trade.id === selected);
  if (at < 0) at = Math.max(0, trades.findIndex((trade) => trade.entryBar >= view.from)) - (by > 0 ? 1 : 0);
  showTrade(trades[Math.min(trades.length - 1, Math.max(0, at + by))]);
}

/** "light" or "dark": the reader's choice, else what the system asks for. */
function startTheme() {
  const root = document.documentElement;
  const wish = matchMedia("(prefers-color-scheme: light)");
  let chosen = /[?&#]theme=(light|dark)/.exec(location.href)?.[1] ?? null;
  const apply = () => {
    root.dataset.theme = chosen ?? (wish.matches ? "light" : "dark");
    drawAll();
  };
  wish.addEventListener("change", apply);
  document.querySelector("[data-action=theme]").addEventListener("click", () => {
    chosen = root.dataset.theme === "light" ? "dark" : "light";
    apply();
  });
  apply();
}

Object.values(charts).forEach(controlChart);
controlOverview(overview);
for (const button of document.querySelectorAll("[data-action]")) {
  const action = actions[button.dataset.action];
  if (action) button.addEventListener("click", action);
}
const tradeCard = document.getElementById("trades");
if (trades.length) new TradeList(tradeCard, trades, words, format, showTrade);
startTheme();
point(null);
