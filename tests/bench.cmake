# The verb bench, and (label bench: `tests/run -L bench`) its steps side by side with PyTorch and ordinary C loops.
dp_test(test_bench dewpoint_bench)

if(TARGET dewpoint)
  add_test(NAME bench_verb COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/bench/verb.sh $<TARGET_FILE:dewpoint>)
  set_tests_properties(bench_verb PROPERTIES TIMEOUT 300)

  add_executable(bench_weights bench/weights.c)
  target_link_libraries(bench_weights PRIVATE dewpoint_bench dewpoint_options)

  # As anyone would compile them: not with dewpoint's own options.
  include(CheckCCompilerFlag)
  check_c_compiler_flag(-march=native has_march_native)
  foreach(kind plain plain_native)
    add_library(bench_${kind} SHARED bench/plain.c)
    target_compile_options(bench_${kind} PRIVATE -O3)
    target_link_libraries(bench_${kind} PRIVATE m)
    set_target_properties(bench_${kind} PROPERTIES C_EXTENSIONS ON)
  endforeach()
  if(has_march_native)
    target_compile_options(bench_plain_native PRIVATE -march=native)
  endif()

  add_test(NAME bench_side_by_side COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/bench/side_by_side.py
    $<TARGET_FILE:dewpoint> $<TARGET_FILE:bench_weights> $<TARGET_FILE:bench_plain> $<TARGET_FILE:bench_plain_native>)
  set_tests_properties(bench_side_by_side PROPERTIES LABELS bench RUN_SERIAL ON TIMEOUT 1800)
endif()
