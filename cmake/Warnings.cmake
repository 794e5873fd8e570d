add_library(reaper_warnings INTERFACE)
target_compile_options(reaper_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
  -Wnull-dereference -Wundef)
if(CHART_REAPER_WERROR)
  target_compile_options(reaper_warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside Asio's, fmt's and the standard library's headers at -O2, with no line of ours to mend
  # (GCC bug 105329 for -Wrestrict; a coroutine's frame comes from Asio's own operator new).
  target_compile_options(reaper_warnings INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized -Wno-restrict -Wno-mismatched-new-delete)
endif()
