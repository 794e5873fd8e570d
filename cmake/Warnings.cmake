# Linked by what is compiled from the project's own sources.
add_library(reaper_warnings INTERFACE)
add_library(reaper::warnings ALIAS reaper_warnings)
target_compile_options(reaper_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
  -Wnull-dereference -Wundef
  $<$<BOOL:${CHART_REAPER_WERROR}>:-Werror>
  # g++ 12 reports these inside Asio's, fmt's and the standard library's headers at -O2, with no line of ours to mend
  # (GCC bug 105329 for -Wrestrict; a coroutine's frame comes from Asio's own operator new).
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference;-Wno-maybe-uninitialized;-Wno-restrict;-Wno-mismatched-new-delete>")
