# Runs at installation. Installs the configuration files below /etc, where the units expect them, and keeps existing
# ones. With a prefix other than /usr and /usr/local, everything stays below that prefix.
set(etc "${CMAKE_INSTALL_PREFIX}/etc")
if(CMAKE_INSTALL_PREFIX MATCHES "^/usr(/local)?/?$")
  set(etc /etc)
endif()

function(install_configuration file directory name)
  if(EXISTS "$ENV{DESTDIR}${directory}/${name}")
    message(STATUS "Kept: $ENV{DESTDIR}${directory}/${name}")
  else()
    file(INSTALL "${source_dir}/systemd/${file}" DESTINATION "${directory}" RENAME "${name}")
  endif()
endfunction()

install_configuration(chart-reaper.env "${etc}/chart-reaper" chart-reaper.env)
install_configuration(chart-reaper.conf "${etc}/chart-reaper" chart-reaper.conf)
install_configuration(chart-reaper.logrotate "${etc}/logrotate.d" chart-reaper)
