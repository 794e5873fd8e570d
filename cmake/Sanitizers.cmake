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
    # This check finds out by a pipe whether memory can be read, and so takes a lack of descriptors, which is what some
    # tests are about, for an error.
    target_compile_options(reaper_options INTERFACE -fno-sanitize=vptr)
  endif()
  if(CHART_REAPER_SANITIZE MATCHES "thread")
    # Asio uses std::atomic_thread_fence, which g++'s TSan does not model and warns about.
    target_compile_options(reaper_options INTERFACE "$<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>")
  endif()
  # Part of every program, so that the options hold also for one that is started by hand or by a test of its own.
  add_library(reaper_sanitizer_options OBJECT "${PROJECT_SOURCE_DIR}/cmake/sanitizer_options.cpp")
  target_link_libraries(reaper_sanitizer_options PRIVATE reaper::options)
  target_sources(reaper_options INTERFACE
    "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:$<TARGET_OBJECTS:reaper_sanitizer_options>>")
endif()
