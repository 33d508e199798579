# Turns templates/*.yaml into one generated source, so that the binary needs no other files.
set(template_source ${PROJECT_BINARY_DIR}/generated/templates.cpp)
file(GLOB template_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/templates/*.yaml)
add_custom_command(
  OUTPUT ${template_source}
  COMMAND ${CMAKE_COMMAND} -DOUT=${template_source} "-DFILES=${template_files}"
    -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${template_files} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  VERBATIM)
