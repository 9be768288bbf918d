# The program: main.c finds the verb, verbs/ has a file for each.
find_package(Git QUIET)
set(revision "")
if(Git_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} describe --always --dirty --abbrev=12
    OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
# A store names the revision that trained it: look again after every commit.
if(EXISTS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/.git/logs/HEAD)
endif()
if(NOT revision)
  set(revision unknown)
endif()
string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
string(STRIP "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} ${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${type}}" build)

add_executable(dewpoint main.c
  verbs/arguments.c verbs/bench.c verbs/explain.c verbs/external.c verbs/keys.c verbs/merge.c verbs/patterns.c verbs/plan.c
  verbs/report.c verbs/run.c verbs/verify.c
  verbs/status/by.c verbs/status/costs.c verbs/status/news.c verbs/status/status.c verbs/status/watch.c)
set_source_files_properties(verbs/report.c PROPERTIES COMPILE_DEFINITIONS
  "DEWPOINT_VERSION=\"${PROJECT_VERSION}\";DEWPOINT_REVISION=\"${revision}\";DEWPOINT_BUILD=\"${build}\";DEWPOINT_LIBRARIES=\"libyaml ${YAML_VERSION}, muParser ${MUPARSER_VERSION}, libzip ${ZIP_VERSION}\"")
target_link_libraries(dewpoint PRIVATE dewpoint_farm dewpoint_bench dewpoint_files)
set_target_properties(dewpoint PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
install(TARGETS dewpoint RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
