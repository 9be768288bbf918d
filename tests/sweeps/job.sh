#!/usr/bin/env bash
# job.sh SOURCE_DIR: the SLURM job script, with a stand-in for srun. It trains and reduces; when SLURM announces the end it
# closes the store, tells by its code that it was stopped, and goes on when submitted again.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() {
  echo "$1"
  exit 1
}

export PATH=$work:$BIN:$PATH
cat >srun <<'END'
#!/usr/bin/env bash
shift # --mpi
exec "$@"
END
chmod +x srun
job="bash $source/jobs/sweep.sbatch"

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

$job many.yaml many.h5 >out.txt 2>&1 &
running=$!
for _ in $(seq 100); do
  [ -s many.h5 ] && break
  sleep 0.1
done
sleep 0.5
kill -TERM $running
code=0
wait $running || code=$?
[ $code -eq 143 ] || fail "stopped by SIGTERM the job's code is $code, not 143: $(cat out.txt)"
grep -q 'the same command resumes' out.txt || fail "no word of how to resume: $(cat out.txt)"
[ -s many.png ] || fail "no figure of the part that is done"

$job many.yaml many.h5 >out.txt 2>&1 || fail "the second submission failed: $(cat out.txt)"
"$BIN/dewpoint" status many.h5 | grep -Eq 'done +560' || fail "not all runs are done: $("$BIN/dewpoint" status many.h5)"
[ "$(wc -l <many.csv)" -eq 15 ] || fail "the table has not a line for each of 14 cells"

if bash "$source/jobs/sweep.sbatch" >out.txt 2>&1; then fail "no sweep, and no complaint"; fi
grep -q 'give the sweep file' out.txt || fail "$(cat out.txt)"
