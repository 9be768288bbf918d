# Ranks write disjoint rows and one kills itself, in each of several places; whatever the rest of the job does then,
# the store must open, and every row that it calls finished must be right.
foreach(mode whole kill_between kill_in_data kill_before_status)
  file(REMOVE ${STORE} ${STORE}.lock)
  execute_process(COMMAND ${MPIEXEC} -n 3 --oversubscribe ${PROGRAM} ${mode} ${STORE} RESULT_VARIABLE result
    OUTPUT_VARIABLE output ERROR_VARIABLE output TIMEOUT 60)
  if(mode STREQUAL whole AND NOT result EQUAL 0)
    message(FATAL_ERROR "${mode}: writing failed (${result}):\n${output}")
  elseif(NOT mode STREQUAL whole AND result EQUAL 0)
    message(FATAL_ERROR "${mode}: the job did not notice that a rank was killed:\n${output}")
  endif()
  execute_process(COMMAND ${PROGRAM} check_${mode} ${STORE} RESULT_VARIABLE result OUTPUT_VARIABLE output
    ERROR_VARIABLE output TIMEOUT 60)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${mode}: the store is damaged (${result}):\n${output}")
  endif()
  message(STATUS "${mode}: ${output}")
endforeach()
file(REMOVE ${STORE})
