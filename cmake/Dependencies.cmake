if(CHART_REAPER_STATIC)
  set(Boost_USE_STATIC_LIBS ON)
endif()
find_package(Boost 1.81 REQUIRED COMPONENTS program_options json url)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)

# The compiled half of Asio and Beast is built once here instead of in every file that includes them.
add_library(reaper_asio STATIC "${PROJECT_SOURCE_DIR}/cmake/asio_beast.cpp")
target_compile_definitions(reaper_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(reaper_asio PUBLIC Boost::boost Threads::Threads)
# Third-party headers: their warnings are not ours to mend.
target_include_directories(reaper_asio SYSTEM PUBLIC ${Boost_INCLUDE_DIRS})
