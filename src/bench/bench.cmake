# The loops of `dewpoint bench`. Those at the machine's limits are built like the kernels.
dp_isa_objects(dp_peaks bench/machine/peak.c DP_TABLE peak_objects)
add_library(dewpoint_bench STATIC
  bench/cases/arithmetic.c bench/bench.c bench/cases/cases.c bench/cases/hash.c bench/machine/limits.c bench/machine/machine.c
  bench/machine/peaks.c bench/machine/pin.c bench/machine/repeat.c bench/cases/figures.c
  bench/json.c bench/text.c bench/cases/setup.c bench/cases/steps.c ${peak_objects})
target_link_libraries(dewpoint_bench PUBLIC dewpoint_sweep dewpoint_core dewpoint_options m)
