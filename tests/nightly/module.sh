#!/usr/bin/env bash
# module.sh SOURCE_DIR BUILD_DIR: an installation that the modulefile in .github/packaging brings into the environment under Lmod.
set -eo pipefail # Lmod's own functions read unset variables
source=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lmod=/usr/share/lmod/lmod/init/bash
[ -e $lmod ] || { echo "Lmod is not installed (jobs/packages nightly)"; exit 1; }
cmake --install "$build" --prefix "$work/dewpoint/0.1.0" >/dev/null
mkdir -p "$work/modulefiles/dewpoint"
sed "s|/opt/dewpoint/0.1.0|$work/dewpoint/0.1.0|" "$source/.github/packaging/dewpoint.lua" >"$work/modulefiles/dewpoint/0.1.0.lua"
. $lmod
module use "$work/modulefiles"
module load dewpoint
[ "$(command -v dewpoint)" = "$work/dewpoint/0.1.0/bin/dewpoint" ]
grep -q '^  runs' <<<"$(dewpoint plan "$source/sweeps/quickstart.yaml")"
pkg-config --modversion dewpoint
grep -q "$work" <<<"$(man -w dewpoint-run)"
module unload dewpoint
[ "$(command -v dewpoint)" != "$work/dewpoint/0.1.0/bin/dewpoint" ]
