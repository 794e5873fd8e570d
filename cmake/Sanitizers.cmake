if(CHART_REAPER_SANITIZE)
  if(CHART_REAPER_STATIC)
    message(FATAL_ERROR "CHART_REAPER_SANITIZE does not go with CHART_REAPER_STATIC: sanitizers need the dynamic loader")
  endif()
  add_compile_options("-fsanitize=${CHART_REAPER_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${CHART_REAPER_SANITIZE}")
  if(CHART_REAPER_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
  if(CHART_REAPER_SANITIZE MATCHES "undefined")
    # This check finds out by a pipe whether memory can be read, and so takes a lack of descriptors, which is what some
    # tests are about, for an error.
    add_compile_options(-fno-sanitize=vptr)
  endif()
  if(CHART_REAPER_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio uses std::atomic_thread_fence, which g++'s TSan does not model and warns about.
    add_compile_options(-Wno-tsan)
  endif()
  # Linked into every program, so that the options hold also for one that is started by hand or by a test of its own.
  add_library(reaper_sanitizer_options OBJECT "${PROJECT_SOURCE_DIR}/cmake/sanitizer_options.cpp")
  link_libraries("$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:$<TARGET_OBJECTS:reaper_sanitizer_options>>")
endif()
