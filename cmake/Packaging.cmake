# cpack --config build/release/CPackConfig.cmake builds the Debian package of the static program.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME chart-reaper)
set(CPACK_PACKAGE_CONTACT "The chart-reaper developers <chart-reaper@packages.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "keep a directory of generated charts within an age and a size")
set(CPACK_STRIP_FILES OFF) # the release preset already strips

# The paths below /etc are absolute.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/packaging/debian/finish.cmake")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
  "A service that generates chart images never deletes them. chart-reaper keeps
their directory within an age and a size, answers questions about it over
HTTP, and never loses a chart that is being rewritten.
.
The service is neither enabled nor started by the installation.")
# A static program depends on nothing. With systemd it runs as a service under its own user; without, it is only a
# command.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS systemd)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS logrotate)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(debian "${PROJECT_SOURCE_DIR}/packaging/debian")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${debian}/conffiles;${debian}/postinst;${debian}/prerm;${debian}/postrm")

include(CPack)
