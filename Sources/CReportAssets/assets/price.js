// The price chart: candles, entries and exits.

/** Draws the candles in view; many bars in one pixel become one bar from lowest to highest. */
function paintCandles(chart, bars) {
  const { context, colours } = chart;
  const width = chart.plotWidth / chart.view.width;
  const step = width >= 3 ? 1 : Math.max(1, 3 / width);
  const shapes = [[colours.good, []], [colours.danger, []]];
  for (let start = chart.first; start < chart.last; start += step) {
    const from = Math.floor(start);
    const end = Math.max(from + 1, Math.min(chart.last, Math.floor(start + step)));
    let low = bars.low[from];
    let high = bars.high[from];
    for (let bar = from + 1; bar < end; bar++) {
      if (bars.low[bar] < low) low = bars.low[bar];
      if (bars.high[bar] > high) high = bars.high[bar];
    }
    const rises = bars.close[end - 1] >= bars.open[from];
    shapes[rises ? 0 : 1][1].push([(from + end) / 2, low, high, bars.open[from], bars.close[end - 1]]);
  }
  const body = Math.max(1, Math.min(13, (step === 1 ? width : 3) * 0.7));
  for (const [colour, list] of shapes) {
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 1;
    context.beginPath();
    for (const [middle, low, high] of list) {
      const x = Math.round(chart.x(middle)) + 0.5;
      context.moveTo(x, chart.y(high));
      context.lineTo(x, chart.y(low) + 0.5);
    }
    context.stroke();
    for (const [middle, , , open, close] of list) {
      const top = chart.y(Math.max(open, close));
      context.fillRect(chart.x(middle) - body / 2, top, body, Math.max(1, chart.y(Math.min(open, close)) - top));
    }
  }
}

function triangle(context, x, y, up, size) {
  const turn = up ? 1 : -1;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - size, y + turn * size * 1.5);
  context.lineTo(x + size, y + turn * size * 1.5);
  context.closePath();
}

function tradesInView(trades, first, last) {
  return trades.filter((trade) => trade.exitBar >= first && trade.entryBar < last);
}

/** Whether there are too many trades to mark each of them. */
const isDense = (chart, seen) => seen.length > chart.plotWidth / 3;

/** Entries as triangles, exits as squares, joined by a line in the colour of the result. */
function paintTrades(chart, trades, selected) {
  const { context, colours } = chart;
  const seen = tradesInView(trades, chart.first, chart.last);
  if (isDense(chart, seen)) {
    paintDensity(chart, seen);
    return;
  }
  const size = Math.min(5.5, Math.max(2.4, (chart.plotWidth / Math.max(1, seen.length)) * 0.5));
  for (const trade of seen) {
    const [x1, y1] = [chart.x(trade.entryBar + 0.5), chart.y(trade.entryPrice)];
    const [x2, y2] = [chart.x(trade.exitBar + 0.5), chart.y(trade.exitPrice)];
    const colour = trade.profit >= 0 ? colours.good : colours.bad;
    context.strokeStyle = colour;
    context.lineWidth = trade.id === selected ? 2.5 : 1.2;
    context.setLineDash(trade.id === selected ? [] : [4, 3]);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = trade.long ? colours.primary : colours.hold;
    context.strokeStyle = colours.card;
    context.lineWidth = 1.5;
    triangle(context, x1, y1 + (trade.long ? 4 : -4), trade.long, trade.id === selected ? size * 1.5 : size);
    context.fill();
    context.stroke();
    const half = (trade.id === selected ? size * 1.4 : size) * 0.72;
    context.fillStyle = colour;
    context.beginPath();
    context.rect(x2 - half, y2 - half, half * 2, half * 2);
    context.fill();
    context.stroke();
  }
}

/** Too many trades for marks: how many gained and lost in each stretch, at the foot of the chart. */
function paintDensity(chart, trades) {
  const { context, colours } = chart;
  const columns = Math.ceil(chart.plotWidth / 3);
  const gained = new Uint32Array(columns);
  const lost = new Uint32Array(columns);
  for (const trade of trades) {
    const column = Math.min(columns - 1, Math.max(0, Math.floor(chart.x(trade.exitBar + 0.5) / 3)));
    (trade.profit >= 0 ? gained : lost)[column] += 1;
  }
  const most = Math.max(1, ...gained.map((count, column) => count + lost[column]));
  for (let column = 0; column < columns; column++) {
    const up = (gained[column] / most) * 46;
    const down = (lost[column] / most) * 46;
    context.globalAlpha = 0.85;
    context.fillStyle = colours.bad;
    context.fillRect(column * 3, chart.bottom - down, 2, down);
    context.fillStyle = colours.primary;
    context.fillRect(column * 3, chart.bottom - down - up, 2, up);
  }
  context.globalAlpha = 1;
}
