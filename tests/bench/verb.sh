#!/bin/sh
# verb.sh DEWPOINT: the verb bench works, and all instruction sets leave the same parameters. Times are not looked at.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$1" bench --case 'relu-d1-n?-m*0-gd' --seconds 0 --json "$dir/b.json" >"$dir/out.txt"
head -n 1 "$dir/out.txt" | grep -q '^processor: '
grep -q '^pinned to core' "$dir/out.txt"
/usr/bin/python3 - "$dir/b.json" <<'END'
import json, sys
result = json.load(open(sys.argv[1]))
cases = result["cases"]
assert len(cases) >= 6 and {case["bits"] for case in cases} == {32, 64}
assert {case["isa"] for case in cases} == {limit["isa"] for limit in result["limits"]}
assert all(case["ns_per_step"] > 0 and 0 < case["of_peak"] for case in cases)
END
refused() {
    code=0
    "$@" >"$dir/out.txt" 2>"$dir/err.txt" || code=$?
    [ $code -eq 2 ]
}
refused "$1" bench --case no-such-case
grep -q 'no-such-case' "$dir/err.txt"
refused "$1" bench --seconds soon
refused "$1" bench --isa sse9
"$1" bench --case setup --isa scalar --seconds 0 | grep -q 'training'
