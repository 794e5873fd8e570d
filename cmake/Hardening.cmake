add_compile_options(-fstack-protector-strong)
add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CHART_REAPER_SANITIZE)
  # Needs an optimizing build. Some distributions' compilers define it already, at a level of their own.
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
