#!/bin/sh
# Sweeps that grow: rows of finished stores are copied, only the rest is trained, and what comes of it is bit for bit
# the sweep trained at once, at any number of ranks.
. "$(dirname "$0")/../fault/common.sh"

copied() { # STORE: rows that were copied
    "$PYTHON" -c 'import h5py, sys; print(int((h5py.File(sys.argv[1])["source"][:] > 0).sum()))' "$1"
}
is_copied() { # N STORE
    [ "$(copied "$2")" -eq "$1" ] || fail "$2 has $(copied "$2") copied rows, not $1"
}

# Two more seeds and a wider width, with curves and neurons.
sed -e 's/repeat: 12/repeat: 3/' -e 's/max_steps: 2000/max_steps: 60, stop_loss: 1.0e-9/' -e 's/, 1000\]/]/' traced.yaml >old.yaml
sed -e 's/repeat: 3/repeat: 5/' -e 's/\[10, 100\]/[10, 100, 300]/' old.yaml >new.yaml
expect 0 "$DEWPOINT" run old.yaml -o old.h5 -q
expect 0 "$MPIRUN" -n 3 "$DEWPOINT" run new.yaml -o whole.h5 -q
expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run new.yaml -o new.h5 --reuse old.h5
says '90 of 225 runs are in old.h5' err.txt
is_copied 90 new.h5
expect 0 "$SAME" whole.h5 new.h5
expect 0 "$DEWPOINT" verify new.h5
h5dump -a sources new.h5 | grep -q 'old.h5: sweep .* by dewpoint' || fail "the store does not name its source"

# Another sweep is refused with what differs and what to do; --extend does it.
cp old.h5 e.h5
expect 2 "$DEWPOINT" run new.yaml -o e.h5
says 'axis width is 10 100 in the store, 10 100 300 now' err.txt
says '--extend' err.txt
expect 0 cmp old.h5 e.h5
expect 0 "$MPIRUN" -n 3 "$DEWPOINT" run new.yaml -o e.h5 --extend -q
is_copied 90 e.h5
expect 0 "$SAME" whole.h5 e.h5
cp old.h5 c.h5
touch c.h5.checkpoint-7 # a checkpoint is of a row, and rows change their numbers
expect 0 "$DEWPOINT" run new.yaml -o c.h5 --extend
says '1 unfinished runs of c.h5 begin again' err.txt
[ ! -e c.h5.checkpoint-7 ] || fail "a checkpoint outlived its sweep"
expect 0 "$SAME" whole.h5 c.h5
expect 0 "$DEWPOINT" run new.yaml -o e.h5 --extend
says 'already complete' out.txt
is_copied 90 e.h5

# Nothing is lost: a smaller sweep is no extension.
expect 2 "$DEWPOINT" run old.yaml -o e.h5 --extend
says 'it has finished runs that this sweep lacks \(135\); they would be lost' err.txt
expect 0 "$SAME" whole.h5 e.h5
expect 0 "$DEWPOINT" run old.yaml -o part.h5 --reuse e.h5 -q
is_copied 90 part.h5
expect 0 "$SAME" old.h5 part.h5

# A store that is half done takes what another has when it is taken up again, and keeps its own.
sed 's/{repeat: 5}/[3, 4]/' new.yaml >seeds.yaml
expect 0 "$DEWPOINT" run seeds.yaml -o seeds.h5 -q
cp part.h5 both.h5
expect 0 "$DEWPOINT" run new.yaml -o both.h5 --extend --reuse 'seed?.h5' -q
is_copied 180 both.h5
expect 0 "$SAME" whole.h5 both.h5
expect 2 "$DEWPOINT" run new.yaml -o x.h5 --reuse 'nothing*.h5'
says 'there is no file nothing\*.h5' err.txt

# Runs at their step limit are the same under other limits; under a higher step limit those and only those are trained.
expect 0 "$DEWPOINT" run old.yaml -o limits.h5 --set stop_loss=0.01 --set max_steps=30 -q
"$DEWPOINT" status limits.h5 >out.txt
limit=$(sed -n 's/^ *step_limit *//p' out.txt)
[ "${limit:-0}" -gt 10 ] && [ "$limit" -lt 80 ] || fail "the sweep is to end in both ways: $(cat out.txt)"
expect 0 "$DEWPOINT" run old.yaml -o evaluations.h5 --reuse limits.h5 --set stop_loss=0.01 --set max_steps=30 --set max_evaluations=500 -q
is_copied 90 evaluations.h5
expect 0 "$DEWPOINT" run old.yaml -o steps.h5 --set stop_loss=0.01 --set max_steps=40 -q
expect 0 "$DEWPOINT" run old.yaml -o limits.h5 --extend --set stop_loss=0.01 --set max_steps=40 -q
is_copied $((90 - limit)) limits.h5
expect 0 "$SAME" steps.h5 limits.h5
expect 0 "$DEWPOINT" run old.yaml -o again.h5 --reuse steps.h5 --set stop_loss=0.01 --set max_steps=40 --again step-limit,diverged -q
[ "$(copied again.h5)" -lt 90 ] || fail "--again trained nothing"
expect 0 "$SAME" steps.h5 again.h5
expect 2 "$DEWPOINT" run old.yaml -o again.h5 --again slow
says 'diverged, step-limit and failed, not "slow"' err.txt

# The contents of a file count, not its name.
printf 'x,y\n-1,0.5\n0,1\n1,-0.25\n' >points.csv
printf 'name: file\nmodel: {width: 20}\ndata: {target: file, file: points.csv}\ntrain: {max_steps: 20}\naxes: {seed: {repeat: 4}}\n' >file.yaml
expect 0 "$DEWPOINT" run file.yaml -o file.h5 -q
cp points.csv same.csv
sed 's/points.csv/same.csv/' file.yaml >same.yaml
expect 0 "$DEWPOINT" run same.yaml -o same.h5 --reuse file.h5 -q
is_copied 4 same.h5
printf 'x,y\n-1,0.5\n0,1\n1,-0.125\n' >same.csv
expect 0 "$DEWPOINT" run same.yaml -o other.h5 --reuse file.h5 -q
is_copied 0 other.h5
expect 2 "$DEWPOINT" run file.yaml -o same.h5
says 'same.csv' err.txt

# Rows that are damaged are not taken, nor those of another version of the results.
cp file.h5 damaged.h5
"$PYTHON" -c 'import h5py; h5py.File("damaged.h5", "r+")["rd_w"][2] *= 1.5'
expect 0 "$DEWPOINT" run file.yaml -o mended.h5 --reuse damaged.h5 -q
is_copied 3 mended.h5
expect 0 "$SAME" file.h5 mended.h5
cp file.h5 foreign.h5
"$RESEAL" foreign.h5 999 || fail "the version cannot be changed"
expect 2 "$DEWPOINT" run file.yaml -o z.h5 --reuse foreign.h5
says 'results version 999' err.txt
says '--reuse-any-version' err.txt
expect 0 "$DEWPOINT" run file.yaml -o z.h5 --reuse foreign.h5 --reuse-any-version -q
is_copied 4 z.h5
expect 2 "$DEWPOINT" run file.yaml -o foreign.h5
says 'results version 999' err.txt
expect 0 "$DEWPOINT" run file.yaml -o foreign.h5 --extend --reuse-any-version -q
is_copied 4 foreign.h5
h5dump -a sources z.h5 | grep -q 'results version 999' || fail "the store does not tell of the other version"
