#!/bin/sh
# What happens to a store under the program that writes it: it is removed, renamed, replaced or cut; the job is stopped;
# another job comes by another name; links and names of every kind.
. "$(dirname "$0")/common.sh"
: "${SHIM:?}"

# disturbed PATTERN COMMAND...: the command while a job of two ranks writes x.h5 must end it with exit code 1
disturbed() {
    pattern=$1
    shift
    rm -f x.h5 y.h5
    "$MPIRUN" -n 2 "$DEWPOINT" run long.yaml -o x.h5 -q >out.txt 2>err.txt &
    job=$!
    wait_for 10 x.h5
    sh -c "$*"
    wait $job
    code=$?
    [ $code -eq 1 ] || { cat err.txt; fail "$*: exit code $code, not 1"; }
    says "$pattern" err.txt
    [ ! -e x.h5.lock ] || fail "$*: the lock is still there"
}
disturbed 'x.h5: the store was removed or renamed' rm x.h5
disturbed 'x.h5: the store was removed or renamed' mv x.h5 y.h5
disturbed 'x.h5: another file has taken the place' 'cp x.h5 y.h5; mv y.h5 x.h5'
disturbed 'x.h5: the store was cut from [0-9]+ to [0-9]+ bytes' truncate -s 5000 x.h5
rm -f x.h5 y.h5

# a job that is stopped keeps its store, and goes on when it is woken
"$DEWPOINT" run long.yaml -o s.h5 -q >out1.txt 2>err1.txt &
job=$!
wait_for 10 s.h5
kill -STOP $job
expect 2 "$DEWPOINT" run long.yaml -o s.h5
says "s.h5.lock: process $job on .* has been writing the store since .*, last heard of .*remove s.h5.lock" err.txt
ln -s s.h5 symbolic.h5
ln s.h5 hard.h5
expect 2 "$DEWPOINT" run long.yaml -o symbolic.h5
says "process $job on" err.txt
expect 2 "$DEWPOINT" run long.yaml -o hard.h5
says "process $job on" err.txt
[ ! -e hard.h5.lock ] || fail "a refused job left its lock"
kill -CONT $job
wait $job || fail "a job that was stopped and woken did not end well"
expect 0 "$DEWPOINT" verify hard.h5
rm -f hard.h5 symbolic.h5

# killed jobs leave a lock and, at the moment of creation, a temporary file; the next one clears them away
: >k.h5.lock
touch -d '3 minutes ago' k.h5.lock
: >k.h5.tmp.4711
expect 0 "$DEWPOINT" run small.yaml -o k.h5
says 'k.h5.lock: taken over' err.txt
[ "$(echo k.h5*)" = k.h5 ] || fail "left behind: $(echo k.h5*)"

# two jobs find a stale lock, and one is slow between reading and taking it: only one writes
cp k.h5 r.h5
rm -f r.h5
: >r.h5.lock
touch -d '3 minutes ago' r.h5.lock
LD_PRELOAD=$SHIM SLOW_LOCK=3 "$DEWPOINT" run long.yaml -o r.h5 -q >out1.txt 2>err1.txt &
slow=$!
sleep 1
"$DEWPOINT" run long.yaml -o r.h5 -q >out2.txt 2>err2.txt &
quick=$!
wait $slow
first=$?
wait $quick
second=$?
case "$first $second" in
    '0 2' | '2 0') ;;
    '0 0') grep -q 'already complete' out1.txt out2.txt || fail "both jobs wrote" ;;
    *) fail "the jobs gave $first and $second" ;;
esac
expect 0 "$DEWPOINT" verify r.h5

# links to nothing yet, long paths and names, a colon
ln -s later/real.h5 link.h5
expect 2 "$DEWPOINT" run small.yaml -o link.h5
says 'later' err.txt
mkdir later
expect 0 "$DEWPOINT" run small.yaml -o link.h5
[ -f later/real.h5 ] && [ -h link.h5 ] || fail "the store is not where the link leads"
ln -s circle.h5 circle.h5
expect 2 "$DEWPOINT" run small.yaml -o circle.h5
long=$(printf 'd%.0s' $(seq 200))
mkdir -p "$long/$long"
expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run small.yaml -o "$long/$long/s.h5"
[ "$(ls "$long/$long")" = s.h5 ] || fail "more than the store: $(ls "$long/$long")"
expect 2 "$MPIRUN" -n 2 "$DEWPOINT" run small.yaml -o "$long$(printf 'n%.0s' $(seq 40)).h5"
says "a store's name may have [0-9]+ bytes, not 243" err.txt
expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run small.yaml -o 'at 12:30.h5'
OMPI_MCA_io=romio321 "$DEWPOINT" run small.yaml -o 'romio:1.h5' >out.txt 2>err.txt
[ $? -eq 2 ] || fail "a name that ROMIO cuts was not refused"
says 'colon' err.txt
[ ! -e 1.h5 ] || fail "ROMIO made another file"

# The sync of a new store can be neither stopped nor killed: little is left for it, so that a signal is answered soon.
cat >large.yaml <<'YAML'
name: large
data: {samples: 2}
train: {method: gd, learning_rate: 0.01, max_steps: 1}
axes: {width: [2], seed: {repeat: 500000}}
YAML
LD_PRELOAD=$SHIM TELL_SYNC=1 "$DEWPOINT" run large.yaml --time-budget 0 >out.txt 2>err.txt
[ $? -eq 75 ] || fail "a time budget of nothing did not give 75"
size=$(stat -c %s large.h5)
[ "$size" -gt 100000000 ] || fail "the store is too small for this test: $size bytes"
says "^sync after $size bytes in parts of 67108864$" err.txt
rm large.h5

# killed before the sync: data are there, but no run counts, whatever ended it
LD_PRELOAD=$SHIM SLOW_SYNC=60000 "$DEWPOINT" run small.yaml -o unsynced.h5 >out.txt 2>err.txt &
job=$!
sleep 2
kill -KILL $job
wait $job
expect 0 "$DEWPOINT" status unsynced.h5
says '^runs  *0 of 180' out.txt
! grep 'ended by' out.txt || fail "rows that are not done were counted"

# shared file pointers between nodes: files that nobody needs
OMPI_MCA_sharedfp=individual "$MPIRUN" -n 2 "$DEWPOINT" run small.yaml -o i.h5 -q >out.txt 2>err.txt ||
    fail "no store with individual shared file pointers"
[ "$(echo i.h5*)" = i.h5 ] || fail "left beside the store: $(echo i.h5*)"

# one rank fails inside the collective open: the job ends, and says why; with rank 1 only after two minutes, since Open
# MPI itself waits
for rank in 0 ${1:+1}; do
    FAIL_RANK=$rank LD_PRELOAD=$SHIM timeout 180 "$MPIRUN" -n 2 "$DEWPOINT" run small.yaml -o "c$rank.h5" >out.txt 2>err.txt
    code=$?
    [ $code -eq 1 ] || { cat err.txt; fail "rank $rank failed to open the store: exit code $code, not 1"; }
    says "c$rank.h5: (cannot open|opening) the store on all ranks" err.txt
done
