# dewpoint report: the page's own files become arrays of C; d3 is found, installed beside the program, and copied into
# the pages that it writes. It is not in this tree: Debian has it as node-d3 (BSD licence).
find_file(DEWPOINT_D3 d3.min.js DOC "d3, minified, as one file (version 5 or later)"
  PATHS /usr/share/nodejs/d3/dist /usr/share/javascript/d3 /usr/lib/node_modules/d3/dist NO_DEFAULT_PATH)
if(DEWPOINT_D3)
  configure_file(${DEWPOINT_D3} ${PROJECT_BINARY_DIR}/share/dewpoint/d3.min.js COPYONLY)
  install(FILES ${DEWPOINT_D3} DESTINATION ${CMAKE_INSTALL_DATADIR}/dewpoint RENAME d3.min.js)
  get_filename_component(d3_licence ${DEWPOINT_D3} DIRECTORY)
  foreach(licence /usr/share/doc/node-d3/copyright ${d3_licence}/LICENSE ${d3_licence}/../LICENSE)
    if(EXISTS ${licence})
      install(FILES ${licence} DESTINATION ${CMAKE_INSTALL_DATADIR}/dewpoint RENAME d3.copyright)
      break()
    endif()
  endforeach()
else()
  message(STATUS "d3 was not found (Debian: node-d3; or -DDEWPOINT_D3=FILE): `dewpoint report` will not draw")
endif()

set(web ${CMAKE_CURRENT_SOURCE_DIR}/report/web)
set(scripts tools chart plane cell curves neurons directions runs page)
list(TRANSFORM scripts REPLACE "(.+)" "${web}/\\1.js")
string(REPLACE ";" "," scripts_word "${scripts}")
add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/web.c
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${CMAKE_CURRENT_BINARY_DIR}/web.c -DSTYLE=${web}/style.css -DBODY=${web}/body.html
    -DSCRIPTS=${scripts_word} -P ${CMAKE_CURRENT_SOURCE_DIR}/report/web.cmake
  DEPENDS ${scripts} ${web}/style.css ${web}/body.html report/web.cmake VERBATIM)
dp_program(report
  report/counts.c report/groups.c report/neurons.c report/page.c report/planes.c report/report.c report/reproduce.c
  report/runs.c report/store.c report/time.c ${CMAKE_CURRENT_BINARY_DIR}/web.c)
