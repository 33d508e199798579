# Tests of the lab itself, and the fixture for tests that need one: FIXTURES_REQUIRED lab,
# with IPLEASE_LAB_NAME=ctest in their environment.
set(lab_run ${CMAKE_CURRENT_SOURCE_DIR}/tests/run)

# iplease_live_test(NAME COMMAND...): label live, alone on the machine, skipped where no lab can be.
function(iplease_live_test name)
  add_test(NAME ${name} COMMAND ${lab_run} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS live TIMEOUT 900 RUN_SERIAL ON
    RESOURCE_LOCK lab SKIP_RETURN_CODE 125)
endfunction()

iplease_live_test(lab:lifecycle ${CMAKE_CURRENT_SOURCE_DIR}/tests/lifecycle.py)
iplease_live_test(lab:kill ${CMAKE_CURRENT_SOURCE_DIR}/tests/kill.py)
set_tests_properties(lab:kill PROPERTIES TIMEOUT 3000)

iplease_live_test(lab:up ${CMAKE_CURRENT_SOURCE_DIR}/labctl up --name ctest)
set_tests_properties(lab:up PROPERTIES FIXTURES_SETUP lab)
iplease_live_test(lab:down ${CMAKE_CURRENT_SOURCE_DIR}/labctl down --name ctest)
set_tests_properties(lab:down PROPERTIES FIXTURES_CLEANUP lab)
