# shellcheck shell=bash
# Sourced: what the cases need to submit jobs and to look at them. BIN and SAME are set by CTest.

fail() {
  echo "FAILED: $*"
  tail -n 15 ./*.out "$cluster"/log/slurmctld 2>/dev/null || true
  exit 1
}

# until SECONDS COMMAND...: waits for the command to succeed
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || fail "in vain: $*"
    sleep .2
  done
}

# submit NAME [SBATCH OPTION...] -- COMMAND...: a job of one line, with its output in NAME.out; prints its number
submit() {
  local name=$1 options=()
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  sbatch --parsable --open-mode=append -J "$name" -o "$name.out" "${options[@]}" --wrap "$*"
}

# submit_script NAME [SBATCH OPTION...] -- ARGUMENT...: jobs/sweep.sbatch
submit_script() {
  local name=$1 options=()
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  sbatch --parsable -J "$name" -o "$name.out" "${options[@]}" "$SOURCE/jobs/sweep.sbatch" "$@"
}

job_is() { # NUMBER FIELD VALUE: of scontrol show job, such as JobState
  scontrol -o show job "$1" | grep -Eq "(^| )$2=$3( |\$)"
}

ended() { job_is "$1" JobState '(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL)'; }

# ends NUMBER STATE SECONDS
ends() {
  until_true "$3" ended "$1"
  job_is "$1" JobState "$2" || fail "job $1 did not end as $2: $(scontrol -o show job "$1")"
}

exit_code() { scontrol -o show job "$1" | sed -n 's/.* ExitCode=\([0-9]*\):.*/\1/p'; }

rows() { dewpoint status "$1" 2>/dev/null | sed -n 's/^runs  *\([0-9]*\) of.*/\1/p'; }

has_rows() { [ "$(rows "$1")" -ge "$2" ]; } # STORE COUNT

says() { grep -Eq -- "$1" "$2" || fail "no \"$1\" in $2: $(cat "$2")"; } # PATTERN FILE

# complete STORE REFERENCE: all rows, bit for bit, and nothing beside
complete() {
  "$SAME" "$1" "$2" || fail "$1 differs from $2"
  dewpoint verify "$1" >/dev/null || fail "$1 has wrong rows"
  [ ! -e "$1.lock" ] || fail "$1 is still locked"
  compgen -G "$1.checkpoint*" >/dev/null && fail "$1 still has checkpoints"
  return 0
}
