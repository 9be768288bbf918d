# libdewpoint: the layers below the farm as one shared library, for programs that train runs or read stores themselves.
#
# The kernels and the core are objects that a program can use at any address. Those of a compiler that makes such
# programs by default (Debian's and most others' do) also go into a library whose references stay within it
# (-Bsymbolic), at the speed that they have in the program; for another compiler they are built for libraries.
include(CheckCSourceCompiles)
check_c_source_compiles("#if !defined(__PIE__) && !defined(__PIC__)\n#error\n#endif\nint main(void) { return 0; }"
  DEWPOINT_PIE_BY_DEFAULT)
set(layers dewpoint_store dewpoint_inputs dewpoint_hdf5 dewpoint_sweep dewpoint_files)
if(NOT DEWPOINT_PIE_BY_DEFAULT)
  list(APPEND layers dewpoint_core)
  get_property(all DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
  list(FILTER all INCLUDE REGEX "^dp_(kernels|waves|hessian)_")
  list(APPEND layers dewpoint_kernels ${all})
endif()
set_target_properties(${layers} PROPERTIES POSITION_INDEPENDENT_CODE ON)

add_library(dewpoint_library SHARED library/trained.c)
set_target_properties(dewpoint_library PROPERTIES OUTPUT_NAME dewpoint EXPORT_NAME dewpoint
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
target_compile_definitions(dewpoint_library PRIVATE DEWPOINT_VERSION="${PROJECT_VERSION}"
  DEWPOINT_REVISION="${revision}")
target_link_libraries(dewpoint_library PRIVATE
  -Wl,--whole-archive dewpoint_store dewpoint_inputs dewpoint_sweep dewpoint_core -Wl,--no-whole-archive
  -Wl,-Bsymbolic -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/library/symbols.map)
target_include_directories(dewpoint_library INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
set_property(TARGET dewpoint_library APPEND PROPERTY LINK_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/library/symbols.map)

install(TARGETS dewpoint_library EXPORT dewpointTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/dewpoint DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  PATTERN farm EXCLUDE PATTERN store/open.h EXCLUDE)
install(EXPORT dewpointTargets NAMESPACE dewpoint:: FILE dewpointConfig.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dewpoint)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dewpointConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dewpointConfigVersion.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/dewpoint)
# Relative to where the file lies, so that an installation may be moved.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(library/dewpoint.pc.in ${PROJECT_BINARY_DIR}/dewpoint.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/dewpoint.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
