# The farm and the program. The scripts under mpi/ run the installed commands as a user would.
if(TARGET dewpoint)
  dp_test(test_scheduler dewpoint_farm)

  add_executable(same_store mpi/same.c)
  target_link_libraries(same_store PRIVATE dewpoint_store dewpoint_options)

  foreach(script arguments bad_input failure refusal same_bits signals)
    add_test(NAME mpi_${script} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/mpi/${script}.sh)
    set_tests_properties(mpi_${script} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77 PROCESSORS 2
      ENVIRONMENT "DEWPOINT=$<TARGET_FILE:dewpoint>;SAME=$<TARGET_FILE:same_store>;MPIRUN=${MPIEXEC_EXECUTABLE};SANITIZE=${DEWPOINT_SANITIZE};${DP_MPI_ENVIRONMENT}")
  endforeach()
endif()
