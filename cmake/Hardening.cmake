target_compile_options(reaper_options INTERFACE -fstack-protector-strong)
target_link_options(reaper_options INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
if(NOT CHART_REAPER_SANITIZE)
  # Needs an optimizing build. Some compilers already define another level, so undefine it first.
  target_compile_options(reaper_options INTERFACE "$<$<CONFIG:Release>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
endif()
