#!/usr/bin/env bash
# every_sweep.sh SOURCE_DIR: each sweep in sweeps/ parses, plans, and trains in a shortened form.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
ln -s "$source/sweeps" sweeps # data files beside the sweeps are named from the top of the source

# shorten NAME: the --set options that make a sweep small enough for a test; each keeps what is special about it.
shorten() {
  case $1 in
    quickstart | phase-relu) echo "--set width=[100,200] --set gamma=[0.5,1.5] --set gamma_prime=[0] --set seed=[0]" ;;
    phase-relu-fine | phase-xtanh | phase-x2tanh)
      echo "--set width=[100,200] --set gamma=[0.5,1] --set gamma_prime=[0] --set seed=[0,1,2]" ;;
    phase-sin20 | phase-2d) echo "--set width=[100,200] --set gamma=[0.5,1] --set gamma_prime=[0]" ;;
    phase-tanh | phase-5d | phase-file)
      echo "--set width=[20,40] --set gamma=[1,1.5] --set gamma_prime=[0,0.5] --set seed=[0]" ;;
    phase-tanh-1d) echo "--set gamma=[0.9,1.1] --set width=[100,200] --set seed=0 --set stop_time=1e3 --set max_steps=100" ;;
    seed-000) echo "--set seed=0 --set max_steps=20 --set test_samples=100" ;;
    seed-001 | seed-002) echo "--set seed=[0,1] --set max_steps=20 --set test_samples=100" ;;
    seed-003) echo "--set seed=0 --set max_steps=200 --set test_samples=100" ;;
    seed-004) echo "--set seed=[0,1] --set data_seed=[0,1] --set max_epochs=3 --set test_samples=100" ;;
    seed-003-noise) echo "--set seed=0 --set data_seed=0 --set max_steps=50 --set test_samples=100 --set noise=[0,1]" ;;
    teacher) echo "--set seed=0 --set data_seed=[0,1] --set max_steps=60 --set test_samples=100 --set samples=50" ;;
    initial-tanh) echo "--set width=[100,1000] --set seed=0" ;;
    initial-xtanh) echo "--set seed=[0,1] --set width=200 --set max_steps=500" ;;
    multiplicity) echo "--set data_seed=0 --set seed=0 --set width=50 --set max_steps=300" ;;
    multiplicity-seed) echo "--set width=100 --set seed=0" ;;
    multiplicity-paper-1d) echo "--set seed=0 --set max_steps=200" ;;
    multiplicity-paper-5d) echo "--set seed=0 --set data_seed=0 --set max_steps=20" ;;
    *) echo "no shortened form of sweeps/$1.yaml in this test" >&2; return 1 ;;
  esac
}

for sweep in "$source"/sweeps/*.yaml; do
  name=$(basename "$sweep" .yaml)
  "$BIN/dewpoint" plan "$sweep" >plan.txt
  options=$(shorten "$name")
  # shellcheck disable=SC2086 # options are words
  "$BIN/dewpoint" run "$sweep" -o "$name.h5" --quiet $options >"$name.txt"
  grep -q '(100.0%)' <<<"$("$BIN/dewpoint" status "$name.h5")" || { echo "$name did not finish"; exit 1; }
  echo "$name: $(cat "$name.txt")"
done
