# The rules of the house: layers, headers that stand alone, format.
add_test(NAME layers COMMAND ${PROJECT_SOURCE_DIR}/tests/house/layers ${PROJECT_SOURCE_DIR})
add_test(NAME format COMMAND ${PROJECT_SOURCE_DIR}/tests/house/format ${PROJECT_SOURCE_DIR})

# Every public header compiled alone: it must include what it uses.
file(GLOB public_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/dewpoint/*.h)
foreach(header ${public_headers})
  get_filename_component(name ${header} NAME_WE)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/header_${name}.c)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"dewpoint/${name}.h\"\nextern const int header_${name};\nconst int header_${name} = 1;\n")
  list(APPEND header_sources ${source})
endforeach()
add_library(headers_alone OBJECT ${header_sources})
target_link_libraries(headers_alone PRIVATE dewpoint_options MPI::MPI_C)
