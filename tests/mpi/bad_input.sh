#!/bin/sh
# Malformed sweeps: exit code 2, one clear message with its place, before any work; nothing that exists is touched.
. "$(dirname "$0")/common.sh"

expect 0 "$DEWPOINT" run small.yaml -o kept.h5
cp kept.h5 before.h5
n=0

# refused WHAT PATTERN placed|anywhere: bad.yaml gives a message with the pattern, and its place
refused() {
    n=$((n + 1))
    expect 2 "$DEWPOINT" run bad.yaml -o kept.h5
    [ -s out.txt ] && fail "$1: something on stdout"
    says "$2" err.txt
    [ "$3" = anywhere ] || says '^bad.yaml:[0-9]+:[0-9]+: ' err.txt
    expect 2 "$DEWPOINT" run bad.yaml -o new.h5
    cmp -s kept.h5 before.h5 || fail "$1: the store was touched"
    [ ! -e new.h5 ] && [ ! -e new.h5.lock ] && [ ! -e kept.h5.lock ] || fail "$1: something was left behind"
}

printf 'name: x\naxes:\n\tgamma: [1]\n' >bad.yaml
refused tabs 'tab|character' placed
echo 'model: {width: ten}' >bad.yaml
refused 'wrong type' 'width.*ten' placed
echo 'model: {width: 10.5}' >bad.yaml
refused 'a fraction of a neuron' 'width.*10.5' placed
echo 'model: {widht: 10}' >bad.yaml
refused 'unknown key' 'widht.*did you mean.*width' placed
echo 'modle: {width: 10}' >bad.yaml
refused 'unknown section' 'modle.*did you mean.*model' placed
echo 'axes: {gamma: []}' >bad.yaml
refused 'empty axis' 'gamma.*empty|empty.*gamma|gamma.*no values' placed
echo 'axes: {width: [0]}' >bad.yaml
refused 'zero width' 'width' placed
echo 'model: {width: 0}' >bad.yaml
refused 'zero width' 'width.*0' placed
echo 'axes: {gamma: {from: 0, to: 1, step: -0.1}}' >bad.yaml
refused 'negative step' 'gamma.*step|step.*gamma' placed
echo 'axes: {gamma: {from: 0, to: 1, step: 0}}' >bad.yaml
refused 'zero step' 'gamma.*step|step.*gamma' placed
echo 'axes: {gamma: {linspace: [0, 1, 1000000]}, seed: {repeat: 1000000}}' >bad.yaml
refused '10^12 runs' 'runs' anywhere
echo 'just some text' >bad.yaml
refused 'not a mapping' 'bad.yaml' placed
echo 'axes: {gamma: [1, 2' >bad.yaml
refused 'not YAML' 'bad.yaml' placed
printf '' >bad.yaml
refused 'an empty file' 'bad.yaml' anywhere
printf 'model: {width: 10}\nmodel: {width: 20}\n' >bad.yaml
refused 'duplicate section' 'model' placed
echo 'model: {width: 10, width: 20}' >bad.yaml
refused 'duplicate key' 'width' placed
echo 'model: {activation: rleu}' >bad.yaml
refused 'unknown choice' 'rleu.*did you mean.*relu' placed
echo 'axes: {gamma: {logspace: [0, 1, 5]}}' >bad.yaml
refused 'logspace from 0' 'gamma|logspace' placed
echo 'axes: {gamma: {linspace: [0, 1]}}' >bad.yaml
refused 'linspace without a count' 'gamma|linspace' placed
echo 'train: {stop_loss: nan}' >bad.yaml
refused 'not a number' 'stop_loss' placed
echo 'data: {target: file}' >bad.yaml
refused 'no data file named' 'file' anywhere
echo 'data: {target: file, file: nowhere.csv}' >bad.yaml
refused 'missing data file' 'nowhere.csv' anywhere
head -c 3000 /dev/urandom >bad.yaml
refused 'noise' 'bad.yaml' anywhere
[ "$n" -ge 20 ] || fail "only $n cases"

# every mistake of a file is told
printf 'model: {width: ten}\ntrain: {max_stepz: 3}\n' >bad.yaml
expect 2 "$DEWPOINT" run bad.yaml -o new.h5
says 'ten' err.txt
says 'max_stepz' err.txt

# and once, whatever the number of ranks
expect 2 "$MPIRUN" -n 3 "$DEWPOINT" run bad.yaml -o new.h5
[ "$(grep -c 'max_stepz' err.txt)" -eq 1 ] || fail "more than one rank complained"

expect 2 "$DEWPOINT" run missing.yaml -o new.h5
says 'missing.yaml' err.txt
expect 2 "$DEWPOINT" run . -o new.h5
expect 2 "$DEWPOINT" run small.yaml --set width=ten -o new.h5
says 'width.*ten' err.txt
expect 2 "$DEWPOINT" run small.yaml --isa sse9 -o new.h5
says 'sse9' err.txt
expect 2 "$DEWPOINT" plan missing.yaml
expect 2 "$DEWPOINT" explain small.yaml 100000
[ ! -e new.h5 ] || fail "a store was made"

# initial parameters that do not fit, found before any work
printf 'w_1,bias,a_1\n1,2,3\n4,5,6\n' >two.csv
printf '1,2,3,4\n5,6,7,8\n' >wide.csv
printf 'w_1,bias,a_1\n1,2,x\n' >broken.csv
for start in two.csv wide.csv broken.csv nowhere.csv; do
    echo "{model: {width: 3}, init: {scheme: file, path: $start}}" >bad.yaml
    [ $start != wide.csv ] || sed -i 's/width: 3/width: 2/' bad.yaml
    for verb in plan run; do
        expect 2 "$DEWPOINT" $verb bad.yaml
        case $start in
            two.csv) says 'two.csv: it has 2 neurons, but run 0 has width 3; set model: {width: 2}' err.txt ;;
            wide.csv) says 'wide.csv: it has 4 parameters a neuron, but run 0 has 3' err.txt ;;
            broken.csv) says 'broken.csv:2: column 3 must be a finite number' err.txt ;;
            nowhere.csv) says 'nowhere.csv' err.txt ;;
        esac
    done
done
echo "init: {scheme: phase, path: two.csv}" >bad.yaml
expect 2 "$DEWPOINT" plan bad.yaml
says 'scheme phase does not read path; file does' err.txt
[ ! -e bad.h5 ] || fail "a store was made"
