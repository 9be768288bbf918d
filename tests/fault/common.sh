# Sourced by the scripts here: a sweep with curves and weights that takes seconds in runs of milliseconds.
. "$(dirname "$0")/../mpi/common.sh"

cat >traced.yaml <<'YAML'
name: traced
data: {samples: 4}
train: {method: gd, learning_rate: 0.01, max_steps: 2000}
observe: {curve_ratio: 2}
store: {weights: seed < 2, trajectories: seed == 0 and width == 10}
axes:
  gamma: {from: 0.5, to: 1.5, step: 0.25}
  gamma_prime: [-0.5, 0, 0.5]
  width: [10, 100, 1000]
  seed: {repeat: 12}
YAML

# ended JOB: until mpirun is gone. After a rank was killed, Open MPI 4's sometimes waits for ever, in a deadlock of its own
# (PMIx_server_finalize), so it is ended after twenty seconds.
ended() {
    for _ in $(seq 200); do
        case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1) in '' | Z | X) return ;; esac
        sleep .1
    done
    echo "mpirun outlived its ranks by twenty seconds and was ended"
    kill -KILL "$1" 2>/dev/null
}

# gone PID...: until none of the processes is there, a minute at most
gone() {
    for _ in $(seq 600); do
        kill -0 "$@" 2>/dev/null || return 0
        alive=
        for process in "$@"; do
            state=$(sed 's/.*) //' "/proc/$process/stat" 2>/dev/null | cut -c1)
            case $state in '' | Z | X) ;; *) alive=1 ;; esac
        done
        [ -n "$alive" ] || return 0
        sleep .1
    done
    return 1
}

# after SEED MOST: sleeps a random time below MOST seconds, the same for the same seed
after() {
    sleep "$(awk -v seed="$1" -v most="$2" 'BEGIN { srand(seed); printf "%.3f", most * rand() }')"
}
