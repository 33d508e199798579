# The stand-in keeps its word: its claims are checked before others build on them.
find_program(GO_PROGRAM go)
if(GO_PROGRAM)
  add_test(NAME lab:standin COMMAND ${GO_PROGRAM} test ./...
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/parts/provider-standin)
  set_tests_properties(lab:standin PROPERTIES LABELS unit TIMEOUT 300)
endif()
