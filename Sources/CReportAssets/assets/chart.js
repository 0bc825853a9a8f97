// A canvas with a time axis shared by all charts and a price axis of its own.

const AXIS_WIDTH = 84;
const AXIS_HEIGHT = 22;

/** The colours of the theme in force, read anew when it changes. */
function themeColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    text: read("--text"), soft: read("--soft"), line: read("--line"), card: read("--card"),
    primary: read("--primary"), good: read("--good"), bad: read("--bad"), danger: read("--bad-pure"),
    hold: read("--hold"),
  };
}

/** Round steps for about `wanted` lines between `low` and `high`. */
function niceStep(low, high, wanted) {
  const raw = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
}

/** The part of the history in view, in bars; every chart draws the same one. */
class View {
  constructor(count) {
    this.count = count;
    this.from = 0;
    this.to = count;
    this.listeners = [];
  }

  set(from, to) {
    const least = Math.min(this.count, 12);
    const width = Math.min(this.count, Math.max(least, to - from));
    const start = Math.min(Math.max(0, from), this.count - width);
    this.from = start;
    this.to = start + width;
    for (const listener of this.listeners) listener();
  }

  get width() { return this.to - this.from; }
  pan(bars) { this.set(this.from + bars, this.to + bars); }

  /** Zooms by `factor` (below 1 is closer) and keeps the bar at `anchor` where it is. */
  zoom(factor, anchor = (this.from + this.to) / 2) {
    const width = Math.min(this.count, Math.max(Math.min(this.count, 12), this.width * factor));
    const share = (anchor - this.from) / this.width;
    this.set(anchor - share * width, anchor + (1 - share) * width);
  }

  /** Brings bars `first` to `last` into view with room around them. */
  show(first, last) {
    const room = Math.max(20, (last - first) * 1.5);
    this.set(first - room, last + room);
  }
}

class Chart {
  /** `paint(chart)` draws inside the plot; `range(first, last)` answers [low, high] of what is in view. */
  constructor(canvas, view, options) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.view = view;
    this.options = options;
    this.cursor = null;
    this.frame = 0;
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** Draws with the next frame; many requests in one frame draw once. */
  draw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  get plotWidth() { return Math.max(10, this.width - AXIS_WIDTH); }
  x(bar) { return ((bar - this.view.from) / this.view.width) * this.plotWidth; }
  barAtX(x) { return this.view.from + (x / this.plotWidth) * this.view.width; }
  y(value) {
    return this.top + (1 - (value - this.low) / (this.high - this.low)) * (this.bottom - this.top);
  }

  paint() {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    if (!this.width || !this.height) return;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.colours = themeColours();
    this.first = Math.max(0, Math.floor(this.view.from));
    this.last = Math.min(this.view.count, Math.ceil(this.view.to));
    this.top = this.options.top ?? 34;
    this.bottom = this.height - (this.options.timeAxis ? AXIS_HEIGHT : 8);
    let [low, high] = this.options.range(this.first, this.last);
    if (!(high > low)) [low, high] = [low - Math.abs(low) * 0.01 - 1e-9, high + Math.abs(high) * 0.01 + 1e-9];
    this.low = low;
    this.high = high;
    this.paintGrid();
    const context = this.context;
    context.save();
    context.beginPath();
    context.rect(0, 0, this.plotWidth, this.height);
    context.clip();
    this.options.paint(this);
    context.restore();
    if (this.cursor !== null) this.paintCursor();
  }

  paintGrid() {
    const { context, colours } = this;
    context.font = "11.5px system-ui, sans-serif";
    context.lineWidth = 1;
    context.strokeStyle = colours.line;
    context.fillStyle = colours.soft;
    context.textBaseline = "middle";
    context.textAlign = "left";
    const step = niceStep(this.low, this.high, (this.bottom - this.top) / 46);
    const decimals = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)));
    for (let n = Math.ceil(this.low / step); n * step <= this.high; n++) {
      const y = Math.round(this.y(n * step)) + 0.5;
      context.globalAlpha = 0.7;
      context.beginPath();
      context.moveTo(0, y);
      context.lineTo(this.plotWidth, y);
      context.stroke();
      context.globalAlpha = 1;
      context.fillText(this.options.label(n * step || 0, decimals), this.plotWidth + 9, y);
    }
    this.paintTimes();
  }

  paintTimes() {
    const { context, colours } = this;
    const wanted = Math.max(2, Math.floor(this.plotWidth / 120));
    context.textAlign = "center";
    for (let n = 0; n < wanted; n++) {
      const bar = Math.floor(this.view.from + ((n + 0.5) / wanted) * this.view.width);
      const x = Math.round(this.x(bar)) + 0.5;
      context.globalAlpha = 0.4;
      context.strokeStyle = colours.line;
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, this.bottom);
      context.stroke();
      context.globalAlpha = 1;
      if (this.options.timeAxis) context.fillText(this.options.time(bar), x, this.bottom + AXIS_HEIGHT / 2 + 1);
    }
  }

  paintCursor() {
    const { context, colours } = this;
    const x = Math.round(this.x(this.cursor + 0.5)) + 0.5;
    if (x < 0 || x > this.plotWidth) return;
    context.strokeStyle = colours.soft;
    context.setLineDash([3, 4]);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, this.bottom);
    context.stroke();
    context.setLineDash([]);
  }

  /** A polyline through `values`, thinned to the extremes of each pixel column. */
  line(values, colour, dash = [], width = 1.6) {
    const { context } = this;
    context.beginPath();
    this.trace(values);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineJoin = "round";
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  /** The area between `values` and `base`, in a gradient. */
  area(values, base, colour, strength) {
    const { context } = this;
    const gradient = context.createLinearGradient(0, this.top, 0, this.bottom);
    const [near, far] = base > (this.low + this.high) / 2 ? [0.05, strength] : [strength, 0];
    gradient.addColorStop(0, this.faded(colour, near));
    gradient.addColorStop(1, this.faded(colour, far));
    context.beginPath();
    this.trace(values);
    context.lineTo(this.x(this.last - 0.5), this.y(base));
    context.lineTo(this.x(this.first + 0.5), this.y(base));
    context.closePath();
    context.fillStyle = gradient;
    context.fill();
  }

  faded(colour, alpha) {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return `rgba(${r}, ${g}, ${b}, ${alpha})`;
  }

  trace(values) {
    const { context } = this;
    const perPixel = this.view.width / this.plotWidth;
    let started = false;
    const put = (bar, value) => {
      const [x, y] = [this.x(bar + 0.5), this.y(value)];
      if (started) context.lineTo(x, y);
      else context.moveTo(x, y);
      started = true;
    };
    if (perPixel <= 2) {
      for (let bar = this.first; bar < this.last; bar++) put(bar, values[bar]);
      return;
    }
    for (let start = this.first; start < this.last; start += perPixel) {
      const from = Math.floor(start);
      const end = Math.min(this.last, Math.floor(start + perPixel));
      let least = from;
      let most = from;
      for (let bar = from; bar < end; bar++) {
        if (values[bar] < values[least]) least = bar;
        if (values[bar] > values[most]) most = bar;
      }
      put(Math.min(least, most), values[Math.min(least, most)]);
      put(Math.max(least, most), values[Math.max(least, most)]);
    }
    if (this.last > this.first) put(this.last - 1, values[this.last - 1]);
  }
}
