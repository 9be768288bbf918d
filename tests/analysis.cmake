# The reduction: statistics, grouping, contours, tables, figures; and the program on a store made here.
foreach(name reduce cells contour boundary table figure)
  dp_test(test_${name} dewpoint_analysis)
endforeach()
dp_test(test_phase_program dewpoint_store dewpoint_spec)
target_compile_definitions(test_phase_program PRIVATE DP_PHASE="$<TARGET_FILE:dewpoint-phase>")
add_dependencies(test_phase_program dewpoint-phase)
set_tests_properties(test_phase_program PROPERTIES ENVIRONMENT "${DP_MPI_ENVIRONMENT}")
