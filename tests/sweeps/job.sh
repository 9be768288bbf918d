#!/usr/bin/env bash
# job.sh SOURCE_DIR: the logic of the SLURM job script, with stand-ins for srun, squeue and scontrol: a complete sweep is
# reduced; one whose job ended before it is requeued as long as something got done; a wrong one is not tried again. What the
# real commands do to signals and processes, tests/slurm tells.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() {
  echo "$1"
  exit 1
}

mkdir bin
export PATH=$work/bin:$BIN:$PATH SLURM_JOB_ID=42
printf '#!/bin/sh\nshift\nexec "$@" $MORE\n' >bin/srun # without --mpi
printf '#!/bin/sh\ndate -d "now + 1 hour" +%%FT%%T\n' >bin/squeue
printf '#!/bin/sh\necho "$*" >>requeued\n' >bin/scontrol
chmod +x bin/*
export MORE=
job() { bash "$source/jobs/sweep.sbatch" "$@" >out.txt 2>&1; }

cat >many.yaml <<'END'
name: many
init: {antisymmetric: true}
data: {target: two-kinks, samples: 4}
train: {method: gd, learning_rate: 0.001, max_steps: 50000}
axes:
  gamma: {from: 0.5, to: 2, step: 0.25}
  gamma_prime: [0, 1]
  width: [100, 200]
  seed: {repeat: 20}
END

code=0
MORE="--time-budget 0.2" job many.yaml many.h5 || code=$?
[ $code -eq 75 ] || fail "with too little time the job's code is $code, not 75: $(cat out.txt)"
grep -q 'the same command resumes' out.txt || fail "no word of how to resume: $(cat out.txt)"
[ "$(cat requeued)" = "requeue 42" ] || fail "the job was not requeued"
[ ! -e many.png ] || fail "a figure was drawn before the sweep was complete"
code=0
MORE="--time-budget 0.000001" job many.yaml many.h5 || code=$?
[ $code -eq 75 ] || fail "without time the job's code is $code, not 75: $(cat out.txt)"
[ "$(wc -l <requeued)" -eq 1 ] || fail "a job that got nothing done was requeued"

job many.yaml many.h5 || fail "the second submission failed: $(cat out.txt)"
"$BIN/dewpoint" status many.h5 | grep -Eq 'done +560' || fail "not all runs are done: $("$BIN/dewpoint" status many.h5)"
[ "$(wc -l <many.csv)" -eq 15 ] || fail "the table has not a line for each of 14 cells"
[ -s many.png ] || fail "no figure"

code=0
mkdir many2.png
cp many.h5 many2.h5
job many.yaml many2.h5 || code=$?
[ $code -eq 2 ] || fail "a figure that cannot be drawn gives the job's code $code, not 2: $(cat out.txt)"
grep -q 'no table or figure of many2.h5' out.txt || fail "$(cat out.txt)"

code=0
PATH=$work/bin:/usr/bin:/bin job many.yaml many.h5 || code=$?
[ $code -eq 2 ] || fail "without dewpoint the job's code is $code, not 2: $(cat out.txt)"
grep -q 'dewpoint is not in PATH' out.txt || fail "$(cat out.txt)"

code=0
job nowhere.yaml nowhere.h5 none || code=$?
[ $code -eq 2 ] || fail "without a sweep file the job's code is $code, not 2: $(cat out.txt)"
job && fail "no sweep, and no complaint"
grep -q 'give the sweep file' out.txt || fail "$(cat out.txt)"
[ "$(wc -l <requeued)" -eq 1 ] || fail "a job that cannot run was requeued"
