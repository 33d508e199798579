# Something goes wrong at a writing command: a few cells of enable, apply and undo, and every one of all parts.
iplease_cheap_test(reliability python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/reliability/suite.py $<TARGET_FILE:iplease>)
set_tests_properties(reliability PROPERTIES TIMEOUT 1800 COST 600) # some 20 runs, each to its end and undone
iplease_cheap_test(reliability:long --long python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/reliability/suite.py $<TARGET_FILE:iplease>
  ${PROJECT_SOURCE_DIR}/docs/reliability.md)
set_tests_properties(reliability:long PROPERTIES TIMEOUT 86400)
