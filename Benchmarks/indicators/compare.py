"""Times TA-Lib and our indicators over the same columns; see `run`.

usage: compare.py INDICATOR_BENCH CANDLES
"""

import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import talib

RUNS = 7

# Ours with its arguments -> TA-Lib's function, the columns it reads, its arguments.
INDICATORS = {
    "sma 30": ("SMA", "c", 30), "ema 30": ("EMA", "c", 30), "wma 30": ("WMA", "c", 30),
    "dema 30": ("DEMA", "c", 30), "tema 30": ("TEMA", "c", 30), "trima 30": ("TRIMA", "c", 30),
    "kama 30": ("KAMA", "c", 30), "hma 20": ("HMA", "c", 20), "t3 5 0.7": ("T3", "c", 5, 0.7),
    "rma 30": ("RMA", "c", 30), "zlema 30": ("ZLEMA", "c", 30), "vwma 30": ("VWMA", "cv", 30), "vwap": ("VWAP", "hlcv"),
    "bbands 20 2": ("BBANDS", "c", 20, 2.0, 2.0, 0), "donchian 20": ("DONCHIAN", "hl", 20),
    "keltner 20 2 10": ("KC", "hlc", 20, 10, 2.0), "accbands 20": ("ACCBANDS", "hlc", 20),
    "trange": ("TRANGE", "hlc"), "atr 14": ("ATR", "hlc", 14), "natr 14": ("NATR", "hlc", 14), "adr 14": ("ADR", "hl", 14),
    "adx 14": ("ADX", "hlc", 14), "adxr 14": ("ADXR", "hlc", 14), "dx 14": ("DX", "hlc", 14),
    "plus_di 14": ("PLUS_DI", "hlc", 14), "minus_di 14": ("MINUS_DI", "hlc", 14), "plus_dm 14": ("PLUS_DM", "hl", 14),
    "minus_dm 14": ("MINUS_DM", "hl", 14), "sar 0.02 0.2": ("SAR", "hl", 0.02, 0.2),
    "supertrend 10 3": ("SUPERTREND", "hlc", 10, 3.0), "vortex 14": ("VORTEX", "hlc", 14), "heikin_ashi": ("HA", "ohlc"),
    "rsi 14": ("RSI", "c", 14), "stochrsi 14 5 3": ("STOCHRSI", "c", 14, 5, 3, 0),
    "stoch 14 3 3": ("STOCH", "hlc", 14, 3, 0, 3, 0), "stochf 14 3": ("STOCHF", "hlc", 14, 3, 0),
    "willr 14": ("WILLR", "hlc", 14), "macd 12 26 9": ("MACD", "c", 12, 26, 9), "apo 12 26": ("APO", "c", 12, 26, 1),
    "ppo 12 26": ("PPO", "c", 12, 26, 1), "cci 14": ("CCI", "hlc", 14), "cmo 14": ("CMO", "c", 14),
    "cmou 14": ("CMOU", "c", 14), "imi 14": ("IMI", "oc", 14),
    "ultosc 7 14 28": ("ULTOSC", "hlc", 7, 14, 28), "bop": ("BOP", "ohlc"), "aroon 14": ("AROON", "hl", 14),
    "aroonosc 14": ("AROONOSC", "hl", 14), "mom 10": ("MOM", "c", 10), "roc 10": ("ROC", "c", 10),
    "rocp 10": ("ROCP", "c", 10), "rocr 10": ("ROCR", "c", 10), "rocr100 10": ("ROCR100", "c", 10),
    "trix 30": ("TRIX", "c", 30), "tsi 25 13": ("TSI", "c", 25, 13), "ao 5 34": ("AO", "hl", 5, 34),
    "ac 5 34 5": ("AC", "hl", 5, 34, 5), "coppock 10 11 14": ("COPPOCK", "c", 10, 11, 14), "er 10": ("ER", "c", 10),
    "massi 9 25": ("MASSI", "hl", 9, 25), "elder_ray 13": ("ERI", "hlc", 13), "qstick 10": ("QSTICK", "oc", 10),
    "obv": ("OBV", "cv"), "ad": ("AD", "hlcv"), "adosc 3 10": ("ADOSC", "hlcv", 3, 10), "cmf 20": ("CMF", "hlcv", 20),
    "mfi 14": ("MFI", "hlcv", 14), "pvt": ("PVT", "cv"), "nvi": ("NVI", "cv"), "pvi": ("PVI", "cv"),
    "efi 13": ("EFI", "cv", 13), "pvo 12 26": ("PVO", "v", 12, 26, 1), "marketfi": ("MARKETFI", "hlv"),
    "sum 30": ("SUM", "c", 30), "highest 30": ("MAX", "c", 30), "lowest 30": ("MIN", "c", 30),
    "maxindex 30": ("MAXINDEX", "c", 30), "minindex 30": ("MININDEX", "c", 30), "midpoint 14": ("MIDPOINT", "c", 14),
    "midprice 14": ("MIDPRICE", "hl", 14), "var 5": ("VAR", "c", 5, 1.0), "stddev 5 1": ("STDDEV", "c", 5, 1.0),
    "avgdev 14": ("AVGDEV", "c", 14), "linearreg 14": ("LINEARREG", "c", 14),
    "linearreg_slope 14": ("LINEARREG_SLOPE", "c", 14), "linearreg_angle 14": ("LINEARREG_ANGLE", "c", 14),
    "linearreg_intercept 14": ("LINEARREG_INTERCEPT", "c", 14), "tsf 14": ("TSF", "c", 14),
    "correl 30": ("CORREL", "hl", 30), "beta 5": ("BETA", "hl", 5), "avgprice": ("AVGPRICE", "ohlc"),
    "medprice": ("MEDPRICE", "hl"), "typprice": ("TYPPRICE", "hlc"), "wclprice": ("WCLPRICE", "hlc"),
}


