#!/bin/sh
# The same store, bit for bit, from any number of ranks, and from jobs killed half-way and resumed.
. "$(dirname "$0")/common.sh"

expect 0 "$DEWPOINT" run long.yaml -o one.h5
says 'at the step limit' out.txt
expect 0 "$DEWPOINT" verify one.h5
rows=$(finished one.h5)
for n in 2 4; do
    expect 0 "$MPIRUN" -n $n "$DEWPOINT" run long.yaml -o "ranks$n.h5"
    expect 0 "$SAME" one.h5 "ranks$n.h5"
    grep -q 'to do' out.txt && fail "the result of $n ranks does not count every run"
done

# by messages alone, as between hosts, where rank 0 or another one cannot have the memory for requests
if [ -z "${SANITIZE:-}" ]; then # it insists on being loaded first
    for rank in 0 1; do
        expect 0 env LD_PRELOAD="${SHIM:?}" FAIL_SHARED=$rank "$MPIRUN" -n 3 "$DEWPOINT" run long.yaml -o "messages$rank.h5"
        says 'no shared memory' err.txt
        expect 0 "$SAME" one.h5 "messages$rank.h5"
    done
fi

# every instruction set of this processor, as its own message lists them
expect 0 "$DEWPOINT" run small.yaml -o small.h5
"$DEWPOINT" run small.yaml --isa none 2>err.txt
for isa in $(sed -n 's/.*this processor has //p' err.txt | tr -d ,); do
    expect 0 "$DEWPOINT" run small.yaml --isa "$isa" -o "$isa.h5"
    expect 0 "$SAME" small.h5 "$isa.h5"
done
[ -f scalar.h5 ] || fail "no instruction set was compared"

# killed alone
"$DEWPOINT" run long.yaml -o killed.h5 >/dev/null 2>&1 &
wait_for 100 killed.h5
kill -KILL $!
wait $! && fail "the job ended before it was killed"
left=$(finished killed.h5)
[ "$left" -lt "$rows" ] || fail "nothing was left to do"
expect 0 "$DEWPOINT" verify killed.h5

# resumed on two ranks, and both killed
"$MPIRUN" -n 2 "$DEWPOINT" run long.yaml -o killed.h5 >/dev/null 2>&1 &
job=$!
wait_for $((left + 20)) killed.h5
kill -KILL $(ranks_of $job)
wait $job && fail "the job ended before it was killed"
[ "$(finished killed.h5)" -lt "$rows" ] || fail "nothing was left to do"

# a worker killed alone ends the job
"$MPIRUN" -n 3 "$DEWPOINT" run long.yaml -o lost.h5 >/dev/null 2>&1 &
job=$!
wait_for 20 lost.h5
kill -KILL "$(ranks_of $job | awk '{ print $NF }')"
wait $job && fail "the job went on without a rank"

for store in killed.h5 lost.h5; do
    expect 0 "$MPIRUN" -n 4 "$DEWPOINT" run long.yaml -o $store
    says "resuming $store: [0-9]+ of $rows" err.txt
    expect 0 "$SAME" one.h5 $store
    expect 0 "$DEWPOINT" verify $store
done

# complete already
cp killed.h5 before.h5
expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run long.yaml -o killed.h5
says 'already complete' out.txt
cmp -s killed.h5 before.h5 || fail "a complete store was written to"

# curves and weights too
set -- --set curve_ratio=1.5 --set weights=all
expect 0 "$DEWPOINT" run small.yaml "$@" -o traces1.h5
expect 0 "$MPIRUN" -n 3 "$DEWPOINT" run small.yaml "$@" -o traces3.h5
expect 0 "$SAME" traces1.h5 traces3.h5
expect 0 "$DEWPOINT" verify traces3.h5
set -- --set curve_ratio=1.5 --set 'weights=seed == 1' --set 'trajectories=gamma > 1 or seed == 0'
expect 0 "$DEWPOINT" run small.yaml "$@" -o some1.h5
expect 0 "$MPIRUN" -n 3 "$DEWPOINT" run small.yaml "$@" -o some3.h5
expect 0 "$SAME" some1.h5 some3.h5
expect 0 "$DEWPOINT" verify some3.h5
