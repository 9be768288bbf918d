# The sweeps that ship: every one runs (shortened by --set), and the quick start's table has the published regimes.
if(TARGET dewpoint AND TARGET dewpoint-phase)
  foreach(script every_sweep quickstart_phase readme)
    add_test(NAME sweeps_${script} COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/sweeps/${script}.sh ${PROJECT_SOURCE_DIR})
    set_tests_properties(sweeps_${script} PROPERTIES TIMEOUT 300 PROCESSORS 2
      ENVIRONMENT "PYTHON=${DEWPOINT_PYTHON};BIN=$<TARGET_FILE_DIR:dewpoint>;MPIRUN=${MPIEXEC_EXECUTABLE};${DP_MPI_ENVIRONMENT}")
  endforeach()
endif()
