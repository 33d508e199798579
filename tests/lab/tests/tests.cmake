# Tests of the lab itself.
iplease_live_test(lab:lifecycle ${CMAKE_CURRENT_SOURCE_DIR}/tests/lifecycle.py)
iplease_live_test(lab:faults ${CMAKE_CURRENT_SOURCE_DIR}/tests/faults.py)
iplease_live_test(lab:kill ${CMAKE_CURRENT_SOURCE_DIR}/tests/kill.py)
set_tests_properties(lab:kill PROPERTIES TIMEOUT 3000)

# Tests that use the fixture's lab; each starts from a fresh one.
function(iplease_fresh_lab_test name)
  iplease_live_test(${name} ${CMAKE_CURRENT_SOURCE_DIR}/tests/on-fresh-lab ${ARGN})
  set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED lab ENVIRONMENT IPLEASE_LAB_NAME=ctest)
endfunction()

iplease_fresh_lab_test(lab:smoke-guide ${CMAKE_CURRENT_SOURCE_DIR}/smoke-guide.sh)
iplease_fresh_lab_test(lab:standin-live ${CMAKE_CURRENT_SOURCE_DIR}/tests/standin_test.py -v)
iplease_fresh_lab_test(lab:charts-live ${CMAKE_CURRENT_SOURCE_DIR}/tests/charts_test.py -v)
set_tests_properties(lab:standin-live PROPERTIES TIMEOUT 1800)
