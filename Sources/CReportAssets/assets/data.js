// Reads the page's data block: columns of integers as base64 of zigzag LEB128, most of them differences.

/** Integers of a column; `count` of them. Sums of differences stay below 2^53. */
function integers(text, count) {
  const raw = atob(text);
  const out = new Float64Array(count);
  let at = 0;
  for (let row = 0; row < count; row++) {
    let value = 0;
    let scale = 1;
    let byte;
    do {
      byte = raw.charCodeAt(at++);
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte >= 128);
    out[row] = value % 2 ? -(value + 1) / 2 : value / 2;
  }
  return out;
}

/** Running sums of differences, times `unit`, plus `start`. */
function sums(differences, unit, start) {
  const out = new Float64Array(differences.length);
  let total = 0;
  for (let row = 0; row < out.length; row++) {
    total += differences[row];
    out[row] = start + total * unit;
  }
  return out;
}

/** The bars of the chart: each holds `data.bucket` candles. */
function readBars(data) {
  const count = data.count;
  const columns = data.columns;
  const tick = 10 ** -data.priceDecimals;
  const time = sums(integers(columns.time, count), data.timeUnit, data.start);
  const opens = integers(columns.open, count);
  const highs = integers(columns.high, count);
  const lows = integers(columns.low, count);
  const closes = integers(columns.close, count);
  const bars = {
    count, time,
    open: new Float64Array(count), high: new Float64Array(count),
    low: new Float64Array(count), close: new Float64Array(count),
    equity: sums(integers(columns.equity, count), 10 ** -data.moneyDecimals, 0),
    drawdown: integers(columns.drawdown, count).map((value) => value / 10000),
    hold: new Float64Array(count),
  };
  let last = 0;
  for (let row = 0; row < count; row++) {
    const open = last + opens[row];
    const close = open + closes[row];
    bars.open[row] = open * tick;
    bars.close[row] = close * tick;
    bars.high[row] = (Math.max(open, close) + highs[row]) * tick;
    bars.low[row] = (Math.min(open, close) - lows[row]) * tick;
    bars.hold[row] = data.hold.cash + data.hold.quantity * bars.close[row];
    last = close;
  }
  return bars;
}

/** Index of the bar that holds `time`: the last one that opens at or before it. */
function barAt(bars, time) {
  let low = 0;
  let high = bars.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (bars.time[middle] <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Rows of the trade list. */
function readTrades(data, bars) {
  const list = data.trades;
  return list.id.map((id, row) => ({
    id,
    long: list.side[row] > 0,
    quantity: list.quantity[row],
    entryTime: list.entryTime[row],
    entryPrice: list.entryPrice[row],
    exitTime: list.exitTime[row],
    exitPrice: list.exitPrice[row],
    fees: list.fees[row],
    profit: list.profit[row],
    profitPct: list.profitPct[row],
    bars: list.bars[row],
    reason: list.reasons[list.reason[row]],
    entryBar: barAt(bars, list.entryTime[row]),
    exitBar: barAt(bars, list.exitTime[row]),
  }));
}