def random_walk(count):
    """Open, high, low, close and volume of a seeded random walk around 10,000."""
    generator = np.random.default_rng(1)
    close = 10_000 * np.cumprod(1 + 0.002 * (generator.random(count) - 0.5))
    open = np.concatenate(([10_000.0], close[:-1]))
    high = np.maximum(open, close) * (1 + 0.001 * generator.random(count))
    low = np.minimum(open, close) * (1 - 0.001 * generator.random(count))
    return np.array([open, high, low, close, 100 * generator.random(count)])


def time_talib(candles, name, letters, *arguments):
    """Nanoseconds of CPU time a candle, the best of the runs."""
    function = getattr(talib, name)
    columns = [candles["ohlcv".index(letter)] for letter in letters]
    best = float("inf")
    for _ in range(RUNS):
        start = time.process_time_ns()
        function(*columns, *arguments)
        best = min(best, time.process_time_ns() - start)
    return best / candles.shape[1]


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    candles = random_walk(count)
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "candles"
        candles.tofile(path)
        answer = subprocess.run(
            [program, str(path)], input="\n".join(INDICATORS), capture_output=True, text=True, check=True
        )
    ours = {name: (float(column), float(row)) for name, column, row in
            (line.rsplit(" ", 2) for line in answer.stdout.splitlines())}
    rows = []
    for indicator, reference in INDICATORS.items():
        theirs = time_talib(candles, *reference)
        mine, by_row = ours[indicator]
        rows.append((mine / theirs, indicator, mine, theirs, by_row))
    print(f"{count} candles, nanoseconds of CPU time a candle, best of {RUNS}; TA-Lib {talib.__version__}\n")
    print(f"| {'indicator':22} | ours | TA-Lib | ratio | ours, a row a call |")
    print(f"|{'-' * 24}|-----:|-------:|------:|-------------------:|")
    for ratio, indicator, mine, theirs, by_row in sorted(rows, key=lambda row: -row[0]):
        print(f"| {indicator:22} | {mine:4.1f} | {theirs:6.1f} | {ratio:5.2f} | {by_row:18.1f} |")
    within = sum(ratio <= 1.5 for ratio, *_ in rows)
    print(f"\n{within} of {len(rows)} within 1.5 times TA-Lib's time.")


main()
