# Runs between installation and packing: does what only Debian requires of a package.
set(root "${CPACK_TEMPORARY_INSTALL_DIRECTORY}")
set(doc "${root}/usr/share/doc/chart-reaper")

file(RENAME "${root}/usr/share/zsh/site-functions" "${root}/usr/share/zsh/vendor-completions")
file(REMOVE "${doc}/LICENSE") # the copyright file names Debian's copy
file(RENAME "${doc}/CHANGELOG.md" "${doc}/changelog")
file(COPY "${CMAKE_CURRENT_LIST_DIR}/copyright" DESTINATION "${doc}")
file(COPY "${CMAKE_CURRENT_LIST_DIR}/lintian-overrides" DESTINATION "${root}/usr/share/lintian/overrides")
file(RENAME "${root}/usr/share/lintian/overrides/lintian-overrides" "${root}/usr/share/lintian/overrides/chart-reaper")

string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC) # uses SOURCE_DATE_EPOCH if set
file(WRITE "${doc}/changelog.Debian" "\
chart-reaper (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Packed from the source of this version; changelog.gz says what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")

# -n leaves out name and time, so that equal input gives an equal package.
execute_process(COMMAND gzip -9nf "${doc}/changelog" "${doc}/changelog.Debian"
  "${root}/usr/share/man/man1/chart-reaper.1"
  COMMAND_ERROR_IS_FATAL ANY)
