# A static program needs static libraries; where a distribution has none of fmt, its header-only form does.
if(CHART_REAPER_STATIC)
  set(Boost_USE_STATIC_LIBS ON)
endif()
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS program_options json)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)

# libseccomp comes without a package for CMake. pkg-config names the library; which of its files is taken goes by the
# suffix.
find_package(PkgConfig REQUIRED)
block()
  if(CHART_REAPER_STATIC)
    set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  endif()
  pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
  # Else the linker would be told the bare name, and a static link would fail at its very end.
  if(NOT pkgcfg_lib_seccomp_seccomp)
    message(FATAL_ERROR "libseccomp${CMAKE_FIND_LIBRARY_SUFFIXES} is not installed")
  endif()
endblock()

# The compiled half of Asio and Beast is built once here instead of in every file that includes them. Boost's targets
# are imported ones, so that its headers are system headers: their warnings are not ours to mend.
add_library(reaper_asio STATIC "${PROJECT_SOURCE_DIR}/cmake/asio_beast.cpp")
add_library(reaper::asio ALIAS reaper_asio)
target_compile_definitions(reaper_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(reaper_asio PRIVATE reaper::options PUBLIC Boost::headers Threads::Threads)
