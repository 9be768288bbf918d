#!/usr/bin/env bash
# cases.sh [CASE...]: dewpoint in the jobs of a real SLURM of two nodes (cluster.sh), which this script starts and ends.
# Exit code 77 where that cannot be: without root, SLURM, PMIx for it, or namespaces.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
: "${BIN:?is not set: run this through ctest}" "${SAME:?}" "${SOURCE:?}"

skip() {
  echo "SKIPPED: $*; the tests under SLURM were not run"
  exit 77
}
[ "$(id -u)" -eq 0 ] || skip "no root"
for program in munged slurmctld slurmd sbatch srun unshare; do
  command -v $program >/dev/null || skip "no $program (jobs/packages slurm)"
done
unshare --mount --uts --pid --fork true 2>/dev/null || skip "no namespaces here"

. "$here/cluster.sh"
. "$here/jobs.sh"
directory=$(mktemp -d /var/tmp/dewpoint-slurm.XXXXXX)
trap 'cluster_stop; rm -rf "$directory"' EXIT
mkdir "$directory/bin" "$directory/work"
cp "$BIN"/dewpoint* "$directory/bin" # /tmp, where a build may be, is not the same for the nodes
export PATH=$directory/bin:$PATH
cd "$directory/work"

cat >small.yaml <<'END'
name: small
data: {samples: 4}
train: {method: gd, learning_rate: 0.01, stop_loss: 1.0e-9, max_steps: 300}
axes:
  gamma: {from: 0.5, to: 1.5, step: 0.5}
  width: [10, 1000]
  seed: {repeat: 4}
END
# Twenty seconds on a core, in thousands of runs.
sed -e 's/small/many/' -e 's/max_steps: 300/max_steps: 80000/' -e 's/repeat: 4/repeat: 200/' small.yaml >many.yaml
# One run of hours.
cat >endless.yaml <<'END'
name: endless
model: {activation: tanh, width: 2000}
data: {target: sine-mix, samples: 100}
train: {method: gd, learning_rate: 0.0001, max_steps: 1000000000, stop_loss: 1.0e-12}
END

# Eight runs that take longer than a job each, some ten minutes on a core in all.
cat >night.yaml <<END
name: night
model: {activation: tanh, width: 2000}
data: {target: sine-mix, samples: 100}
train: {method: adam, learning_rate: 0.0005, max_steps: ${NIGHT_STEPS:-480000}}
axes: {seed: {repeat: 8}}
END

two_nodes() {
  local job
  job=$(submit two -N2 -n4 -- srun dewpoint run small.yaml -o two.h5)
  ends "$job" COMPLETED 60
  says 'on 4 ranks' two.out
  grep -q 'n1 n2' <<<"$(h5dump -a hosts two.h5)" || fail "the store does not name both hosts"
  complete two.h5 small.h5
}

without_pmix() {
  local job
  job=$(submit singletons -N1 -n3 -- srun --mpi=none dewpoint run small.yaml -o singletons.h5)
  ends "$job" FAILED 60
  [ "$(exit_code "$job")" -eq 2 ] || fail "without PMIx the exit code was $(exit_code "$job")"
  says 'srun started 3 processes without PMIx.*--mpi=pmix' singletons.out
  [ "$(grep -c 'without PMIx' singletons.out)" -eq 1 ] || fail "more than one process complained"
  [ ! -e singletons.h5 ] || fail "a store was made"
}

two_jobs() {
  local first second
  first=$(submit first -w n1 -n1 -- srun dewpoint run endless.yaml -o shared.h5)
  until_true 60 test -e shared.h5
  second=$(submit second -w n2 -n1 -- srun dewpoint run endless.yaml -o shared.h5)
  ends "$second" FAILED 60
  [ "$(exit_code "$second")" -eq 2 ] || fail "the second job's exit code was $(exit_code "$second")"
  says "shared.h5.*n1.*$first" second.out
  scancel "$first"
  ends "$first" CANCELLED 60
}

