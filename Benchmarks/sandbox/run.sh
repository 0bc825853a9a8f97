#!/bin/sh
# Builds and runs the sandbox's micro-benchmark against the sources of Sources/CLuaHost.
set -eu
cd "$(dirname "$0")/../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cc -std=gnu17 -O2 -ISources/CLuaHost/include \
    Benchmarks/sandbox/sandbox.c Sources/CLuaHost/*.c -l:liblua5.4.a -lm -ldl -o "$out/sandbox"
"$out/sandbox"
