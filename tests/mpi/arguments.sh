#!/bin/sh
# The command line: help, versions, verbs, near misses, other programs as verbs.
. "$(dirname "$0")/common.sh"

expect 0 "$DEWPOINT" --help
says 'resume' out.txt
expect 0 "$DEWPOINT" --version
says '^dewpoint [0-9]+\.[0-9]+' out.txt
for verb in run plan keys status verify explain bench; do
    expect 0 "$DEWPOINT" $verb --help
    says "usage: dewpoint $verb" out.txt
done
expect 2 "$DEWPOINT"
expect 2 "$DEWPOINT" statsu
says 'did you mean "status"' err.txt
expect 2 "$DEWPOINT" run
says 'FILE' err.txt
expect 2 "$DEWPOINT" run small.yaml surplus
expect 2 "$DEWPOINT" run small.yaml --sett width=3
says 'sett' err.txt
expect 2 "$DEWPOINT" plan small.yaml -o x.h5
expect 2 "$DEWPOINT" run small.yaml -o
says 'missing' err.txt

mkdir bin
printf '#!/bin/sh\necho "hello $*"\n' >bin/dewpoint-hello
chmod +x bin/dewpoint-hello
PATH=$PWD/bin:$PATH
expect 0 "$DEWPOINT" hello world
says '^hello world$' out.txt

expect 0 "$DEWPOINT" keys
says 'gamma_prime' out.txt
expect 0 "$DEWPOINT" plan small.yaml
says '180' out.txt
says 'store: ' out.txt
expect 0 "$DEWPOINT" run small.yaml -o a.h5 --quiet
[ ! -s err.txt ] || fail "--quiet is not quiet"
says '180 runs: .* store a.h5' out.txt
# Curves reserve room for max_steps: a job says so before it takes the disk, here one that does not have so much.
printf 'observe: {curve_every: 1}\naxes: {seed: {repeat: 2000000}}\n' >curves.yaml
expect 1 "$DEWPOINT" run curves.yaml
says 'warning: curves.h5: the store takes more than 1.76e\+05 GB, because its curves have room for 1000001 points a run; set a' \
    err.txt
expect 1 "$DEWPOINT" run curves.yaml --quiet
! grep 'warning' err.txt || fail "--quiet is not quiet"
expect 0 "$DEWPOINT" status a.h5
says '180 of 180' out.txt
expect 0 "$DEWPOINT" verify a.h5
expect 2 "$DEWPOINT" status nowhere.h5
expect 2 "$DEWPOINT" status small.yaml
says 'not an HDF5 file' err.txt
expect 0 "$DEWPOINT" explain small.yaml 7
mv out.txt from-sweep.txt
expect 0 "$DEWPOINT" explain a.h5 7
cmp -s out.txt from-sweep.txt || fail "a store explains a run otherwise than its sweep"
says 'width: 10$' out.txt
expect 2 "$DEWPOINT" explain a.h5 180
