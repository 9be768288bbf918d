# `cpack -G DEB` in the build directory makes a package for the Debian that it runs on, `cpack -G TGZ` an archive that may
# be unpacked anywhere.
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES ${PROJECT_SOURCE_DIR}/jobs/sweep.sbatch ${PROJECT_SOURCE_DIR}/jobs/array.sbatch DESTINATION ${CMAKE_INSTALL_DOCDIR}/jobs)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/sweeps ${PROJECT_SOURCE_DIR}/tests/library/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_PACKAGE_NAME dewpoint)
set(CPACK_PACKAGE_VENDOR "the dewpoint authors")
set(CPACK_PACKAGE_CONTACT "the dewpoint authors <dewpoint@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON) # needs dpkg-dev
set(CPACK_DEBIAN_PACKAGE_DEPENDS openmpi-bin)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS gnuplot-nox)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS ffmpeg)
include(CPack)
