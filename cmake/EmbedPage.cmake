# Embeds the page (lib/api/page/) and the OpenAPI document in reaper_api. The page may have at most 60 KiB.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

file(GLOB page_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/lib/api/page/*")
set(embedded "${PROJECT_BINARY_DIR}/embedded.cpp")
add_custom_command(
  OUTPUT "${embedded}"
  COMMAND "${Python3_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/cmake/embed_page.py" "${embedded}" "${PROJECT_VERSION}"
    "${PROJECT_SOURCE_DIR}/lib/api/page" "${PROJECT_SOURCE_DIR}/lib/api/openapi.json"
  DEPENDS "${PROJECT_SOURCE_DIR}/cmake/embed_page.py" "${PROJECT_SOURCE_DIR}/lib/api/openapi.json" ${page_sources}
  VERBATIM)
target_sources(reaper_api PRIVATE "${embedded}")
