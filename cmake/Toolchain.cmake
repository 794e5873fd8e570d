set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# Position independent code everywhere, so that the static program, too, is loaded at a random address.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Every target of the project links this one. Hardening and Sanitizers add options to it.
add_library(reaper_options INTERFACE)
add_library(reaper::options ALIAS reaper_options)
target_compile_options(reaper_options INTERFACE
  # There is no shared library whose functions another could replace, so functions can be inlined.
  -fno-semantic-interposition
  # Two checkouts of the same source build the same binary.
  "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=."
  -ffunction-sections -fdata-sections)
target_link_options(reaper_options INTERFACE -Wl,--gc-sections)

find_program(CHART_REAPER_CCACHE ccache)
mark_as_advanced(CHART_REAPER_CCACHE)
if(CHART_REAPER_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CHART_REAPER_CCACHE}")
endif()
