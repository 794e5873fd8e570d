if(CHART_REAPER_SANITIZE)
  if(CHART_REAPER_STATIC)
    message(FATAL_ERROR "CHART_REAPER_SANITIZE does not go with CHART_REAPER_STATIC: sanitizers need the dynamic loader")
  endif()
  target_compile_options(reaper_options INTERFACE
    "-fsanitize=${CHART_REAPER_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(reaper_options INTERFACE "-fsanitize=${CHART_REAPER_SANITIZE}")
  if(CHART_REAPER_FUZZ)
    target_compile_options(reaper_options INTERFACE -fsanitize=fuzzer-no-link)
  endif()
  if(CHART_REAPER_SANITIZE MATCHES "undefined")
    # The vptr check tests memory through a pipe. Without free descriptors, as in some tests, it would report a false
    # error.
    target_compile_options(reaper_options INTERFACE -fno-sanitize=vptr)
  endif()
  if(CHART_REAPER_SANITIZE MATCHES "thread")
    # Asio uses std::atomic_thread_fence; g++'s TSan does not model it and warns.
    target_compile_options(reaper_options INTERFACE "$<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>")
  endif()
  # Linked into every program, so that the options also apply to one that is started by hand or by a test.
  add_library(reaper_sanitizer_options OBJECT "${PROJECT_SOURCE_DIR}/cmake/sanitizer_options.cpp")
  target_link_libraries(reaper_sanitizer_options PRIVATE reaper::options)
  target_sources(reaper_options INTERFACE
    "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:$<TARGET_OBJECTS:reaper_sanitizer_options>>")
endif()