cancelled() {
  local job before
  job=$(submit_script cancelled -w n1 -N1 -n2 -- many.yaml cancelled.h5 none)
  until_true 60 has_rows cancelled.h5 20
  scancel "$job"
  ends "$job" CANCELLED 60
  says 'stopped by SIGTERM' cancelled.out
  before=$(rows cancelled.h5)
  [ "$before" -lt 1200 ] || fail "the job was complete before it was cancelled"
  dewpoint verify cancelled.h5 >/dev/null || fail "wrong rows after scancel"
  job=$(submit_script again -w n2 -N1 -n2 -- many.yaml cancelled.h5 none)
  ends "$job" COMPLETED 120
  says "$before of 1200 runs are there" again.out
  complete cancelled.h5 many.h5
}

requeued() {
  local job
  job=$(submit_script requeued -N2 -n3 -- many.yaml requeued.h5 none)
  until_true 60 has_rows requeued.h5 20
  scontrol requeue "$job"
  until_true 60 job_is "$job" Restarts 1
  ends "$job" COMPLETED 120
  says 'runs are there' requeued.out
  complete requeued.h5 many.h5
}

dependencies() {
  local whole part after_whole after_part never
  whole=$(submit whole -n1 -- srun dewpoint run small.yaml -o whole.h5)
  part=$(submit part -n1 -- srun dewpoint run many.yaml -o part.h5 --time-budget 0.1)
  after_whole=$(submit after_whole -n1 -d "afterok:$whole" -- true)
  after_part=$(submit after_part -n1 -d "afternotok:$part" -- true)
  never=$(submit never -n1 -d "afterok:$part" -- true)
  ends "$after_whole" COMPLETED 60
  ends "$after_part" COMPLETED 60
  [ "$(exit_code "$part")" -eq 75 ] || fail "an incomplete sweep gave $(exit_code "$part")"
  job_is "$never" JobState PENDING || fail "afterok was released by an incomplete sweep"
  scancel "$never"
}

# A node loses its power: SLURM requeues the job by itself. Rank 0's own node, with the batch script on it, stays
# dead: the other node takes over a lock that nobody there can ask about.
first_node_dies() {
  local job
  job=$(submit_script first_node -N1 -n2 -- many.yaml first_node.h5 none)
  until_true 60 has_rows first_node.h5 20
  job_is "$job" BatchHost n1 || fail "rank 0 is not where this test thinks"
  node_kill n1
  until_true 60 job_is "$job" Restarts 1
  ends "$job" COMPLETED 120
  job_is "$job" BatchHost n2 || fail "the job went back to a node without power"
  says 'first_node.h5.lock: taken over from process [0-9]+ on n1' first_node.out
  says 'runs are there' first_node.out
  complete first_node.h5 many.h5
  node_start n1
  cluster_wait 2
}

other_node_dies() {
  local job
  job=$(submit_script other_node -N2 -n4 -- many.yaml other_node.h5 none)
  until_true 60 has_rows other_node.h5 20
  job_is "$job" BatchHost n1 || fail "rank 0 is not where this test thinks"
  node_kill n2
  until_true 60 job_is "$job" Restarts 1
  node_start n2
  ends "$job" COMPLETED 120
  says 'runs are there' other_node.out
  complete other_node.h5 many.h5
}

# Left to itself over night, with a walltime that is too short five times over.
night() {
  local job
  job=$(submit_script night -N2 -n2 --time=1 --signal=USR1@1 -- night.yaml night.h5 none)
  ends "$job" COMPLETED 3600
  scontrol -o show job "$job" | grep -Eq ' Restarts=([5-9]|[1-9][0-9]) ' || fail "the walltime was not too short five times"
  grep -q 'TIME LIMIT' night.out && fail "SLURM had to end the job"
  mpirun -n 2 dewpoint run night.yaml -o undisturbed.h5 -q >/dev/null
  complete night.h5 undisturbed.h5
}

