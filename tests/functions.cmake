# The functions inside the kernels, against MPFR: a table of plain calls for each instruction set and precision.
find_library(MPFR_LIBRARY mpfr REQUIRED)
foreach(fact kernel_isas scalar_flags avx2_flags avx512_flags)
  get_directory_property(${fact} DIRECTORY ${PROJECT_SOURCE_DIR}/src DEFINITION ${fact})
endforeach()
foreach(isa ${kernel_isas})
  foreach(bits 32 64)
    set(name probe_${isa}_${bits})
    add_library(${name} OBJECT functions/probe.c)
    target_link_libraries(${name} PRIVATE dewpoint_options)
    target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_compile_options(${name} PRIVATE ${${isa}_flags} $<$<NOT:$<CONFIG:Debug>>:-O3> -fno-math-errno -fno-trapping-math)
    target_compile_definitions(${name} PRIVATE DP_BITS=${bits} DP_ISA_NAME="${isa}"
      DP_ISA_HEADER="kernels/simd_${isa}.h" DP_PROBE=${name})
    list(APPEND probes $<TARGET_OBJECTS:${name}>)
  endforeach()
endforeach()
add_library(functions_reference STATIC functions/reference.c ${probes})
target_include_directories(functions_reference PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(functions_reference PUBLIC dewpoint_core ${MPFR_LIBRARY} dewpoint_options)

dp_test(test_functions functions_reference)
dp_test(test_random functions_reference)

# The same on 10^8 points instead of 10^6: about two minutes.
add_test(NAME test_functions_nightly COMMAND test_functions 100000000)
set_tests_properties(test_functions_nightly PROPERTIES LABELS nightly TIMEOUT 1800)
