"""Runs ours and the peers one after the other and prints bars a CPU second and ratios.

    compare.py ARISTOBOT BACKTEST_BENCH STRATEGY.lua FILE.csv.gz

All times are CPU seconds (user and system) of a child process, so that a shared machine disturbs them least.
"""

import json
import os
import pathlib
import resource
import subprocess
import sys

PROGRAM, BENCH, STRATEGY, FILE = sys.argv[1:5]
PEERS = pathlib.Path(__file__).with_name("peers.py")
GRID_CANDLES = 100_000


def run(*command, lines=False):
    """What the child printed, its CPU seconds, and its largest memory in MiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    out = [json.loads(line) for line in child.stdout.splitlines()] if lines else json.loads(child.stdout)
    return out, seconds, after.ru_maxrss / 1024


def table(rows, heads):
    rows = [heads] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        print("  ".join(cell.ljust(width) if place == 0 else cell.rjust(width)
                        for place, (cell, width) in enumerate(zip(row, widths))))
    print()


def thousands(value):
    return f"{value:,.0f}"


def single():
    """One strategy over all candles; best of three of ours, one run of the peers."""
    tries = [run(PROGRAM, "backtest", STRATEGY, "--candles", FILE, "--timeframe", "1m", "--fee", "0.001", "--json")
             for _ in range(3)]
    ours, whole, memory = min(tries, key=lambda one: one[1])
    bars = ours["candles"]
    rows = [["aristobot", f"{ours['cpu_seconds']:.3f}", thousands(bars / ours["cpu_seconds"]), "1.0",
             f"{whole:.2f}", thousands(bars / whole), "1.0", ours["trades"]]]
    for name in ["backtesting", "vectorbt"]:
        peer, seconds, _ = run(sys.executable, str(PEERS), name, FILE)
        kinds = [("cold", "first call"), ("warm", "second call")] if name == "vectorbt" else [("warm", "")]
        for kind, remark in kinds:
            rate = peer["candles"] / peer[kind]
            # A process that calls vectorbt once pays for its first call.
            total = seconds - peer["warm"] if name == "vectorbt" else seconds
            rows.append([f"{name} {remark}".strip(), f"{peer[kind]:.3f}", thousands(rate),
                         f"{bars / ours['cpu_seconds'] / rate:.2f}", f"{total:.2f}",
                         thousands(peer["candles"] / total), f"{bars / whole / (peer['candles'] / total):.1f}",
                         peer["trades"]])
    print(f"EMA cross over {thousands(bars)} candles; memory of the whole process {memory:.0f} MiB.")
    print("The ratios say how many times as fast ours is; below 1 it is slower.\n")
    table(rows, ["", "run, CPU s", "bars/s", "ratio", "process, CPU s", "bars/s", "ratio", "trades"])


def grid():
    """A hundred parameter pairs, both cores, one process."""
    short = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"aristobot-bench-{os.getpid()}.csv"
    import gzip

    with gzip.open(FILE, "rt") as source, short.open("w") as target:
        for number, line in enumerate(source):
            if number > GRID_CANDLES:
                break
            target.write(line)
    try:
        ours, whole, _ = run(PROGRAM, "optimize", STRATEGY, "--candles", str(short), "--timeframe", "1m", "--fee",
                             "0.001", "--param", "fast=5:50:5", "--param", "slow=60:194:14", "--json")
        rows = [["aristobot", len(ours["rows"]), f"{ours['cpu_seconds']:.2f}", f"{whole:.2f}", "1.0"]]
        names = ["vectorbt"] + (["backtesting"] if os.environ.get("BENCH_GRID") == "all" else [])
        for name in names:
            peer, seconds, _ = run(sys.executable, str(PEERS), name + "-grid", str(short))
            for kind in ["cold", "warm"] if name == "vectorbt" else ["warm"]:
                remark = {"cold": " first call", "warm": " second call"}[kind] if name == "vectorbt" else ""
                rows.append([name + remark, 100, f"{peer[kind]:.2f}", f"{seconds:.2f}" if kind != "cold" else "",
                             f"{peer[kind] / ours['cpu_seconds']:.2f}"])
    finally:
        short.unlink()
    print(f"A hundred pairs over {thousands(GRID_CANDLES)} candles.\n")
    table(rows, ["", "pairs", "run, CPU s", "process, CPU s", "ratio of the run"])


def scaling():
    lengths, _, _ = run(BENCH, "lengths", STRATEGY, FILE, lines=True)
    print("Cost by number of candles.\n")
    table([[thousands(one["candles"]), f"{one['cpu']:.3f}", f"{one['cpu'] / one['candles'] * 1e9:.0f}", one["trades"]]
           for one in lengths], ["candles", "CPU s", "ns a candle", "trades"])
    rows = []
    for count in [100, 1000, 10_000]:
        (one,), _, _ = run(BENCH, "instances", STRATEGY, str(count), lines=True)
        rows.append([thousands(count), f"{one['create_us']:.0f}", f"{one['fresh_bytes'] / 1024:.0f}",
                     f"{one['used_bytes'] / 1024:.0f}", f"{one['candle_us'] * 1000:.0f}",
                     f"{one['used_bytes'] * count / 2**20:.0f}"])
    print("Instances in one process, each asked on 1,000 candles.\n")
    table(rows, ["instances", "creation, µs", "KiB fresh", "KiB used", "ns a candle", "all, MiB"])


single()
grid()
scaling()
