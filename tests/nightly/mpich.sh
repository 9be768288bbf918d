#!/usr/bin/env bash
# mpich.sh SOURCE_DIR: dewpoint built with MPICH and its HDF5 leaves the same store, bit for bit, as with the MPI of this build.
# DEWPOINT, SAME and MPIRUN are set by CTest.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for program in mpicc.mpich h5pcc.mpich mpiexec.mpich; do
  command -v $program >/dev/null || { echo "$program is not installed (jobs/packages nightly)"; exit 1; }
done
cmake -S "$source" -B "$work/build" -DCMAKE_BUILD_TYPE=Release -DMPI_C_COMPILER="$(command -v mpicc.mpich)" \
  -DHDF5_C_COMPILER_EXECUTABLE="$(command -v h5pcc.mpich)" >/dev/null
cmake --build "$work/build" --parallel "$(nproc)" --target dewpoint >/dev/null
cd "$work"
cat >small.yaml <<'END'
name: small
axes:
  gamma: {from: 0.5, to: 2, step: 0.5}
  width: [100, 1000]
  seed: {repeat: 6}
train: {method: flow, stop_loss: 1.0e-4}
observe: {curve_ratio: 1.5}
store: {weights: all}
END
"$MPIRUN" -n 2 "$DEWPOINT" run small.yaml -o here.h5 -q
for ranks in 1 3; do
  mpiexec.mpich -n $ranks build/bin/dewpoint run small.yaml -o "$ranks.h5" -q
  "$SAME" here.h5 "$ranks.h5"
  build/bin/dewpoint verify "$ranks.h5"
done
build/bin/dewpoint --version | grep MPICH
