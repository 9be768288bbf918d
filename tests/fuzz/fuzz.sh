#!/usr/bin/env bash
# fuzz.sh FUZZER SEEDS RUNS: RUNS executions of a fuzzer from the files in SEEDS, under ASan and UBSan. Any report fails. For
# fuzz_h5 only those count that begin in our code: HDF5 itself does not survive every damaged file, so its crashes are
# passed over, each in a process of its own.
set -euo pipefail
fuzzer=$1 seeds=$2 runs=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/corpus"
options=(-runs="$runs" -seed=1 -timeout=60 -rss_limit_mb=4000 -max_len=20000 -artifact_prefix="$work/")
if [[ $fuzzer != */fuzz_h5 ]]; then
  "$fuzzer" "${options[@]}" "$work/corpus" "$seeds" >"$work/log" 2>&1 || { tail -60 "$work/log"; exit 1; }
  tail -1 "$work/log"
  exit
fi

export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
# One process after another, until all executions are made: each goes on where a crash ended the one before.
made=0 seed=1 crashes=0
while [ "$made" -lt "$runs" ]; do
  code=0
  "$fuzzer" "${options[@]}" -runs=$((runs - made < 5000 ? runs - made : 5000)) -seed=$seed "$work/corpus" "$seeds" >"$work/log" 2>&1 || code=$?
  last=$(grep -oE '^#[0-9]+' "$work/log" | tail -1)
  last=${last#\#}
  made=$((made + ${last:-0} + 1)) seed=$((seed + 1))
  [ $code -ne 0 ] || continue
  crashes=$((crashes + 1))
  # The first frame that is HDF5's or ours says whose fault it is; those before are of the sanitizers and the C library.
  frame=$(grep -E '^ +#[0-9]+ .*(libhdf5|/src/(inputs|hdf5|core)/|/tests/fuzz/[a-z_0-9]+\.c:)' "$work/log" | head -1 || true)
  if [[ $frame != *libhdf5* ]] && ! grep -q 'out-of-memory (used' "$work/log"; then
    tail -60 "$work/log"
    exit 1
  fi
done
echo "$made executions, $crashes crashes inside HDF5"
