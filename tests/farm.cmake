# The farm and the program. The scripts under mpi/ run the installed commands as a user would.
if(TARGET dewpoint)
  dp_test(test_scheduler dewpoint_farm)

  add_executable(same_store mpi/same.c)
  target_link_libraries(same_store PRIVATE dewpoint_store dewpoint_options)

  foreach(script arguments bad_input failure refusal same_bits signals)
    add_test(NAME mpi_${script} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/mpi/${script}.sh)
    set_tests_properties(mpi_${script} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77 PROCESSORS 2
      ENVIRONMENT "DEWPOINT=$<TARGET_FILE:dewpoint>;SAME=$<TARGET_FILE:same_store>;MPIRUN=${MPIEXEC_EXECUTABLE};SANITIZE=${DEWPOINT_SANITIZE};ASAN_OPTIONS=detect_leaks=0;OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMPI_MCA_rmaps_base_oversubscribe=1")
  endforeach()
endif()
