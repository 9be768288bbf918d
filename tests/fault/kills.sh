#!/bin/sh
# kills.sh TRIALS: jobs of one to four ranks are killed at random moments (one rank, all ranks, or mpirun itself) and
# taken up again at another number of ranks. Every store on the way verifies, and the last one holds what one
# undisturbed rank leaves, bit for bit, curves and weights included.
. "$(dirname "$0")/common.sh"
trials=$1

expect 0 "$DEWPOINT" run traced.yaml -o whole.h5 -q
completed=0
killed=0
for trial in $(seq "$trials"); do
    ranks=$((trial % 4 + 1))
    "$MPIRUN" -n $ranks "$DEWPOINT" run traced.yaml -o k.h5 -q >out.txt 2>err.txt &
    job=$!
    after "$trial" 2.5
    processes=$(ranks_of $job 2>/dev/null)
    case $((trial % 3)) in
        0) victims=$job ;;
        1) victims=$processes ;;
        2) victims=$(echo "$processes" | awk -v n="$trial" 'NF { print $(n % NF + 1) }') ;;
    esac
    # shellcheck disable=SC2086 # a list
    [ -z "$victims" ] || kill -KILL $victims 2>/dev/null && killed=$((killed + 1))
    ended $job
    wait $job 2>/dev/null
    # shellcheck disable=SC2086
    gone $processes || fail "trial $trial: a rank outlived its job by a minute"
    [ -e k.h5 ] || continue
    "$DEWPOINT" verify k.h5 >out.txt 2>err.txt || { cat out.txt err.txt; fail "trial $trial: the store is damaged"; }
    if [ "$(finished k.h5)" -eq 540 ]; then
        expect 0 "$SAME" whole.h5 k.h5
        rm k.h5
        completed=$((completed + 1))
    fi
done
[ "$killed" -gt $((trials / 2)) ] || fail "only $killed of $trials jobs were killed"
for _ in 1 2 3; do # the lock of a node that seems to be there may need a second
    "$MPIRUN" -n 2 "$DEWPOINT" run traced.yaml -o k.h5 -q >out.txt 2>err.txt && break
done
expect 0 "$SAME" whole.h5 k.h5
left=$(find . -name 'k.h5?*')
[ -z "$left" ] || fail "left behind: $left"
echo "$killed of $trials jobs killed, $completed stores completed on the way, nothing lost"
