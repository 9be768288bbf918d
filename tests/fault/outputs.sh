#!/bin/sh
# A full disk: before a store is made, while it is written, and under every output. Needs root, for a small file system.
. "$(dirname "$0")/common.sh"

expect 0 "$DEWPOINT" run small.yaml -o s.h5
for words in 'status s.h5' 'verify s.h5' 'explain s.h5 3' 'plan small.yaml' keys --help --version 'run --help' \
    'run small.yaml -o s.h5' 'phase s.h5' 'phase --help' 'multiplicity s.h5' 'export --help'; do
    # shellcheck disable=SC2086 # words
    "$DEWPOINT" $words >/dev/full 2>err.txt
    [ $? -eq 1 ] || fail "$words: exit code $? on a full stdout, not 1"
    says 'No space left|cannot write' err.txt
done
expect 0 "$DEWPOINT" phase s.h5 --csv /dev/stdout
says 'gamma' out.txt

mkdir quota
NO_SPACE=1 LD_PRELOAD=$SHIM expect 1 "$DEWPOINT" run small.yaml -o quota/q.h5
says "reserve the store's blocks.*No space left" err.txt
[ -z "$(ls quota)" ] || fail "left where no blocks could be reserved: $(ls quota)"

mkdir disk
mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null || {
    echo "SKIPPED: no permission to mount a small file system; the full disk was not tried"
    exit 77
}
trap 'umount "$work/disk"; rm -rf "$work"' EXIT
expect 1 "$DEWPOINT" run small.yaml -o disk/a.h5
says 'the store needs .* MB, and .* MB are free' err.txt
[ -z "$(ls disk)" ] || fail "left on the full disk: $(ls disk)"

mount -o remount,size=900k disk
"$DEWPOINT" run long.yaml -o disk/l.h5 -q >out1.txt 2>err1.txt &
wait_for 10 disk/l.h5
dd if=/dev/zero of=disk/filling bs=4k >/dev/null 2>&1
wait $! || fail "a store whose room was reserved did not fit"
expect 0 "$DEWPOINT" verify disk/l.h5

for file in t.csv p.png g.nc n.csv r.csv c.h5; do
    rm -f disk/filling
    echo earlier >disk/$file
    dd if=/dev/zero of=disk/filling bs=4k >/dev/null 2>&1
    case $file in
        t.csv) set -- phase disk/l.h5 --csv disk/$file ;;
        p.png) set -- phase disk/l.h5 --plot disk/$file ;;
        g.nc) set -- phase disk/l.h5 --netcdf disk/$file ;;
        n.csv) set -- multiplicity disk/l.h5 --csv disk/$file ;;
        r.csv) set -- export disk/l.h5 --table disk/$file ;;
        c.h5) set -- export disk/l.h5 --compress disk/$file ;;
    esac
    expect 1 "$DEWPOINT" "$@"
    says "disk/.*$file.*No space left on device" err.txt
    [ "$(cat disk/$file)" = earlier ] || fail "$*: the earlier file is lost"
    [ -z "$(find disk -name '.dewpoint*')" ] || fail "$*: a temporary file is left"
done
