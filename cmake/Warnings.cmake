# For targets that compile the project's own sources.
add_library(reaper_warnings INTERFACE)
add_library(reaper::warnings ALIAS reaper_warnings)
target_compile_options(reaper_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
  -Wnull-dereference -Wundef
  $<$<BOOL:${CHART_REAPER_WERROR}>:-Werror>
  # g++ 12 reports these at -O2 inside the headers of Asio, fmt and the standard library, where we cannot fix them (GCC
  # bug 105329 for -Wrestrict; Asio's own operator new allocates the frame of a coroutine).
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference;-Wno-maybe-uninitialized;-Wno-restrict;-Wno-mismatched-new-delete>")
