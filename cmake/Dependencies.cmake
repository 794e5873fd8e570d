# A static program needs static libraries; where a distribution has none of fmt, its header-only form does.
if(CHART_REAPER_STATIC)
  set(Boost_USE_STATIC_LIBS ON)
endif()
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS program_options json)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)

# libseccomp comes without a package for CMake.
if(CHART_REAPER_STATIC)
  find_library(CHART_REAPER_SECCOMP NAMES libseccomp.a REQUIRED)
else()
  find_library(CHART_REAPER_SECCOMP NAMES seccomp REQUIRED)
endif()
find_path(CHART_REAPER_SECCOMP_INCLUDE NAMES seccomp.h REQUIRED)
mark_as_advanced(CHART_REAPER_SECCOMP CHART_REAPER_SECCOMP_INCLUDE)
add_library(reaper_seccomp INTERFACE)
target_link_libraries(reaper_seccomp INTERFACE "${CHART_REAPER_SECCOMP}")
target_include_directories(reaper_seccomp SYSTEM INTERFACE "${CHART_REAPER_SECCOMP_INCLUDE}")

# The compiled half of Asio and Beast is built once here instead of in every file that includes them. Boost's targets
# are imported ones, so that its headers are system headers: their warnings are not ours to mend.
add_library(reaper_asio STATIC "${PROJECT_SOURCE_DIR}/cmake/asio_beast.cpp")
target_compile_definitions(reaper_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(reaper_asio PUBLIC Boost::headers Threads::Threads)
