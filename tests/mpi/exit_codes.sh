#!/bin/sh
# The exit codes as `dewpoint run --help` has them, for every way in which a job can end.
. "$(dirname "$0")/common.sh"
: "${SHIM:?}"

# 0: complete, whatever became of its runs; 3 with --strict, when some diverged or reached their step limit
expect 0 "$DEWPOINT" run small.yaml -o limit.h5
says '[1-9][0-9]* at the step limit' out.txt
expect 3 "$DEWPOINT" run small.yaml -o limit.h5 --strict
expect 3 "$MPIRUN" -n 2 "$DEWPOINT" run small.yaml -o limit.h5 --strict
set -- run small.yaml --set width=10 --set learning_rate=1e9 -o diverged.h5
expect 0 "$DEWPOINT" "$@"
says '[1-9][0-9]* diverged' out.txt
expect 3 "$DEWPOINT" "$@" --strict
expect 0 "$DEWPOINT" run small.yaml --set width=10 --set gamma=1 --set gamma_prime=0 --set max_steps=1000000 \
    --set stop_loss=0.01 -o done.h5 --strict
says ' 0 diverged, 0 at the step limit, 0 failed' out.txt

# 75: the same command goes on
expect 75 "$DEWPOINT" run long.yaml -o part.h5 --time-budget 0.1
says 'the same command resumes' err.txt
expect 75 "$MPIRUN" -n 2 "$DEWPOINT" run long.yaml -o part.h5 --time-budget 0.1

# 2: the command or its input; nothing is touched
echo 'axes: {width: [ten]}' >bad.yaml
expect 2 "$DEWPOINT" run bad.yaml
expect 2 "$MPIRUN" -n 2 "$DEWPOINT" run bad.yaml
expect 2 "$DEWPOINT" run small.yaml --sett width=3
expect 2 "$DEWPOINT" run nowhere.yaml
expect 2 "$DEWPOINT" run small.yaml --set max_steps=7 -o limit.h5
expect 2 "$DEWPOINT" run small.yaml --max-failures few
[ ! -e bad.h5 ] && [ ! -e small.h5 ] || fail "a store was made"

# 2, too: what does not exist
expect 2 "$DEWPOINT" run small.yaml -o nowhere/s.h5
says 'nowhere: No such file or directory' err.txt
expect 2 "$DEWPOINT" status nowhere.h5
expect 2 "$DEWPOINT" phase limit.h5 --csv nowhere/t.csv

# 1: the system refuses. Root is refused nothing until it gives up two of its rights.
set --
[ "$(id -u)" -ne 0 ] || set -- setpriv --bounding-set=-dac_override,-dac_read_search
if "$@" true; then
    mkdir shut
    cp limit.h5 shut.h5
    cp small.yaml shut.yaml
    printf '0,1\n1,2\n' >shut.csv
    chmod 0 shut.h5 shut.yaml shut.csv
    chmod 555 shut
    for words in 'run small.yaml -o shut/s.h5' 'run small.yaml -o shut.h5' 'run shut.yaml' 'plan shut.yaml' \
        'run small.yaml --set target=file --set file=shut.csv --set samples=0' 'status shut.h5' \
        'phase limit.h5 --csv shut/t.csv' 'export limit.h5 --table shut/t.csv' \
        'export limit.h5 --compress shut/c.h5' 'export limit.h5 --table shut.csv' 'phase limit.h5 --plot shut/p.png' \
        'phase limit.h5 --netcdf shut/p.nc' 'rows shut.h5 --where width>0' 'merge shut.h5 -o m.h5' \
        'merge limit.h5 -o shut/m.h5'; do
        # shellcheck disable=SC2086 # words
        expect 1 "$@" "$DEWPOINT" $words
        says 'shut.*Permission denied' err.txt
    done
    [ ! -e small.h5 ] && [ ! -e m.h5 ] || fail "a store was made"
else
    echo "SKIPPED: files and folders without permission (setpriv is not allowed here)"
fi

# also by a limit; here a limit of 40 MB on the size of files
sh -c 'trap "" XFSZ; ulimit -f 80000; exec "$@"' - "$DEWPOINT" run small.yaml --set width=30000 --set weights=all \
    -o short.h5 >out.txt 2>err.txt
[ $? -eq 1 ] || fail "a file that could not be written gave another exit code than 1"
says 'short.h5.*: File too large' err.txt
[ "$(echo short.h5*)" = 'short.h5*' ] || fail "left behind: $(echo short.h5*)"

# what its user tells Open MPI is not overruled: here to use what does not exist
if "$MPIRUN" --version | grep -i 'open mpi\|openrte' >/dev/null &&
    OMPI_MCA_pml=no-such "$MPIRUN" -n 2 "$DEWPOINT" run small.yaml -o pml.h5 >out.txt 2>err.txt; then
    fail "OMPI_MCA_pml was overruled"
fi

[ -z "$SANITIZE" ] || exit 0 # it insists on being loaded first
# 70: a fault of its own; here a thread that cannot be started
FAIL_THREAD=dewpoint LD_PRELOAD=$SHIM "$DEWPOINT" run small.yaml -o fault.h5 >out.txt 2>err.txt
[ $? -eq 70 ] || fail "an internal fault gave another exit code than 70"
says 'cannot start the thread' err.txt

# a signal while rank 0 reads a file or lays out the store ends the job within two seconds, and nothing is left
printf 'x,y\n0,1\n1,2\n2,0\n' >slow.csv
set -- run small.yaml --set target=file --set file=slow.csv --set samples=0
# interrupted STORE COMMAND...
interrupted() {
    store=$1
    shift
    : >err.txt # the last one has words that this one is waited for
    "$@" >out.txt 2>err.txt &
    job=$!
    for _ in $(seq 600); do
        grep -q pausing err.txt && break
        sleep .05
    done
    began=$(date +%s%N)
    kill -"$signal" $job
    wait $job
    code=$?
    took=$((($(date +%s%N) - began) / 1000000))
    [ $code -eq 75 ] || fail "SIG$signal before the first run gave $code"
    [ $took -lt 2000 ] || fail "SIG$signal before the first run took $took ms"
    says "stopped by SIG$signal before the first run; the same command begins again" err.txt
    [ "$(echo "$store"*)" = "$store*" ] || fail "left behind: $(echo "$store"*)"
}
export LD_PRELOAD="$SHIM"
signal=TERM
interrupted start.h5 env SLOW_MPI=60 "$DEWPOINT" "$@" -o start.h5
interrupted read.h5 env SLOW_CSV=60 "$DEWPOINT" "$@" -o read.h5
interrupted made.h5 env SLOW_SPACE=60 "$DEWPOINT" "$@" -o made.h5
signal=INT
interrupted made.h5 env SLOW_SPACE=60 "$DEWPOINT" "$@" -o made.h5
signal=USR1
interrupted ranks.h5 env SLOW_SPACE=60 "$MPIRUN" -n 2 "$DEWPOINT" "$@" -o ranks.h5
