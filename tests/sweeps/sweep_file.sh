#!/bin/bash
# sweep_file.sh: what people write into sweep files and on the command line ends as they meant it, or in a sentence before a
# store is made. BIN, PYTHON and the environment of Open MPI come from CTest.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
dewpoint=$BIN/dewpoint

fail() { echo "sweep_file.sh: $*"; cat out.txt err.txt; exit 1; }
# expect CODE COMMAND...: its exit code; out.txt and err.txt hold what it said
expect() {
  local code=$1 got=0
  shift
  "$@" >out.txt 2>err.txt || got=$?
  [ "$got" -eq "$code" ] || fail "$* ended with $got instead of $code"
}
says() { grep -qF -- "$1" out.txt err.txt || fail "nobody said: $1"; }
no_store() { [ -z "$(find . -name '*.h5*')" ] || fail "a store was made: $(find . -name '*.h5*')"; }

cat >s.yaml <<'END'
name: small
init: {antisymmetric: true}
train: {stop_loss: 1.0e-2}
axes: {gamma: [0.5, 1], width: [10, 20], seed: {repeat: 3}}
END

# a name is no path
for name in ../../escaped a/b .hidden -o; do
  sed "s|^name:.*|name: \"$name\"|" s.yaml >name.yaml
  expect 2 "$dewpoint" run name.yaml
  says 'choose the store with --output'
done
# --set is one line; a condition is one condition
expect 2 "$dewpoint" run s.yaml --set $'gamma=[0,\n 1]'
says 'must be one line'
(cat s.yaml && echo 'exclude: "gamma > 0.7, width > 10"') >comma.yaml
expect 2 "$dewpoint" run comma.yaml
says 'comma.yaml:5:10: the condition "gamma > 0.7, width > 10": has a comma'
# what cannot fit the memory
expect 2 "$dewpoint" plan s.yaml --set width=1e9 --set target=random --set inputs=1000
says 'of width 1000000000, cannot fit: training takes at least 3.21e+04 GB'
expect 2 "$dewpoint" run s.yaml --set curve_every=1 --set max_steps=1e12
says 'its curve and kept parameters take'
no_store

# byte order marks
(printf '\xef\xbb\xbf---\n' && cat s.yaml) >mark.yaml
expect 0 "$dewpoint" plan mark.yaml
says 'sweep small'
# what is allowed but probably not meant is said, and the run goes on
expect 0 "$dewpoint" run s.yaml -o warned.h5 --set learning_rate=0.1
says 'warning: --set learning_rate=0.1: method flow does not read learning_rate'
# the first loss already meets stop_loss
says '12 runs took no step (RD 0), because the first loss already meets stop_loss'
expect 0 "$dewpoint" phase warned.h5
says 'no step changed the parameters, as where the first loss already meets stop_loss'

# a formula is as good as the target with a name: every column of the store, bit for bit
set -- --set stop_loss=1e-3 --set method=gd --set learning_rate=0.01 --set max_steps=200
expect 0 "$dewpoint" run s.yaml -o named.h5 "$@"
expect 0 "$dewpoint" run s.yaml -o formula.h5 --set target=formula --set samples=4 "$@" \
  --set 'formula=0.2*relu(x - 1/3) + 0.2*relu(-x - 1/3)'
"$PYTHON" - <<'END'
import h5py
import numpy
named, formula = h5py.File("named.h5"), h5py.File("formula.h5")
compared = 0
for name, column in named.items():
    if name in formula and getattr(column, "shape", None) == (12,) and name not in ("wall_time", "checksum", "target", "samples"):
        assert numpy.array_equal(column[()], formula[name][()], equal_nan=column.dtype.kind == "f"), name
        compared += 1
assert compared > 20, compared
END
expect 2 "$dewpoint" run s.yaml -o bad.h5 --set target=formula --set 'formula=1/x' --set samples=3
says 'key formula: "1/x": the label of sample 2, at x = 0, is not finite'
[ ! -e bad.h5 ] || fail "a store was made for a formula that has no value"
echo "fine"
