# Manual pages and completions come from what the programs say of themselves, so a new verb, program or key has them
# without another word. Building for another processor than this one, they cannot be asked, and are left out.
get_property(DEWPOINT_PROGRAMS GLOBAL PROPERTY DEWPOINT_PROGRAMS)
if(NOT CMAKE_CROSSCOMPILING)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/share/man/stamp
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:dewpoint> -DMAN=${PROJECT_BINARY_DIR}/share/man
      -DVERSION=${PROJECT_VERSION} -P ${PROJECT_SOURCE_DIR}/src/manuals/manual.cmake
    COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/share/man/stamp
    DEPENDS dewpoint ${DEWPOINT_PROGRAMS} ${PROJECT_SOURCE_DIR}/src/manuals/manual.cmake VERBATIM)
  add_custom_target(manuals ALL DEPENDS ${PROJECT_BINARY_DIR}/share/man/stamp)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/share/man/ DESTINATION ${CMAKE_INSTALL_MANDIR} PATTERN stamp EXCLUDE)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/src/manuals/dewpoint.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME dewpoint)
install(FILES ${PROJECT_SOURCE_DIR}/src/manuals/_dewpoint DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${PROJECT_SOURCE_DIR}/src/manuals/dewpoint.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
