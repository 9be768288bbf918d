#!/usr/bin/env bash
# compilers.sh SOURCE_DIR: GCC and Clang, at -O1 and -O3, on every instruction set of this machine, leave the same
# parameters after the same steps.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for compiler in gcc clang; do
  command -v $compiler >/dev/null || { echo "$compiler is not installed: nothing to compare with"; exit 1; }
  for level in -O1 -O3; do
    build=$work/$compiler$level
    cmake -S "$source" -B "$build" -DCMAKE_C_COMPILER=$compiler -DDEWPOINT_KERNEL_LEVEL=$level >/dev/null
    cmake --build "$build" --parallel "$(nproc)" --target dewpoint >/dev/null
    "$build/bin/dewpoint" bench --seconds 0.01 | awk 'length($NF) == 16 && $NF ~ /^[0-9a-f]+$/ { print $1, $2, $NF }' >"$build.hashes"
    echo "$compiler $level: $(wc -l <"$build.hashes") hashes"
    [ -s "$build.hashes" ]
    cmp "$work/gcc-O1.hashes" "$build.hashes"
  done
done
