# The sweeps that ship: every one runs (shortened by --set); the cluster job stops and resumes; and the quick start's table has the published regimes.
if(TARGET dewpoint AND TARGET dewpoint-phase)
  foreach(script every_sweep job quickstart_phase readme)
    add_test(NAME sweeps_${script} COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/sweeps/${script}.sh ${PROJECT_SOURCE_DIR})
    set_tests_properties(sweeps_${script} PROPERTIES TIMEOUT 300 PROCESSORS 2
      ENVIRONMENT "PYTHON=${DEWPOINT_PYTHON};BIN=$<TARGET_FILE_DIR:dewpoint>;MPIRUN=${MPIEXEC_EXECUTABLE};${DP_MPI_ENVIRONMENT}")
  endforeach()
endif()

# Memory follows cells, not runs: 2 x 10^6 of them here, 10^7 at night.
if(TARGET dewpoint-phase)
  foreach(size 2000000 10000000)
    add_test(NAME sweeps_big_store_${size} COMMAND ${DEWPOINT_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/sweeps/big_store.py
      $<TARGET_FILE:dewpoint-phase> ${size})
    set_tests_properties(sweeps_big_store_${size} PROPERTIES TIMEOUT 300 ENVIRONMENT "${DP_MPI_ENVIRONMENT}")
  endforeach()
  set_tests_properties(sweeps_big_store_10000000 PROPERTIES LABELS nightly)
endif()
