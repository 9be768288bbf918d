#!/bin/sh
# Another sweep's store, a store that is being written, a file that is no store: refused, and left as they are.
. "$(dirname "$0")/common.sh"

expect 0 "$DEWPOINT" run small.yaml # the default name
[ -e small.h5 ] || fail "no small.h5"
cp small.h5 before.h5

expect 2 "$DEWPOINT" run small.yaml --set max_steps=301 -o small.h5
says 'max_steps' err.txt
says '301' err.txt
expect 2 "$MPIRUN" -n 2 "$DEWPOINT" run small.yaml --set width='[10, 100]' -o small.h5
says 'width' err.txt
[ "$(grep -c 'width' err.txt)" -eq 1 ] || fail "more than one rank complained"
# --extend is advised only if it would not lose runs
expect 2 "$DEWPOINT" run small.yaml --set gamma=0.77 -o small.h5
says 'it has finished runs that this sweep lacks \([0-9]+\); .* -o NEW --reuse small.h5' err.txt
grep -q -- '--extend' err.txt && fail "advises what would be refused"
expect 2 "$DEWPOINT" run small.yaml --set gamma=0.77 -o small.h5 --extend
expect 2 "$DEWPOINT" run small.yaml --set seed='{repeat: 50}' -o small.h5
says 'with the rows that it has: --extend' err.txt
cmp -s small.h5 before.h5 || fail "a refused sweep touched the store"
[ ! -e small.h5.lock ] || fail "a refused sweep left its lock"

echo "no store" >text.h5
expect 2 "$DEWPOINT" run small.yaml -o text.h5
[ "$(cat text.h5)" = "no store" ] || fail "a file that is no store was written to"
expect 2 "$DEWPOINT" run small.yaml -o .
expect 2 "$DEWPOINT" run small.yaml -o nowhere/small.h5
expect 2 "$DEWPOINT" run small.yaml -o /proc/small.h5
says 'cannot|No such|denied|permitted' err.txt

"$DEWPOINT" run long.yaml -o long.h5 >/dev/null 2>&1 &
wait_for 10 long.h5
expect 2 "$DEWPOINT" run long.yaml -o long.h5
says 'long.h5' err.txt
expect 0 "$DEWPOINT" status long.h5
says "^lock +process $! on .* has been writing the store since .*, last heard of [0-9]+ s ago$" out.txt
kill -TERM $!
wait $!
expect 0 "$DEWPOINT" status long.h5
grep -q '^lock' out.txt && fail "status tells of a lock that is gone"
"$DEWPOINT" run long.yaml -o long.h5 >/dev/null 2>&1 &
wait_for $(($(finished long.h5) + 10)) long.h5
kill -KILL $!
wait $!
expect 0 "$DEWPOINT" status long.h5
says "^lock +left by process $! on .*, which is gone; the next job takes it over$" out.txt
! grep 'is writing' out.txt || fail "status tells of a job that is gone as of one at work"
expect 0 "$DEWPOINT" status long.h5 --json
says '"lock":"left by process' out.txt

# other contents under the same name are another sweep
printf '0.0,1\n1,2\n2,0\n' >points.csv
set -- run small.yaml --set target=file --set file=points.csv --set samples=0 -o data.h5
expect 0 "$MPIRUN" -n 2 "$DEWPOINT" "$@"
expect 0 "$DEWPOINT" "$@"
cp data.h5 before.h5
printf '0.0,1\n1,2\n2,3\n' >points.csv
expect 2 "$DEWPOINT" "$@"
says 'points.csv' err.txt
cmp -s data.h5 before.h5 || fail "other data touched the store"
