#!/bin/sh
# A job never looks hung: while a run takes long, the line of progress says which it is, for how long it has trained, its
# step and its loss, and promises no end that it cannot know.
. "$(dirname "$0")/common.sh"

cat >endless.yaml <<'YAML'
name: endless
train: {method: gd, learning_rate: 0.001, stop_loss: 1e-300}
axes: {width: [50000, 40000]}
YAML
"$MPIRUN" -n 2 "$DEWPOINT" run endless.yaml -o endless.h5 --grace 0 >out.txt 2>err.txt &
job=$!
# Beside it a job whose other run has ended: what that one cost does not tell when the last one ends.
sed 's/, stop_loss: 1e-300//; s/axes:.*/model: {width: 20000}\naxes: {stop_loss: [1e-300, 1000]}/' endless.yaml >last.yaml
"$MPIRUN" -n 2 "$DEWPOINT" run last.yaml -o last.h5 --grace 0 >out-last.txt 2>err-last.txt &
last=$!
for _ in $(seq 300); do
    grep -q 'step' err.txt && break
    sleep .1
done
# From outside, status names the same runs and where they are trained.
for _ in $(seq 100); do
    "$DEWPOINT" status endless.h5 --json >told.txt || fail "no status of a job at work"
    grep -q '"rank":1,' told.txt && break
    sleep .1
done
says '"job":\{"seconds":.*"ranks":2,"silent_ranks":0,"longest_in_training":\[\{"rank":[01],.*"rank":[01],.*"loss":' told.txt
"$DEWPOINT" status endless.h5 >told.txt
says '^longest  run [01]: [0-9]+ s on rank [01] \([^ ]+\), step [0-9]+, loss [0-9.e-]+$' told.txt
kill -USR1 $job
wait $job
[ ! -e endless.h5.news ] || fail "the news of a job that has ended are still there"
"$DEWPOINT" status endless.h5 --json >told.txt
says '"job":null' told.txt
says '0 of 2 runs \(0%\); run [01]: [0-9.]+ s, step [0-9]+, loss [0-9.e-]+$' err.txt
! grep -E ' left' err.txt || fail "it promised an end"
for _ in $(seq 200); do
    grep -q 'waiting' err-last.txt && break
    sleep .1
done
for _ in $(seq 100); do # the news come every five seconds
    "$DEWPOINT" status last.h5 >told.txt
    grep -q 'waiting' told.txt && break
    sleep .1
done
kill -USR1 $last
wait $last
says '1 of 2 runs \(50%\), [0-9.e-]+ runs/s, waiting for 1 run; run 0: [0-9.]+ s, step [0-9]+, loss [0-9.e-]+$' err-last.txt
says '^job .*, waiting for the last runs, ' told.txt
! grep -E ' left' told.txt || fail "status waits for the last runs and promises an end"

# Before the first row ends, a run that will take all of its steps tells how much time is left.
sed 's/stop_loss: 1e-300/max_steps: 1000000/' endless.yaml >counted.yaml
"$MPIRUN" -n 2 "$DEWPOINT" run counted.yaml -o counted.h5 --grace 0 >out.txt 2>err.txt &
job=$!
for _ in $(seq 150); do
    "$DEWPOINT" status counted.h5 --json >told.txt 2>/dev/null && grep -q '"rank":1,' told.txt && break
    sleep .1
done
kill -USR1 $job
wait $job
"$PYTHON" - told.txt <<'PY' || fail "the time left is not that of the steps left: $(cat told.txt)"
import json
import sys
with open(sys.argv[1], encoding="utf8") as file:
    job = json.load(file)["job"]
run = job["longest_in_training"][0]
by_steps = run["seconds"] * (1000000 / run["step"] - 1)
sys.exit(not 0.5 < job["seconds_left"] / by_steps < 2)
PY

# A slow disk: rows are synced while the next runs train, and the dispatcher goes on. Synced one chunk after the other, they
# would take most of the time.
LD_PRELOAD=$SHIM SLOW_SYNC=300 "$MPIRUN" -n 2 "$DEWPOINT" run long.yaml -o slow.h5 --progress json >out.txt 2>err.txt ||
    fail "no store on a slow disk"
storing=$(sed -n 's/.*"storing_percent":\([0-9]*\).*/\1/p' out.txt)
[ "${storing:-100}" -lt 25 ] || fail "storing took $storing% of the time"
says '"left":0,' out.txt
says '"dispatcher_requests":[1-9].*"dispatcher_service_seconds":[0-9.e-]+}' out.txt
expect 0 "$DEWPOINT" verify slow.h5
[ "$(finished slow.h5)" -eq 1800 ] || fail "not every row is there"
