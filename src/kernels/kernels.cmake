# One source, built once per instruction set and precision: objects that export one constant table each.
# Loops over registers and small d unroll only at -O3. The scalar one is a reference, and quicker to compile at -O1.
# Sanitizers take many minutes on inlined vector code, so kernels go without; their tests end arrays at guard pages.
set(scalar_flags -O1)
set(avx2_flags -mavx2 -mfma -O3)
set(avx512_flags -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma -O3)
set(kernel_isas scalar)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND kernel_isas avx2 avx512)
endif()

add_library(dewpoint_kernels STATIC kernels/select.c)
target_link_libraries(dewpoint_kernels PUBLIC dewpoint_options m)
foreach(isa ${kernel_isas})
  foreach(bits 32 64)
    set(name kernels_${isa}_${bits})
    add_library(${name} OBJECT kernels/template.c)
    target_link_libraries(${name} PRIVATE dewpoint_options)
    target_compile_options(${name} PRIVATE ${${isa}_flags} $<$<CONFIG:Debug>:-O1>
      $<$<BOOL:${DEWPOINT_SANITIZE}>:-fno-sanitize=all> -fno-math-errno -fno-trapping-math)
    target_compile_definitions(${name} PRIVATE DP_BITS=${bits} DP_ISA_NAME="${isa}"
      DP_ISA_HEADER="kernels/simd_${isa}.h" DP_TABLE=dp_kernels_${isa}_${bits})
    target_sources(dewpoint_kernels PRIVATE $<TARGET_OBJECTS:${name}>)
  endforeach()
endforeach()
