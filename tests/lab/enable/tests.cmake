# iplease itself on the real cluster.
set(enable_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/enable)
foreach(case enable ends)
  iplease_lab_test(enable:${case} ${enable_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
# What the API server, MetalLB and the IP operator decide: the cheap tier is enough.
foreach(case refuse grow keeps shim kill resume readme)
  iplease_cheap_test(enable:${case} ${enable_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
# Three generations of the provider by two of Helm, on a lab of its own: only with ./dev test --long.
iplease_live_test(enable:generations --long ${enable_on_host}/generations.py $<TARGET_FILE:iplease>)
# Waits as long as a program may need to come up: only with ./dev test --long.
iplease_cheap_test(enable:crash --long python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/enable/crash.py $<TARGET_FILE:iplease>)
set_tests_properties(enable:crash PROPERTIES TIMEOUT 1800)
