#!/bin/sh
# damage.sh STRIDE TRIALS: every STRIDE-th byte of a small store is damaged in four ways and read through the library;
# and TRIALS random damages are shown to six verbs: each says the same as of the whole store, or refuses it in a sentence.
. "$(dirname "$0")/common.sh"
[ -z "$SANITIZE" ] || exit 77 # nothing to learn there, at thirty times the time
stride=$1
trials=$2

cat >tiny.yaml <<'YAML'
name: tiny
data: {samples: 4}
train: {method: gd, learning_rate: 0.01, max_steps: 40}
observe: {curve_ratio: 3}
store: {weights: all, trajectories: seed == 0}
axes:
  activation: [relu, tanh]
  width: [4, 6]
  seed: {repeat: 2}
YAML
expect 0 "$DEWPOINT" run tiny.yaml -o tiny.h5 -q
"$DAMAGE" tiny.h5 damaged.h5 "$stride" || fail "a damaged store was not refused"

verbs='status verify explain phase export curves'
# ask VERB: what it says of d.h5
ask() {
    case $1 in
        explain) timeout 20 "$DEWPOINT" explain d.h5 3 ;;
        export) timeout 20 "$DEWPOINT" export d.h5 --table t.csv && cut -d, -f1-40 t.csv ;;
        curves) timeout 20 "$DEWPOINT" curves d.h5 --at activation=relu --by width --csv t.csv >/dev/null && cat t.csv ;;
        phase) timeout 20 "$DEWPOINT" phase d.h5 --average activation ;;
        status) # how long runs took is a note beside the results, outside their checksums
            timeout 20 "$DEWPOINT" status d.h5 >s.txt
            code=$?
            grep -v -e "^trained " -e "^slowest " s.txt
            return $code
            ;;
        *) timeout 20 "$DEWPOINT" "$1" d.h5 ;;
    esac
}
cp tiny.h5 d.h5
for verb in $verbs; do
    ask $verb >"whole.$verb" 2>/dev/null || fail "$verb refuses a whole store"
done
size=$(wc -c <tiny.h5)
for trial in $(seq "$trials"); do
    cp tiny.h5 d.h5
    place=$(awk -v seed="$trial" -v size="$size" 'BEGIN { srand(seed); print int(size * rand()) }')
    if [ $((trial % 4)) -eq 0 ]; then
        truncate -s "$place" d.h5
    else
        head -c $((1 << trial % 5)) /dev/urandom | dd of=d.h5 bs=1 seek="$place" conv=notrunc 2>/dev/null
    fi
    for verb in $verbs; do
        ask $verb >out.txt 2>err.txt
        code=$?
        case $code in
            0) cmp -s out.txt "whole.$verb" || fail "$verb says something else of a store damaged at $place" ;;
            1 | 2) [ -s err.txt ] || [ -s out.txt ] || fail "$verb refuses a store damaged at $place without a word" ;;
            *) fail "$verb ended with $code on a store damaged at $place" ;;
        esac
    done
done
echo "$trials damages shown to six verbs"
