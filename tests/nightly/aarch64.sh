#!/usr/bin/env bash
# aarch64.sh SOURCE_DIR: the core built for 64-bit Arm and run in an emulator leaves the bits that it leaves on x86: its plain
# loops and NEON agree, and results have the hash that tests/core/test_results_version.c expects everywhere.
set -euo pipefail
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for program in aarch64-linux-gnu-gcc qemu-aarch64; do
  command -v $program >/dev/null || { echo "$program is not installed (jobs/packages nightly)"; exit 1; }
done

compile=(aarch64-linux-gnu-gcc -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -Iinclude -Isrc)
exact=(-fno-math-errno -fno-trapping-math)
for isa in scalar neon; do
  level=-O1
  [ $isa = scalar ] || level='-O3 --param=max-completely-peeled-insns=1000'
  for bits in 32 64; do
    set=("-DDP_BITS=$bits" "-DDP_ISA_NAME=\"$isa\"" "-DDP_ISA_HEADER=\"kernels/simd/simd_$isa.h\"")
    # shellcheck disable=SC2086 # options are words
    compile_set() { echo "${compile[@]@Q} ${exact[*]} $level ${set[@]@Q} -D$2=$3 -c $1 -o $work/$3.o"; }
    compile_set src/kernels/template.c DP_TABLE dp_kernels_${isa}_$bits
    [ $bits = 32 ] || compile_set src/kernels/waves/waves.c DP_WAVE_TABLE dp_waves_${isa}_64
    [ $bits = 32 ] || compile_set src/kernels/hessian/hessian.c DP_HESSIAN_TABLE dp_hessian_${isa}_64
    [ $bits = 32 ] || compile_set src/kernels/waveform/waveform.c DP_WAVEFORM_TABLE dp_waveform_${isa}_64
  done
done >"$work/commands"
for file in src/kernels/select.c src/kernels/hessian/hessian_select.c src/kernels/waveform/waveform_select.c $(find src/core src/sweep/keys -name '*.c') src/sweep/mistakes/mistakes.c; do
  echo "${compile[@]@Q} ${exact[*]} -O2 -c $file -o $work/$(tr / _ <<<"${file%.c}").o"
done >>"$work/commands"
xargs -d '\n' -P "$(nproc)" -I{} bash -c '{}' <"$work/commands"
for test in core/test_results_version kernels/test_waves; do
  "${compile[@]}" -Itests/nightly/aarch64 -Itests -O1 tests/$test.c "$work"/*.o -lm -o "$work/test"
  echo "$test:"
  qemu-aarch64 -L /usr/aarch64-linux-gnu "$work/test"
done
