# Tests of the lab itself.
iplease_live_test(lab:lifecycle ${CMAKE_CURRENT_SOURCE_DIR}/tests/lifecycle.py)
iplease_live_test(lab:two-nodes ${CMAKE_CURRENT_SOURCE_DIR}/tests/twonodes.py)
iplease_live_test(lab:cheap-life ${CMAKE_CURRENT_SOURCE_DIR}/tests/cheaplife.py)
iplease_live_test(lab:faults ${CMAKE_CURRENT_SOURCE_DIR}/tests/faults.py)
iplease_live_test(lab:kill ${CMAKE_CURRENT_SOURCE_DIR}/tests/kill.py)
set_tests_properties(lab:kill PROPERTIES TIMEOUT 3000)

# The guide's own commands, and what others build on: the stand-in and the charts.
set(on_node ${CMAKE_CURRENT_SOURCE_DIR}/labctl shell -- python3 -B)
iplease_lab_test(lab:smoke-guide ${CMAKE_CURRENT_SOURCE_DIR}/smoke-guide.sh)
iplease_lab_test(lab:standin-live ${on_node} ${CMAKE_CURRENT_SOURCE_DIR}/tests/standin_test.py -v)
iplease_lab_test(lab:charts-live ${on_node} ${CMAKE_CURRENT_SOURCE_DIR}/tests/charts_test.py -v)
set_tests_properties(lab:standin-live PROPERTIES TIMEOUT 1800)
