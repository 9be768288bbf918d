#!/bin/sh
# A sweep trained in shards and merged is the sweep trained at once; what is missing is told.
. "$(dirname "$0")/../fault/common.sh"

sed -e 's/repeat: 12/repeat: 3/' -e 's/max_steps: 2000/max_steps: 60/' traced.yaml >whole.yaml
expect 0 "$MPIRUN" -n 2 "$DEWPOINT" run whole.yaml -o whole.h5 -q
sum=0
for i in 1 2 3 4 5 6 7; do
    expect 0 "$MPIRUN" -n $((i % 3 + 1)) "$DEWPOINT" run whole.yaml --shard $i/7 -q
    rows=$(finished "traced.$i-of-7.h5")
    sum=$((sum + rows))
    # The three widest groups of 15 cells and 3 seeds hold nine tenths of the work: shares by cost differ in number.
    [ "$rows" -gt 0 ] || fail "shard $i has no rows"
done
[ $sum -eq 135 ] || fail "the shards have $sum rows, not 135"
mv traced.4-of-7.h5 later.h5
expect 75 "$DEWPOINT" merge 'traced.*-of-7.h5' -o merged.h5
says "merged.h5: $((135 - $(finished later.h5))) of 135 runs" out.txt
says "missing +$(finished later.h5) runs: rows" out.txt
expect 0 "$DEWPOINT" merge later.h5 -o merged.h5
says 'merged.h5: 135 of 135 runs' out.txt
expect 0 "$SAME" whole.h5 merged.h5
expect 0 "$DEWPOINT" verify merged.h5
expect 0 "$DEWPOINT" run whole.yaml -o merged.h5
says 'already complete' out.txt

# A damaged row is left out, and the message says so.
cp traced.1-of-7.h5 hurt.h5
rows=$(finished hurt.h5)
"$PYTHON" -c 'import h5py; h5py.File("hurt.h5", "r+")["curve_loss"][0, 0] *= 1.5' || fail "h5py cannot change a number"
expect 75 "$DEWPOINT" merge hurt.h5 -o some.h5
says "some.h5: $((rows - 1)) of 135 runs" out.txt
says 'hurt.h5: 1 row differs from its checksum; damaged rows are not copied' err.txt
expect 1 "$DEWPOINT" export hurt.h5 --compress small.h5
says 'hurt.h5: damaged: 1 row differs from its checksum, first row 0' err.txt
expect 0 "$DEWPOINT" run whole.yaml --reuse hurt.h5 -o healed.h5
says 'hurt.h5: 1 row differs from its checksum; damaged rows are not copied' err.txt
expect 0 "$SAME" whole.h5 healed.h5

# Another shard is another store; a shard is resumed as one, and analysed as one.
expect 2 "$DEWPOINT" run whole.yaml --shard 3/7 -o later.h5
says 'part is 4/7' err.txt
expect 2 "$DEWPOINT" run whole.yaml -o later.h5
expect 0 "$DEWPOINT" run whole.yaml --shard 4/7 -o later.h5
says 'already complete' out.txt
expect 0 "$DEWPOINT" export later.h5 --table later.csv
expect 0 "$DEWPOINT" run whole.yaml -o later.h5 --extend -q
expect 0 "$SAME" whole.h5 later.h5
for wrong in 0/7 8/7 3 3/ a/b 1/1000; do
    expect 2 "$DEWPOINT" run whole.yaml --shard $wrong -o x.h5
    [ ! -e x.h5 ] || fail "--shard $wrong left a store"
done

# Stores of different sweeps need a sweep that has all their runs.
sed 's/{repeat: 3}/[7, 8]/' whole.yaml >more.yaml
sed 's/{repeat: 3}/[0, 1, 2, 7, 8]/' whole.yaml >all.yaml
expect 0 "$DEWPOINT" run more.yaml -o more.h5 -q
expect 2 "$DEWPOINT" merge whole.h5 more.h5 -o all.h5
says 'more.h5: it has finished runs that the sweep traced lacks \(90\);.*--sweep FILE' err.txt
[ ! -e all.h5 ] || fail "a refused merge left a store"
expect 0 "$DEWPOINT" merge whole.h5 more.h5 -o all.h5 --sweep all.yaml
expect 0 "$DEWPOINT" run all.yaml -o at_once.h5 -q
expect 0 "$SAME" at_once.h5 all.h5
left=$(find . -name '*.lock*' -o -name '*.tmp*')
[ -z "$left" ] || fail "left behind: $left"
