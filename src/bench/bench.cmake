# The loops of `dewpoint bench`. Those at the machine's limits are built like the kernels: once per set and precision.
add_library(dewpoint_bench STATIC bench/bench.c bench/cases.c bench/figures.c bench/hash.c bench/json.c
  bench/limits.c bench/machine.c bench/peaks.c bench/pin.c bench/repeat.c bench/setup.c bench/steps.c bench/text.c)
target_link_libraries(dewpoint_bench PUBLIC dewpoint_core dewpoint_options m)
foreach(isa ${kernel_isas})
  foreach(bits 32 64)
    set(name peaks_${isa}_${bits})
    add_library(${name} OBJECT bench/peak.c)
    target_link_libraries(${name} PRIVATE dewpoint_options)
    target_compile_options(${name} PRIVATE ${${isa}_flags} $<$<OR:$<CONFIG:Debug>,$<BOOL:${DEWPOINT_SANITIZE}>>:-O0>
      -fno-math-errno -fno-trapping-math)
    target_compile_definitions(${name} PRIVATE DP_BITS=${bits} DP_ISA_NAME="${isa}"
      DP_ISA_HEADER="kernels/simd_${isa}.h" DP_TABLE=dp_${name})
    target_sources(dewpoint_bench PRIVATE $<TARGET_OBJECTS:${name}>)
  endforeach()
endforeach()
