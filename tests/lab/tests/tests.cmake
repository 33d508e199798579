# Tests of the lab itself.
iplease_live_test(lab:lifecycle ${CMAKE_CURRENT_SOURCE_DIR}/tests/lifecycle.py)
iplease_live_test(lab:faults ${CMAKE_CURRENT_SOURCE_DIR}/tests/faults.py)
iplease_live_test(lab:kill ${CMAKE_CURRENT_SOURCE_DIR}/tests/kill.py)
set_tests_properties(lab:kill PROPERTIES TIMEOUT 3000)
