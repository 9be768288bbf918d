# The reduction: statistics, grouping, contours, tables, figures; and the program on a store made here.
foreach(name reduce seed_lines cells contour boundary agreement counts table figure)
  dp_test(test_${name} dewpoint_analysis)
endforeach()
foreach(name phase_program phase_views)
  dp_test(test_${name} dewpoint_store dewpoint_spec)
  target_compile_definitions(test_${name} PRIVATE DP_PHASE="$<TARGET_FILE:dewpoint-phase>")
  add_dependencies(test_${name} dewpoint-phase)
  set_tests_properties(test_${name} PROPERTIES ENVIRONMENT "${DP_MPI_ENVIRONMENT}")
endforeach()

# The programs end to end, on runs that the real program trained, held against numpy.
foreach(program export neurons curves multiplicity)
  add_test(NAME ${program}_program COMMAND ${DEWPOINT_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/programs/${program}.py)
  set_tests_properties(${program}_program PROPERTIES TIMEOUT 120
    ENVIRONMENT "BIN=${PROJECT_BINARY_DIR}/bin;PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}/programs;PYTHONDONTWRITEBYTECODE=1;${DP_MPI_ENVIRONMENT}")
endforeach()
