# The loops of `dewpoint bench`. Those at the machine's limits are built like the kernels.
dp_isa_objects(dp_peaks bench/peak.c DP_TABLE peak_objects)
add_library(dewpoint_bench STATIC bench/arithmetic.c bench/bench.c bench/cases.c bench/figures.c bench/hash.c
  bench/json.c bench/limits.c bench/machine.c bench/peaks.c bench/pin.c bench/repeat.c bench/setup.c bench/steps.c
  bench/text.c ${peak_objects})
target_link_libraries(dewpoint_bench PUBLIC dewpoint_spec dewpoint_core dewpoint_options m)
