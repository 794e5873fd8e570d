include(GNUInstallDirs)

# Only the program is installed, so `cmake --install` and `cpack` need not build the tests first.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

install(TARGETS chart-reaper RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES docs/chart-reaper.1 DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES README.md CHANGELOG.md SECURITY.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md"
  PATTERN decisions EXCLUDE) # for contributors only
install(DIRECTORY deploy DESTINATION "${CMAKE_INSTALL_DOCDIR}")

install(FILES completions/chart-reaper.bash DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
  RENAME chart-reaper)
install(FILES completions/_chart-reaper DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")

# systemd searches lib/ of /usr and /usr/local, wherever the distribution has its libraries.
install(FILES systemd/chart-reaper.service systemd/chart-reaper@.service DESTINATION lib/systemd/system)
install(FILES systemd/chart-reaper.sysusers DESTINATION lib/sysusers.d RENAME chart-reaper.conf)
install(FILES systemd/chart-reaper.tmpfiles DESTINATION lib/tmpfiles.d RENAME chart-reaper.conf)
install(FILES systemd/unix-socket.conf DESTINATION "${CMAKE_INSTALL_DOCDIR}/systemd")

install(CODE "set(source_dir \"${PROJECT_SOURCE_DIR}\")")
install(SCRIPT cmake/InstallConfiguration.cmake)
