# A static program needs static libraries. Some distributions have no static fmt, so use its header-only form there.
if(CHART_REAPER_STATIC)
  set(Boost_USE_STATIC_LIBS ON)
endif()
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS program_options json)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)

# libseccomp has no CMake package. pkg-config names the library, and the suffix selects the static or shared file.
find_package(PkgConfig REQUIRED)
block()
  if(CHART_REAPER_STATIC)
    set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  endif()
  pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
  # Otherwise the linker would get the bare name, and a static link would only fail at its end.
  if(NOT pkgcfg_lib_seccomp_seccomp)
    message(FATAL_ERROR "libseccomp${CMAKE_FIND_LIBRARY_SUFFIXES} is not installed")
  endif()
endblock()

# Builds the compiled half of Asio and Beast once, instead of in every file that includes them. Boost's targets are
# imported, so its headers count as system headers and their warnings are ignored.
add_library(reaper_asio STATIC "${PROJECT_SOURCE_DIR}/cmake/asio_beast.cpp")
add_library(reaper::asio ALIAS reaper_asio)
target_compile_definitions(reaper_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(reaper_asio PRIVATE reaper::options PUBLIC Boost::headers Threads::Threads)
