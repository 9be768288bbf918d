# Sourced by the scripts here. DEWPOINT, SAME and MPIRUN come from CTest; each script works in a directory of its own.
: "${DEWPOINT:?is not set: run this through ctest}"
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# expect CODE COMMAND...: runs it, output in out.txt and err.txt
expect() {
    code=$1
    shift
    "$@" >out.txt 2>err.txt </dev/null
    got=$?
    [ "$got" -eq "$code" ] || {
        cat out.txt err.txt >&2
        fail "$* gave $got, not $code"
    }
}

# says PATTERN FILE...
says() {
    pattern=$1
    shift
    grep -Eq -- "$pattern" "$@" || {
        cat "$@" >&2
        fail "no \"$pattern\" in the output"
    }
}

# finished STORE: how many rows are done
finished() {
    "$DEWPOINT" status "$1" 2>/dev/null | sed -n 's/^runs  *\([0-9]*\) of.*/\1/p'
}

# wait_for N STORE: until at least N rows are done, half a minute at most
wait_for() {
    for _ in $(seq 1500); do
        now=$(finished "$2")
        [ "${now:-0}" -ge "$1" ] && return
        sleep .02
    done
    fail "$2 never had $1 rows"
}

# ranks_of PID: the processes that this mpirun started
ranks_of() {
    cat "/proc/$1/task/$1/children"
}

cat >small.yaml <<'YAML'
name: small
data: {samples: 4}
train: {method: gd, learning_rate: 0.01, stop_loss: 1.0e-9, max_steps: 300}
axes:
  gamma: {from: 0.5, to: 1.5, step: 0.25}
  gamma_prime: [-0.5, 0, 0.5]
  width: [10, 100, 1000]
  seed: {repeat: 4}
YAML

# A few seconds on one core, in thousands of runs of milliseconds.
sed -e 's/^name: small/name: long/' -e 's/max_steps: 300/max_steps: 6000/' -e 's/repeat: 4/repeat: 40/' \
    small.yaml >long.yaml
