#!/bin/sh
# Rows that failed, and rows that were damaged, are trained again by the next job; rows that are done are not.
. "$(dirname "$0")/common.sh"
: "${FAIL_ROW:?}" "${PYTHON:?}"

expect 0 "$DEWPOINT" run small.yaml -o whole.h5
cp whole.h5 f.h5
expect 0 "$FAIL_ROW" f.h5 5
expect 0 "$DEWPOINT" status f.h5
says '^ *failed +1$' out.txt
says '^runs +179 of 180' out.txt
expect 0 "$DEWPOINT" run small.yaml -o f.h5
says '179 of 180 runs are there' err.txt
says ' 0 failed' out.txt
expect 0 "$SAME" whole.h5 f.h5

cp whole.h5 d.h5
"$PYTHON" -c 'import h5py; h5py.File("d.h5", "r+")["rd_w"][7] *= 1.5' || fail "h5py cannot change a number"
expect 1 "$DEWPOINT" verify d.h5
expect 1 "$DEWPOINT" status d.h5
says '^damaged +1 ' out.txt
expect 1 "$DEWPOINT" phase d.h5
says 'differs from its checksum' err.txt
expect 0 "$DEWPOINT" run small.yaml -o d.h5
says '1 row differs from its checksum; damaged rows are trained again' err.txt
expect 0 "$SAME" whole.h5 d.h5
expect 0 "$DEWPOINT" verify d.h5

# an attribute that was changed by hand is no attribute of this store
cp whole.h5 a.h5
"$PYTHON" -c 'import h5py; h5py.File("a.h5", "r+").attrs.modify("ranks", 7)' || fail "h5py cannot change an attribute"
expect 1 "$DEWPOINT" status a.h5
says 'a.h5: damaged: its attributes differ from their checksum' err.txt
cp whole.h5 a.h5
"$PYTHON" -c 'import h5py; h5py.File("a.h5", "r+").attrs.modify("store_format", 3)' || fail "h5py cannot change an attribute"
expect 2 "$DEWPOINT" status a.h5
says 'a.h5: in store format 3; this dewpoint reads format 2' err.txt
# nor is an HDF5 file of another program a store
"$PYTHON" -c 'import h5py; h5py.File("other.h5", "w")["a"] = 1' || fail "h5py cannot make a file"
expect 2 "$DEWPOINT" status other.h5
says "other.h5: not a store of dewpoint's" err.txt
# nor is a coordinate of a run that has not been trained
expect 75 "$DEWPOINT" run small.yaml -o p.h5 --time-budget 0.00001
"$PYTHON" -c 'import h5py; h5py.File("p.h5", "r+")["gamma"][7] = 9' || fail "h5py cannot change a number"
expect 1 "$DEWPOINT" verify p.h5
says 'p.h5: damaged: the coordinates of its runs differ from their checksum' err.txt

# Small networks are trained side by side, and each is told its share of the time.
begin=$(date +%s%N)
expect 0 "$DEWPOINT" run small.yaml -o t.h5 --set 'width=[10]' --set max_steps=200000 --set stop_loss=0
"$PYTHON" - $(($(date +%s%N) - begin)) <<'PY' || fail "the runs' times do not add up to the job's"
import sys
import h5py
times, job = h5py.File("t.h5")["wall_time"][:], int(sys.argv[1]) / 1e9
sys.exit(not (times.min() > 0 and times.sum() < job))
PY
