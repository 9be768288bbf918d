#!/bin/sh
# A run that cannot be trained is tried once more and then recorded as failed, with its rank, row and reason; the others go on.
. "$(dirname "$0")/common.sh"
[ -z "$SANITIZE" ] || exit 77 # sanitizers reserve more than the limit below

ulimit -v 4000000
set -- run small.yaml --set width='[100000000]' --set seed=1 --set gamma=1 --set gamma_prime=0 -o big.h5
"$MPIRUN" -n 2 "$DEWPOINT" "$@" >out.txt 2>err.txt && fail "a run without memory went well"
says 'dewpoint: rank [01], run 0: .*memory.*it is tried once more' err.txt
says 'dewpoint: rank [01], run 0: .*memory.*recorded as failed' err.txt
expect 3 "$DEWPOINT" "$@"
says 'dewpoint: rank 0, run 0: .*memory' err.txt
says '1 failed; ended by 1 no_memory' out.txt
"$DEWPOINT" status big.h5 >out.txt
says '^ended by 1 no_memory' out.txt
[ "$(finished big.h5)" -eq 0 ] || fail "the failed run counts as done"
expect 3 "$DEWPOINT" "$@" --set seed='[1, 2]' -o two.h5 --max-failures 0
says 'too many failed runs' err.txt
says '1 failed, 1 to do' out.txt

# which settings the failed runs share
expect 3 "$DEWPOINT" run small.yaml --set width='[100, 100000000]' --set seed=1 --set gamma='[0.5, 1]' --set gamma_prime=0 -o shared.h5
"$DEWPOINT" status shared.h5 >out.txt
says '^failed runs: only with width 100000000$' out.txt
