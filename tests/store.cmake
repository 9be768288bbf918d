# The store: its own tests, writing from several ranks of which one is killed, and readers that are not ours.
dp_test(test_store dewpoint_store)
dp_test(test_data_file dewpoint_store hdf5::hdf5)
set_tests_properties(test_store test_data_file PROPERTIES ENVIRONMENT "${DP_MPI_ENVIRONMENT}")

add_executable(test_store_mpi mpi/test_store_mpi.c)
target_link_libraries(test_store_mpi PRIVATE dewpoint_store dewpoint_options)
add_test(NAME test_store_mpi COMMAND ${CMAKE_COMMAND} -D PROGRAM=$<TARGET_FILE:test_store_mpi>
  -D MPIEXEC=${MPIEXEC_EXECUTABLE} -D STORE=${CMAKE_CURRENT_BINARY_DIR}/store_mpi.h5
  -P ${CMAKE_CURRENT_SOURCE_DIR}/mpi/test_store_mpi.cmake)
set_tests_properties(test_store_mpi PROPERTIES TIMEOUT 300 PROCESSORS 2 ENVIRONMENT "${DP_MPI_ENVIRONMENT}")

add_executable(make_store readers/make_store.c)
target_link_libraries(make_store PRIVATE dewpoint_store dewpoint_options)
add_test(NAME readers COMMAND ${DEWPOINT_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/readers/read_store.py
  $<TARGET_FILE:make_store>)
set_tests_properties(readers PROPERTIES TIMEOUT 120 ENVIRONMENT "${DP_MPI_ENVIRONMENT}")
add_executable(make_grid readers/make_grid.c)
target_link_libraries(make_grid PRIVATE dewpoint_store dewpoint_options)
add_test(NAME readers_grid COMMAND ${DEWPOINT_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/readers/read_grid.py
  $<TARGET_FILE:make_grid>)
set_tests_properties(readers_grid PROPERTIES TIMEOUT 120 ENVIRONMENT "${DP_MPI_ENVIRONMENT}")
