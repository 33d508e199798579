# Functions that register tests on a real cluster.
set(lab_run ${CMAKE_CURRENT_SOURCE_DIR}/tests/run)

# iplease_live_test(NAME COMMAND...): label live, one at a time. It takes two of ctest's places, because it runs its own
# node. Skipped if this machine cannot run a lab.
function(iplease_live_test name)
  add_test(NAME ${name} COMMAND ${lab_run} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS live TIMEOUT 900 PROCESSORS 2
    RESOURCE_LOCK lab SKIP_RETURN_CODE 125)
endfunction()

# iplease_lab_test(NAME COMMAND...): the same, on lab `ctest`, which is up and fresh when COMMAND starts. COMMAND finds
# it through IPLEASE_LAB_NAME. To be on the node's network it calls `./dev lab shell -- CMD` itself.
function(iplease_lab_test name)
  iplease_live_test(${name} --fresh ${ARGN})
  set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED lab ENVIRONMENT IPLEASE_LAB_NAME=ctest)
endfunction()

# The fixture: one `up` before all of them, one `down` afterwards.
iplease_live_test(lab:up ${CMAKE_CURRENT_SOURCE_DIR}/labctl up --name ctest)
set_tests_properties(lab:up PROPERTIES FIXTURES_SETUP lab)
iplease_live_test(lab:down ${CMAKE_CURRENT_SOURCE_DIR}/labctl down --name ctest)
set_tests_properties(lab:down PROPERTIES FIXTURES_CLEANUP lab)

# iplease_cheap_test(NAME COMMAND...): label cheap. Runs on whichever of the two cheap labs (labs.json) is free, fresh
# when COMMAND starts, beside tests that need no lab. With --long in front, it is skipped without ./dev test --long. A
# test that takes minutes sets COST to start early.
function(iplease_cheap_test name)
  set(long)
  if(ARGV1 STREQUAL --long)
    set(long --long)
    list(POP_FRONT ARGN)
  endif()
  add_test(NAME ${name} COMMAND ${lab_run} ${long} --fresh ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS cheap TIMEOUT 900 RESOURCE_GROUPS "cheap_labs:1"
    SKIP_RETURN_CODE 125 FIXTURES_REQUIRED cheap-labs)
endfunction()

foreach(letter a b)
  set(lab ctest-cheap-${letter})
  add_test(NAME ${lab}:up COMMAND ${lab_run} ${CMAKE_CURRENT_SOURCE_DIR}/labctl up --name ${lab} --tier cheap)
  add_test(NAME ${lab}:down COMMAND ${lab_run} ${CMAKE_CURRENT_SOURCE_DIR}/labctl down --name ${lab})
  set_tests_properties(${lab}:up ${lab}:down PROPERTIES LABELS cheap TIMEOUT 300 SKIP_RETURN_CODE 125)
  set_tests_properties(${lab}:up PROPERTIES FIXTURES_SETUP cheap-labs)
  set_tests_properties(${lab}:down PROPERTIES FIXTURES_CLEANUP cheap-labs)
endforeach()