# A job array, and the merge job that depends on it.
sharded() {
  sbatch --parsable -J sharded -o 'sharded-%a.out' --array=1-4 -N1 -n1 "$SOURCE/jobs/array.sbatch" many.yaml sharded.h5 >array
  until_true 180 has_rows sharded.h5 1200
  until_true 60 grep -q 'sharded.h5: 1200 of 1200 runs' dewpoint-merge-*.out
  for shard in 1 2 3 4; do
    [ "$(rows "sharded.$shard-of-4.h5")" -gt 100 ] || fail "shard $shard has $(rows "sharded.$shard-of-4.h5") rows"
  done
  complete sharded.h5 many.h5
}

# The last task of an array has the number of the whole array: when it requeues itself, the others go on.
last_shard_requeues() {
  local array
  { cat endless.yaml && echo 'axes: {seed: [1, 2]}'; } >pair.yaml
  array=$(sbatch --parsable -J pair -o 'pair-%a.out' --array=1-2 -N1 -n1 "$SOURCE/jobs/array.sbatch" pair.yaml pair.h5)
  until_true 60 test -e pair.1-of-2.h5
  until_true 60 test -e pair.2-of-2.h5
  sleep 5
  scancel --signal=USR1 "${array}_2"
  until_true 60 job_is "${array}_2" Restarts 1
  job_is "${array}_1" Restarts 0 || fail "shard 1 was requeued with shard 2"
  scancel "$array"
  ends "${array}_1" CANCELLED 60
  scancel --name=dewpoint-merge
  ! grep -q Invalid pair-*.out || fail "$(cat pair-*.out)"
}

# SLURM's own warning, which reaches the ranks and not srun. It may come a minute early, but not before a rank listens.
warned() {
  local job
  job=$(submit warned -N2 -n2 --time=2 --signal=USR1@50 -- srun dewpoint run endless.yaml -o warned.h5 --grace 1)
  ends "$job" FAILED 130
  [ "$(exit_code "$job")" -eq 75 ] || fail "a job that was warned gave $(exit_code "$job")"
  says 'stopped by SIGUSR1' warned.out
  [ -s warned.h5.checkpoint-0 ] || fail "the run in hand left no checkpoint"
}

# Nobody says a word: the job script knows its end, dewpoint stops before it, and the script requeues itself. SLURM sends
# its warning up to a minute early, so USR1 would end this job too; URG is a signal that nobody hears.
walltime_begins() {
  walltime=$(submit_script walltime -w n1 -N1 -n1 --time=1 --signal=URG@1 -- endless.yaml walltime.h5 none)
}
walltime_ends() {
  until_true 100 job_is "$walltime" Restarts "[1-9][0-9]*" # its walltime may have ended more than once by now
  says 'stopped at the end of its time budget' walltime.out
  [ -s walltime.h5.checkpoint-0 ] || fail "the run in hand left no checkpoint"
  grep -q 'CANCELLED.*TIME LIMIT' walltime.out && fail "SLURM had to end the job"
  until_true 60 job_is "$walltime" JobState RUNNING
  scancel "$walltime"
  ends "$walltime" CANCELLED 60
}

[ $# -gt 0 ] || set -- walltime_begins two_nodes without_pmix two_jobs sharded last_shard_requeues cancelled requeued dependencies warned walltime_ends \
  first_node_dies other_node_dies
dewpoint run small.yaml -o small.h5 -q >/dev/null
dewpoint run many.yaml -o many.h5 -q >/dev/null
cluster_start "$directory/cluster"
grep -q pmix <<<"$(srun --mpi=list 2>&1)" || skip "this SLURM has no PMIx"
for name in "$@"; do
  began=$SECONDS
  $name
  echo "$name: $((SECONDS - began)) s"
done
