#!/bin/sh
# A signal ends the job early and cleanly, on whichever rank it arrives, and the store resumes; so does a time budget. A run
# that takes longer than its grace leaves a checkpoint and goes on from there, to the same bits.
. "$(dirname "$0")/common.sh"

"$DEWPOINT" run long.yaml -o alone.h5 >out.txt 2>err.txt &
wait_for 50 alone.h5
kill -TERM $!
wait $!
[ $? -eq 75 ] || fail "SIGTERM did not give 75"
says 'stopped by SIGTERM after [0-9]+ of [0-9]+ runs; the same command resumes' err.txt
[ ! -e alone.h5.lock ] || fail "the lock is still there"

# a closed terminal stops the job, too, but not under nohup
"$DEWPOINT" run long.yaml -o alone.h5 >out.txt 2>err.txt &
wait_for $(($(finished alone.h5) + 50)) alone.h5
kill -HUP $!
wait $!
[ $? -eq 75 ] || fail "SIGHUP did not give 75"
says 'stopped by SIGHUP after' err.txt
[ ! -e alone.h5.lock ] || fail "the lock is still there after SIGHUP"
nohup "$DEWPOINT" run long.yaml -o nohup.h5 >out.txt 2>err.txt &
wait_for 50 nohup.h5
kill -HUP $!
wait $! || fail "SIGHUP under nohup stopped the job"

"$MPIRUN" -n 3 "$DEWPOINT" run long.yaml -o ranks.h5 >out.txt 2>err.txt &
job=$!
wait_for 50 ranks.h5
kill -USR1 "$(ranks_of $job | awk '{ print $NF }')"
wait $job
[ $? -eq 75 ] || fail "SIGUSR1 to one rank did not give 75"
says 'stopped by SIGUSR1 after' err.txt
says 'to do' out.txt

# mpirun passes SIGUSR1 on to its ranks
"$MPIRUN" -n 2 "$DEWPOINT" run long.yaml -o ranks.h5 >out.txt 2>err.txt &
job=$!
wait_for $(($(finished ranks.h5) + 50)) ranks.h5
kill -USR1 $job
wait $job
[ $? -eq 75 ] || fail "SIGUSR1 to mpirun did not give 75"

# Over TCP, rank 0 cannot reach a rank that it has not talked to before and that does not answer: it does not wait for that.
OMPI_MCA_btl=tcp,self "$MPIRUN" -n 8 "$DEWPOINT" run long.yaml -o ranks.h5 >out.txt 2>err.txt &
job=$!
wait_for $(($(finished ranks.h5) + 50)) ranks.h5
ranks=$(ranks_of $job)
kill -STOP ${ranks#* }
kill -USR1 "${ranks%% *}"
sleep 2
kill -CONT ${ranks#* }
says 'stopped by SIGUSR1; runs are in hand on [0-9]+ rank' err.txt
wait $job
[ $? -eq 75 ] || fail "SIGUSR1 to rank 0 did not give 75 over TCP"

expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run long.yaml -o alone.h5
expect 0 "$DEWPOINT" run long.yaml -o ranks.h5
expect 0 "$SAME" alone.h5 ranks.h5
expect 0 "$SAME" alone.h5 nohup.h5

# A run of some seconds, with its curve and all weights along it.
cat >heavy.yaml <<'YAML'
name: heavy
model: {activation: tanh, width: 2000}
data: {target: sine-mix, samples: 100}
train: {method: adam, learning_rate: 0.0005, max_steps: 4000}
observe: {curve_ratio: 1.5}
store: {trajectories: all}
axes: {seed: {repeat: 2}}
YAML
has_checkpoint() {
    for _ in $(seq 300); do
        ls "$1".checkpoint-? >/dev/null 2>&1 && return
        sleep .1
    done
    fail "$1 never had a checkpoint"
}
expect 0 "$DEWPOINT" run heavy.yaml -o whole.h5

# killed: what was saved now and then stays
"$DEWPOINT" run heavy.yaml -o heavy.h5 --checkpoint 0.2 >out.txt 2>err.txt &
job=$!
has_checkpoint heavy.h5
kill -KILL $job
wait $job
mv heavy.h5.checkpoint-0 kept
printf 'x' | dd of=heavy.h5.checkpoint-0 bs=1 seek=1000 conv=notrunc 2>/dev/null # no checkpoint of ours
# stopped: one is left, and one that is no good is told of
"$DEWPOINT" run heavy.yaml -o heavy.h5 --grace 0.3 --checkpoint 0.2 >out.txt 2>err.txt &
job=$!
for _ in $(seq 300); do # until it trains
    grep -q 'heavy.h5.checkpoint-0 does not belong .*, or is damaged' err.txt && break
    sleep .1
done
kill -TERM $job
wait $job
[ $? -eq 75 ] || fail "SIGTERM did not give 75"
says 'heavy.h5.checkpoint-0 does not belong .*, or is damaged' err.txt
[ -s heavy.h5.checkpoint-0 ] || fail "the run in hand left no checkpoint"
mv kept heavy.h5.checkpoint-0
# the end of the time budget
"$MPIRUN" -n 2 "$DEWPOINT" run heavy.yaml -o heavy.h5 --time-budget 0.05 >out.txt 2>err.txt
[ $? -eq 75 ] || fail "the end of the time budget did not give 75"
says 'stopped at the end of its time budget' err.txt
expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run heavy.yaml -o heavy.h5
expect 0 "$SAME" whole.h5 heavy.h5
expect 0 "$DEWPOINT" verify heavy.h5
[ "$(echo heavy.h5*)" = heavy.h5 ] || fail "something was left beside the store: $(echo heavy.h5*)"

# a job that knows its end begins nothing that would not finish
expect 75 "$DEWPOINT" run long.yaml -o budget.h5 --time-budget 0.3
expect 75 "$DEWPOINT" run long.yaml -o none.h5 --time-budget 0
expect 2 "$DEWPOINT" run long.yaml -o budget.h5 --time-budget soon
says 'time-budget.*not "soon"' err.txt
