# Gradient flow against SUNDIALS CVODE (Debian: libsundials-dev), which integrates the same equations from the same starts.
find_path(DEWPOINT_CVODE_INCLUDE cvode/cvode.h DOC "headers of SUNDIALS")
find_library(DEWPOINT_CVODE sundials_cvode DOC "CVODE of SUNDIALS")
find_library(DEWPOINT_NVECSERIAL sundials_nvecserial DOC "serial vectors of SUNDIALS")
if(NOT DEWPOINT_CVODE_INCLUDE OR NOT DEWPOINT_CVODE OR NOT DEWPOINT_NVECSERIAL)
  message(FATAL_ERROR "the tests of gradient flow need SUNDIALS with CVODE 6 (Debian: libsundials-dev)")
endif()

add_library(flow_peers STATIC flow/system.c flow/flight.c flow/cvode.c flow/explicit.c flow/cases.c)
target_include_directories(flow_peers PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_include_directories(flow_peers SYSTEM PRIVATE ${DEWPOINT_CVODE_INCLUDE})
target_link_libraries(flow_peers PUBLIC dewpoint_spec dewpoint_core dewpoint_options ${DEWPOINT_CVODE} ${DEWPOINT_NVECSERIAL} m)
dp_test(test_cvode flow_peers)

add_executable(flow_candidates flow/candidates.c)
target_link_libraries(flow_candidates PRIVATE flow_peers)
add_test(NAME flow_candidates COMMAND flow_candidates ${CMAKE_CURRENT_SOURCE_DIR}/flow/candidates.md)
set_tests_properties(flow_candidates PROPERTIES LABELS nightly TIMEOUT 3600)
