# iplease undo: the API server, Helm and MetalLB decide, so the cheap tier is enough.
iplease_cheap_test(undo python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/undo/case.py $<TARGET_FILE:iplease>)
set_tests_properties(undo PROPERTIES TIMEOUT 1800 COST 700)
# Each generation of the provider's chart, in its own lab. Only with ./dev test --long.
iplease_live_test(undo:generations --long python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/undo/generations.py $<TARGET_FILE:iplease>)
