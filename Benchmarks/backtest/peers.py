"""The EMA cross of strategies/ema_cross.lua in `backtesting` and `vectorbt`, measured in CPU seconds.

    peers.py backtesting|vectorbt FILE.csv.gz [--candles N]
    peers.py backtesting-grid|vectorbt-grid FILE.csv.gz [--candles N]

Prints one JSON object: import, load, cold and warm run in CPU seconds of this process, candles, trades, return.
"""

import argparse
import json
import sys
import time

clock = time.process_time


def load(path, count):
    import pandas

    frame = pandas.read_csv(path, nrows=count)
    frame.index = pandas.to_datetime(frame.pop("open_time"), unit="ms")
    frame.columns = [name.capitalize() for name in frame.columns]
    return frame


def ema(values, length):
    """Starts from the simple mean of the first `length` values, as TA-Lib does."""
    import numpy
    import pandas

    out = numpy.full(len(values), numpy.nan)
    seeded = numpy.asarray(values, dtype=float)[length - 1 :].copy()
    seeded[0] = numpy.mean(values[:length])
    out[length - 1 :] = pandas.Series(seeded).ewm(span=length, adjust=False).mean().to_numpy()
    return out


def grid():
    """A hundred pairs: ten fast lengths by ten slow ones."""
    return [(fast, slow) for fast in range(5, 55, 5) for slow in range(60, 260, 20)]


def with_backtesting(frame, pairs):
    from backtesting import Backtest, Strategy
    from backtesting.lib import crossover

    class EmaCross(Strategy):
        fast = 10
        slow = 20

        def init(self):
            self.quick = self.I(ema, self.data.Close, self.fast)
            self.calm = self.I(ema, self.data.Close, self.slow)

        def next(self):
            price = self.data.Close[-1]
            if not self.position:
                if crossover(self.quick, self.calm):
                    self.buy(size=0.1, sl=price * 0.98, tp=price * 1.04)
            elif crossover(self.calm, self.quick):
                self.position.close()

    # It trades whole units only: with cash in plenty a unit is small against a tenth of it.
    test = Backtest(frame, EmaCross, cash=10_000_000, commission=0.001)
    if not pairs:
        start = clock()
        stats = test.run()
        return [clock() - start], int(stats["# Trades"]), float(stats["Return [%]"])
    start = clock()
    for fast, slow in pairs:
        stats = test.run(fast=fast, slow=slow)
    return [clock() - start], int(stats["# Trades"]), float(stats["Return [%]"])


def with_vectorbt(frame, pairs):
    import numpy
    import vectorbt

    close = frame["Close"]

    def run():
        chosen = pairs or [(10, 20)]
        lengths = {length: ema(close.to_numpy(), length) for pair in chosen for length in pair}
        quick = numpy.column_stack([lengths[fast] for fast, _ in chosen])
        calm = numpy.column_stack([lengths[slow] for _, slow in chosen])
        above = numpy.nan_to_num(quick > calm)
        up = numpy.zeros_like(above)
        down = numpy.zeros_like(above)
        up[1:] = above[1:] & ~above[:-1]
        down[1:] = ~above[1:] & above[:-1]
        # Decided at a close, filled at the next open.
        up[1:], down[1:] = up[:-1].copy(), down[:-1].copy()
        up[0] = down[0] = False
        portfolio = vectorbt.Portfolio.from_signals(
            close, entries=up, exits=down, price=frame["Open"], open=frame["Open"], high=frame["High"],
            low=frame["Low"], size=0.1, size_type="percent", fees=0.001, sl_stop=0.02, tp_stop=0.04,
            init_cash=10_000, freq="1min",
        )
        count = int(numpy.asarray(portfolio.trades.count()).sum())
        return count, float(numpy.asarray(portfolio.total_return()).max() * 100)

    times = []
    for _ in range(2):
        start = clock()
        count, gain = run()
        times.append(clock() - start)
    return times, count, gain


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("peer")
    arguments.add_argument("file")
    arguments.add_argument("--candles", type=int)
    options = arguments.parse_args()
    name, _, kind = options.peer.partition("-")
    start = clock()
    __import__(name)
    imported = clock()
    frame = load(options.file, options.candles)
    loaded = clock()
    runs = {"backtesting": with_backtesting, "vectorbt": with_vectorbt}
    times, trades, gain = runs[name](frame, grid() if kind == "grid" else None)
    json.dump(
        {
            "candles": len(frame), "import": imported - start, "load": loaded - imported, "cold": times[0],
            "warm": times[-1], "trades": trades, "return_pct": gain,
        },
        sys.stdout,
    )


main()
