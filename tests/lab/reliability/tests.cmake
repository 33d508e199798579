# Something goes wrong at every writing command: one cell of each kind, and every one of them.
iplease_cheap_test(reliability python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/reliability/suite.py $<TARGET_FILE:iplease>)
set_tests_properties(reliability PROPERTIES TIMEOUT 1800) # some 20 runs, each to its end and undone
iplease_cheap_test(reliability:long --long python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/reliability/suite.py $<TARGET_FILE:iplease>
  ${PROJECT_SOURCE_DIR}/docs/reliability.md)
set_tests_properties(reliability:long PROPERTIES TIMEOUT 21600)
