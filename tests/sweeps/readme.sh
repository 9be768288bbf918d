#!/usr/bin/env bash
# readme.sh SOURCE_DIR: every dewpoint command of the README runs as printed (on a small phase-relu.yaml), its sweep
# file is a sweep, its Python reads the store.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export PATH=$BIN:$PATH
mkdir sweeps
sed -e 's/linspace: \[\(.*\), 21\]/linspace: [\1, 3]/' -e 's/width:.*/width: [100, 200]/' "$source/sweeps/phase-relu.yaml" \
  >sweeps/phase-relu.yaml
sed -e 's/max_steps: [0-9]*/max_steps: 50/' "$source/sweeps/seed-002.yaml" >sweeps/seed-002.yaml

sed -e 's/seed: {repeat: 20}/seed: {repeat: 2}/' "$source/sweeps/multiplicity-paper-1d.yaml" >sweeps/multiplicity-paper-1d.yaml

# block LANGUAGE: the fenced blocks of that language
block() {
  awk -v fence='```'"$1" 'inside { if ($0 == "```") inside = on = 0; else if (on) print; next }
    /^```/ { inside = 1; on = $0 == fence }' "$source/README.md"
}

block '' | sed -e 's/ *#.*//' | grep -E '^((mpirun.*)?dewpoint|diff) ' >commands.txt
[ "$(wc -l <commands.txt)" -ge 5 ] || { echo "the README's commands were not found"; exit 1; }
while read -r command; do
  echo "\$ $command"
  bash -c "$command" >output.txt 2>&1 </dev/null || { cat output.txt; exit 1; }
done <commands.txt
for file in relu.csv relu.png loss.png neurons.png align.gif kinks.csv start.csv runs.csv small.h5 \
  directions.png stable.png; do
  [ -s $file ] || { echo "the README's commands made no $file"; exit 1; }
done

grep -q '^diff ' commands.txt || { echo "the README compares no stores"; exit 1; }
sed -i '2s/,done,/,diverged,/' there.csv
! bash -c "$(grep '^diff ' commands.txt)" >output.txt || { echo "another result was not seen"; exit 1; }

block yaml | csplit -s -f sweep -b %d.yaml - '/^name:/' '{*}' # sweep0.yaml is empty
for i in 1 2 3 4; do printf '%s,%s,%s\n' "0.$i" "0.$((i * i % 7))" "-0.$i"; done >points.csv
for sweep in 1 2; do
  dewpoint plan sweep$sweep.yaml >plan.txt
  grep -qE 'runs  *(567|315)$' plan.txt || { cat plan.txt; exit 1; }
done

block python >read.py
"$PYTHON" read.py >read.txt
grep -q gamma_prime read.txt
