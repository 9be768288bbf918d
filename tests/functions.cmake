# The functions inside the kernels, against MPFR: a table of plain calls for each instruction set and precision.
find_library(MPFR_LIBRARY mpfr REQUIRED)
dp_isa_objects(probe functions/probe.c DP_PROBE probes)
add_library(functions_reference STATIC functions/reference.c ${probes})
target_include_directories(functions_reference PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(functions_reference PUBLIC dewpoint_core ${MPFR_LIBRARY} dewpoint_options)

dp_test(test_functions functions_reference)
dp_test(test_random functions_reference)

# The same on 10^8 points instead of 10^6: about two minutes.
add_test(NAME test_functions_nightly COMMAND test_functions 100000000)
set_tests_properties(test_functions_nightly PROPERTIES LABELS nightly TIMEOUT 1800)
