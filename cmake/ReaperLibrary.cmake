# reaper_library(NAME SOURCES a.cpp ... DEPENDS base ...): builds one folder of lib/ as the static library reaper::NAME.
# DEPENDS are the arrows of ARCHITECTURE.md; tests/architecture checks that the includes match them.
function(reaper_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  list(TRANSFORM arg_DEPENDS PREPEND "reaper::")
  add_library("reaper_${name}" STATIC ${arg_SOURCES})
  add_library("reaper::${name}" ALIAS "reaper_${name}")
  target_include_directories("reaper_${name}" PUBLIC "${PROJECT_SOURCE_DIR}/lib")
  target_link_libraries("reaper_${name}" PRIVATE reaper::options
    PUBLIC ${arg_DEPENDS} ${arg_LIBRARIES} PRIVATE reaper::warnings)
endfunction()
