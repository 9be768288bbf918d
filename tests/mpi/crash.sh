#!/bin/sh
# A run that crashes its rank: the next job tries it once more, the one after records it as failed, and the others go on.
. "$(dirname "$0")/common.sh"
[ -z "$SANITIZE" ] || exit 77 # sanitizers have handlers of their own

cat >heavy.yaml <<'YAML'
name: heavy
model: {activation: tanh, width: 2000}
data: {target: sine-mix, samples: 100}
train: {method: adam, learning_rate: 0.0005, max_steps: 2000}
axes: {seed: {repeat: 3}}
YAML
expect 0 "$DEWPOINT" run heavy.yaml -o whole.h5

# crash STORE ROW COMMAND...: until the run has a checkpoint, then a segmentation fault
crash() {
    store=$1
    row=$2
    shift 2
    rm -f "$store.checkpoint-$row"
    "$@" >out.txt 2>err.txt &
    job=$!
    for _ in $(seq 300); do
        [ -e "$store.checkpoint-$row" ] && break
        sleep .05
    done
    [ -e "$store.checkpoint-$row" ] || fail "run $row was never in training"
    kill -SEGV $job
    wait $job
    code=$?
    [ $code -eq 139 ] || fail "a segmentation fault gave $code"
}
set -- "$DEWPOINT" run heavy.yaml -o c.h5 --checkpoint 0.1
crash c.h5 0 "$@"
[ "$(cat c.h5.crashes)" = '0 1 0 11' ] || fail "the crash left the note $(cat c.h5.crashes)"
crash c.h5 0 "$@"
says 'c.h5.crashes names 1 run to be tried once more, alone' err.txt
expect 3 "$MPIRUN" -n 2 "$@"
says 'run 0 has crashed its rank twice: recorded as failed; to try it again, remove c.h5.crashes' err.txt
says '2 done, .*1 failed; ended by .*1 crash' out.txt
expect 3 "$@" # for good
rm c.h5.crashes
expect 0 "$@"
expect 0 "$SAME" whole.h5 c.h5

# a rank that crashes ends the other one; what it trained is known, and once all is complete no note stays
"$MPIRUN" -n 2 "$DEWPOINT" run heavy.yaml -o r.h5 --checkpoint 0.1 >out.txt 2>err.txt &
job=$!
for _ in $(seq 300); do
    [ -e r.h5.checkpoint-0 ] && [ -e r.h5.checkpoint-1 ] && break
    sleep .05
done
kill -SEGV "$(ranks_of $job | awk '{ print $NF }')"
wait $job && fail "the job went on without a rank"
says '^[01] 1 1 11$' r.h5.crashes
echo half >r.h5.checkpoint-2.new # a checkpoint that was being written
expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run heavy.yaml -o r.h5
expect 0 "$SAME" whole.h5 r.h5
[ "$(echo r.h5*)" = r.h5 ] || fail "left behind: $(echo r.h5*)"

# a note is of no interest for rows that have been trained since
cp whole.h5 n.h5
expect 0 "$FAIL_ROW" n.h5 1
printf '0 1 0 11\n0 1 0 11\n' >n.h5.crashes
expect 0 "$DEWPOINT" run heavy.yaml -o n.h5
! grep -q crashed err.txt || fail "a trained row is suspected"
expect 0 "$SAME" whole.h5 n.h5
