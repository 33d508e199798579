# -DIPLEASE_COMMIT= is for a source tree without git history, such as packaging/package builds from.
find_package(Git QUIET)
if(NOT IPLEASE_COMMIT AND GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} rev-parse --short HEAD
    OUTPUT_VARIABLE IPLEASE_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT IPLEASE_COMMIT)
  set(IPLEASE_COMMIT "unknown")
endif()

# Where the program's documentation links lead: BASE/VERSION/page.html.
include(GNUInstallDirs)
set(IPLEASE_DOCS_URL "" CACHE STRING "Where ./dev docs' sites are published; empty: where cmake --install puts this one")
string(REGEX REPLACE "/+$" "" IPLEASE_DOCS_BASE "${IPLEASE_DOCS_URL}")
if(NOT IPLEASE_DOCS_BASE)
  string(REPLACE " " "%20" IPLEASE_DOCS_BASE "file://${CMAKE_INSTALL_FULL_DOCDIR}/html")
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/version.hpp.in ${PROJECT_BINARY_DIR}/generated/iplease/version.hpp @ONLY)
