# Long checks, outside tests/run: `tests/run -L nightly`.
add_test(NAME compilers COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/nightly/compilers.sh ${PROJECT_SOURCE_DIR})
set_tests_properties(compilers PROPERTIES LABELS nightly TIMEOUT 3600 PROCESSORS 2)
add_test(NAME directions_million COMMAND test_directions million)
set_tests_properties(directions_million PROPERTIES LABELS nightly TIMEOUT 600)
add_test(NAME slopes_wide COMMAND test_slopes wide)
set_tests_properties(slopes_wide PROPERTIES LABELS nightly TIMEOUT 1200)
