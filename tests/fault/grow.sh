#!/bin/sh
# grow.sh KILLS: a store is extended from one seed to eight, a seed at a time, and every job is killed at a random moment,
# often while the new store is made, until so many were. At any moment the store is that of the old sweep or of the new
# one and verifies; the last one holds what one undisturbed job leaves, bit for bit, curves and weights included.
. "$(dirname "$0")/common.sh"
kills=$1

sed -e 's/repeat: 12/repeat: 8/' -e 's/max_steps: 2000/max_steps: 300/' traced.yaml >last.yaml
expect 0 "$DEWPOINT" run last.yaml -o whole.h5 -q
killed=0
trial=0
while [ "$killed" -lt "$kills" ]; do
    rm -f k.h5
    before=0
    for seeds in 1 2 3 4 5 6 7 8; do
        sed "s/repeat: 8/repeat: $seeds/" last.yaml >step.yaml
        done=
        while [ -z "$done" ]; do
            trial=$((trial + 1))
            "$MPIRUN" -n $((trial % 3 + 1)) "$DEWPOINT" run step.yaml -o k.h5 --extend -q >out.txt 2>err.txt &
            job=$!
            if [ $((trial % 3)) -ne 0 ] && [ "$killed" -lt "$kills" ]; then
                after "$trial" 1.2
                processes=$(ranks_of $job 2>/dev/null)
                # shellcheck disable=SC2086 # a list
                [ -z "$processes" ] || kill -KILL $processes 2>/dev/null && killed=$((killed + 1))
                ended $job
                wait $job 2>/dev/null
                # shellcheck disable=SC2086
                gone $processes || fail "trial $trial: a rank outlived its job by a minute"
            else
                wait $job && done=1 # another try where a lock needed a second
            fi
            [ -e k.h5 ] || { [ "$before" -eq 0 ] && continue; fail "trial $trial: the store is gone"; }
            "$DEWPOINT" verify k.h5 >out.txt 2>err.txt || { cat out.txt err.txt; fail "trial $trial: the store is damaged"; }
            now=$(finished k.h5)
            [ "$now" -ge "$before" ] || fail "trial $trial: of $before rows $now are left"
            before=$now
        done
    done
    expect 0 "$SAME" whole.h5 k.h5
done
left=$(find . -name 'k.h5?*')
[ -z "$left" ] || fail "left behind: $left"
echo "$killed of $trial jobs killed, nothing lost"
