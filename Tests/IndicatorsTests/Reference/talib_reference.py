"""Computes reference values with TA-Lib (PyPI `ta-lib`) for the Swift tests.

usage: talib_reference.py DATA_DIRECTORY OUTPUT_DIRECTORY ROWS < requests

Writes for each data set NAME that can be had:
  NAME.candles  open, high, low, close, volume: five columns of ROWS (or fewer) doubles
  NAME.values   for each request, one line `name argument…`, its columns in the order of the Swift catalog
Doubles are in the machine's own byte order. The names of the data sets go to standard output, one a line.
"""

import csv
import gzip
import itertools
import pathlib
import sys

import numpy as np
import talib

FILES = {
    "binance_btcusdt_1h": "binance_btcusdt_1h.csv.gz",
    "bitfinex_ethusd_1m_sparse": "bitfinex_ethusd_1m_2016_sparse.csv.gz",
}
# For the slow drift of running sums, where many rows are asked for.
LONG_FILES = {"bitfinex_btcusd_1m": "bitfinex_btcusd_1m_2018-2019.csv.gz"}


def read(path, rows):
    with gzip.open(path, "rt", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        table = [[float(field) for field in row[1:6]] for row in itertools.islice(reader, rows)]
    return np.ascontiguousarray(np.array(table).T)


def coarse(rows):
    """Prices in few steps, with candles without range and without volume: ties and divisions by zero."""
    generator = np.random.default_rng(7)
    steps = generator.integers(-1, 2, rows) * (generator.random(rows) < 0.5)
    steps[rows // 3 : rows // 3 + 200] = 0
    close = 100 + 0.5 * np.cumsum(steps)
    close += 0.5 * np.ceil(max(0, 10 - close.min()) * 2)
    open = np.concatenate(([close[0]], close[:-1]))
    wick = 0.5 * generator.integers(0, 2, (2, rows))
    wick[:, rows // 3 : rows // 3 + 200] = 0
    volume = generator.integers(0, 4, rows).astype(float)
    volume[0] = 2
    return np.array([open, np.maximum(open, close) + wick[0], np.minimum(open, close) - wick[1], close, volume])


def of_close(function, *extra):
    return lambda c, *arguments: function(c[3], *arguments, *extra)


def of_candles(function, columns, *extra):
    places = ["ohlcv".index(letter) for letter in columns]
    return lambda c, *arguments: function(*[c[place] for place in places], *arguments, *extra)


def directional(c, period):
    return talib.ADX(c[1], c[2], c[3], period), talib.PLUS_DI(c[1], c[2], c[3], period), talib.MINUS_DI(
        c[1], c[2], c[3], period
    )


def aroon(c, period):
    down, up = talib.AROON(c[1], c[2], period)
    return up, down


def rows_of(function):
    def values(c, period):
        rows = function(c[3], period).astype(float)
        rows[: period - 1] = np.nan
        return rows

    return values


def supertrend(c, period, factor):
    line, direction = talib.SUPERTREND(c[1], c[2], c[3], period, factor)
    direction = np.where(np.isnan(line), np.nan, direction.astype(float))
    return line, direction


def bands(c, period, up, down):
    return talib.BBANDS(c[3], period, up, down, 0)


REFERENCES = {
    "bbands": bands,
    "adx": directional,
    "aroon": aroon,
    "supertrend": supertrend,
    "maxindex": rows_of(talib.MAXINDEX),
    "minindex": rows_of(talib.MININDEX),
    "highest": of_close(talib.MAX),
    "lowest": of_close(talib.MIN),
    "donchian": of_candles(talib.DONCHIAN, "hl"),
    "keltner": lambda c, period, factor, range_period: talib.KC(c[1], c[2], c[3], period, range_period, factor),
    "accbands": of_candles(talib.ACCBANDS, "hlc"),
    "var": of_close(talib.VAR, 1.0),
    "correl": lambda c, period: talib.CORREL(c[1], c[2], period),
    "beta": lambda c, period: talib.BETA(c[1], c[2], period),
    "apo": of_close(talib.APO, 1),
    "ppo": of_close(talib.PPO, 1),
    "pvo": of_candles(talib.PVO, "v", 1),
    "stoch": lambda c, k, slow_k, slow_d: talib.STOCH(c[1], c[2], c[3], k, slow_k, 0, slow_d, 0),
    "stochf": lambda c, k, d: talib.STOCHF(c[1], c[2], c[3], k, d, 0),
    "stochrsi": lambda c, period, k, d: talib.STOCHRSI(c[3], period, k, d, 0),
    "elder_ray": of_candles(talib.ERI, "hlc"),
    "heikin_ashi": of_candles(talib.HA, "ohlc"),
    "vwma": of_candles(talib.VWMA, "cv"),
    "coppock": of_close(talib.COPPOCK),
}
for name in (
    "sma ema zlema cmou wma dema tema trima kama hma t3 rma rsi cmo macd mom roc rocp rocr rocr100 trix tsi er sum "
    "midpoint stddev avgdev linearreg linearreg_slope linearreg_angle linearreg_intercept tsf"
).split():
    REFERENCES[name] = of_close(getattr(talib, name.upper()))
for name, columns in {
    "trange": "hlc", "atr": "hlc", "natr": "hlc", "adxr": "hlc", "dx": "hlc", "plus_di": "hlc", "minus_di": "hlc",
    "plus_dm": "hl", "minus_dm": "hl", "sar": "hl", "vortex": "hlc", "willr": "hlc", "cci": "hlc", "ultosc": "hlc",
    "bop": "ohlc", "aroonosc": "hl", "ao": "hl", "ac": "hl", "massi": "hl", "qstick": "oc", "imi": "oc", "obv": "cv", "ad": "hlcv",
    "adosc": "hlcv", "cmf": "hlcv", "mfi": "hlcv", "pvt": "cv", "nvi": "cv", "pvi": "cv", "efi": "cv",
    "marketfi": "hlv", "midprice": "hl", "adr": "hl", "avgprice": "ohlc", "medprice": "hl",
    "typprice": "hlc", "wclprice": "hlc", "vwap": "hlcv",
}.items():
    REFERENCES[name] = of_candles(getattr(talib, name.upper()), columns)


def number(text):
    value = float(text)
    return int(value) if value.is_integer() and "." not in text else value


def main():
    data, output, rows = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    requests = [line.split() for line in sys.stdin if line.strip()]
    files = FILES | (LONG_FILES if rows > 10_000 else {})
    sets = {name: read(data / file, rows) for name, file in files.items() if (data / file).exists()}
    sets["coarse_steps"] = coarse(min(rows, 1500))
    # The prices of a coin worth billionths of another: no threshold may be in units of price.
    sets["small_prices"] = coarse(min(rows, 1500)) * np.array([[1e-9]] * 4 + [[1.0]])
    sets["still"] = np.array([[100.0] * 300] * 4 + [[5.0] * 300])
    sets["still_without_volume"] = np.array([[100.0] * 300] * 4 + [[0.0] * 300])
    for name, candles in sets.items():
        candles.tofile(output / f"{name}.candles")
        with open(output / f"{name}.values", "wb") as file:
            for indicator, *arguments in requests:
                try:
                    values = REFERENCES[indicator](candles, *map(number, arguments))
                except Exception as error:
                    sys.exit(f"{indicator} {' '.join(arguments)}: {error}")
                for column in values if isinstance(values, tuple) else (values,):
                    np.asarray(column, dtype=float).tofile(file)
        print(name)


main()
