# Tests of the lab itself.
iplease_live_test(lab:lifecycle ${CMAKE_CURRENT_SOURCE_DIR}/tests/lifecycle.py)
iplease_live_test(lab:two-nodes --long ${CMAKE_CURRENT_SOURCE_DIR}/tests/twonodes.py)
iplease_live_test(lab:cheap-life --long ${CMAKE_CURRENT_SOURCE_DIR}/tests/cheaplife.py)
iplease_live_test(lab:faults --long ${CMAKE_CURRENT_SOURCE_DIR}/tests/faults.py)
iplease_live_test(lab:kill --long ${CMAKE_CURRENT_SOURCE_DIR}/tests/kill.py)
set_tests_properties(lab:kill PROPERTIES TIMEOUT 3000)
# These compare this machine before and after, so nothing else may run.
set_tests_properties(lab:lifecycle lab:two-nodes lab:cheap-life lab:faults lab:kill PROPERTIES RUN_SERIAL ON)

# The guide's own commands, and what other tests rely on: the stand-in and the charts.
set(on_node ${CMAKE_CURRENT_SOURCE_DIR}/labctl shell -- python3 -B)
iplease_lab_test(lab:smoke-guide ${CMAKE_CURRENT_SOURCE_DIR}/smoke-guide.sh)
# Tests of the test tools. They wait as long as the real programs do.
foreach(part standin charts)
  iplease_live_test(lab:${part}-live --long --fresh ${on_node} ${CMAKE_CURRENT_SOURCE_DIR}/tests/${part}_test.py -v)
  set_tests_properties(lab:${part}-live PROPERTIES TIMEOUT 1800 FIXTURES_REQUIRED lab ENVIRONMENT IPLEASE_LAB_NAME=ctest)
endforeach()
