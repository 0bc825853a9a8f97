#!/bin/sh
# Builds and runs the sandbox's micro-benchmark against the sources of Sources/CLuaHost.
set -eu
cd "$(dirname "$0")/../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cc -std=gnu17 -O2 $(pkg-config --cflags lua5.4) -ISources/CLuaHost/include \
    Benchmarks/sandbox/sandbox.c Sources/CLuaHost/*.c $(pkg-config --libs lua5.4) -lm -o "$out/sandbox"
"$out/sandbox"
