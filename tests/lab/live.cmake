# Registering tests that need a real cluster.
set(lab_run ${CMAKE_CURRENT_SOURCE_DIR}/tests/run)

# iplease_live_test(NAME COMMAND...): label live, alone on the machine, skipped where no lab can be.
function(iplease_live_test name)
  add_test(NAME ${name} COMMAND ${lab_run} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS live TIMEOUT 900 RUN_SERIAL ON
    RESOURCE_LOCK lab SKIP_RETURN_CODE 125)
endfunction()

# iplease_lab_test(NAME COMMAND...): the same, on lab `ctest`, which is up and fresh when COMMAND
# starts. COMMAND finds it through IPLEASE_LAB_NAME; to be on the node's network it calls
# `./dev lab shell -- CMD` itself.
function(iplease_lab_test name)
  iplease_live_test(${name} --fresh ${ARGN})
  set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED lab ENVIRONMENT IPLEASE_LAB_NAME=ctest)
endfunction()

# The fixture: one `up` before all of them, one `down` after.
iplease_live_test(lab:up ${CMAKE_CURRENT_SOURCE_DIR}/labctl up --name ctest)
set_tests_properties(lab:up PROPERTIES FIXTURES_SETUP lab)
iplease_live_test(lab:down ${CMAKE_CURRENT_SOURCE_DIR}/labctl down --name ctest)
set_tests_properties(lab:down PROPERTIES FIXTURES_CLEANUP lab)

# iplease_cheap_test(NAME COMMAND...): label cheap, on lab `ctest-cheap` of the cheap tier, fresh when
# COMMAND starts. One after the other, but beside tests that need no lab.
function(iplease_cheap_test name)
  add_test(NAME ${name} COMMAND ${lab_run} --fresh ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS cheap TIMEOUT 900 RESOURCE_LOCK lab-cheap
    SKIP_RETURN_CODE 125 FIXTURES_REQUIRED lab-cheap ENVIRONMENT IPLEASE_LAB_NAME=ctest-cheap)
endfunction()

foreach(step up down)
  set(options)
  if(step STREQUAL up)
    set(options --tier cheap)
  endif()
  add_test(NAME lab-cheap:${step}
    COMMAND ${lab_run} ${CMAKE_CURRENT_SOURCE_DIR}/labctl ${step} --name ctest-cheap ${options})
  set_tests_properties(lab-cheap:${step} PROPERTIES LABELS cheap TIMEOUT 300
    RESOURCE_LOCK lab-cheap SKIP_RETURN_CODE 125)
endforeach()
set_tests_properties(lab-cheap:up PROPERTIES FIXTURES_SETUP lab-cheap)
set_tests_properties(lab-cheap:down PROPERTIES FIXTURES_CLEANUP lab-cheap)
