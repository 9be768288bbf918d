#!/bin/sh
# A rank that cannot go on names itself and its row, and ends the job.
. "$(dirname "$0")/common.sh"
[ -z "$SANITIZE" ] || exit 77 # sanitizers reserve more than the limit below

ulimit -v 4000000
set -- run small.yaml --set width='[400000000]' --set seed=1 --set gamma=1 --set gamma_prime=0 -o big.h5
"$MPIRUN" -n 2 "$DEWPOINT" "$@" >out.txt 2>err.txt && fail "a run without memory went well"
says 'dewpoint: rank [01], run 0: .*memory' err.txt
"$DEWPOINT" "$@" >out.txt 2>err.txt
[ $? -eq 1 ] || fail "a failed run did not give 1"
says 'dewpoint: rank 0, run 0: .*memory' err.txt
[ "$(finished big.h5)" -eq 0 ] || fail "the failed run counts as done"
