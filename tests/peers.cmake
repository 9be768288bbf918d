# The same training by PyTorch, live where it is installed, else against what it gave (peers/reference.csv).
if(TARGET dewpoint)
  add_test(NAME peers COMMAND ${DEWPOINT_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/peers/peers.py $<TARGET_FILE:dewpoint>)
  set_tests_properties(peers PROPERTIES TIMEOUT 300 ENVIRONMENT "${DP_MPI_ENVIRONMENT}")
endif()
