#!/bin/sh
# A signal ends the job early and cleanly, on whichever rank it arrives, and the store resumes.
. "$(dirname "$0")/common.sh"

"$DEWPOINT" run long.yaml -o alone.h5 >out.txt 2>err.txt &
wait_for 50 alone.h5
kill -TERM $!
wait $!
[ $? -eq 143 ] || fail "SIGTERM did not give 143"
says 'stopped by SIGTERM after [0-9]+ of [0-9]+ runs; the same command resumes' err.txt
[ ! -e alone.h5.lock ] || fail "the lock is still there"

"$MPIRUN" -n 3 "$DEWPOINT" run long.yaml -o ranks.h5 >out.txt 2>err.txt &
job=$!
wait_for 50 ranks.h5
kill -USR1 "$(ranks_of $job | awk '{ print $NF }')"
wait $job && fail "the job ended before the signal"
says 'stopped by SIGUSR1 after' err.txt
says 'to do' out.txt

expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run long.yaml -o alone.h5
expect 0 "$DEWPOINT" run long.yaml -o ranks.h5
expect 0 "$SAME" alone.h5 ranks.h5
