# iplease itself on a real cluster.
set(enable_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/enable)
foreach(case enable ends)
  iplease_lab_test(enable:${case} ${enable_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
# The API server, MetalLB and the IP operator decide these, so the cheap tier is enough.
foreach(case refuse grow keeps heals shim resume readme pending upgrade_dies tells state provider)
  iplease_cheap_test(enable:${case} ${enable_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
# A kill in every stage. `./dev test` without --long has reliability's cells, upgrade_dies and resume.
iplease_cheap_test(enable:kill --long ${enable_on_host}/kill.py $<TARGET_FILE:iplease>)
iplease_cheap_test(enable:provider-rental --long ${enable_on_host}/provider.py $<TARGET_FILE:iplease> rental)
set_tests_properties(enable:upgrade_dies PROPERTIES TIMEOUT 1800 COST 260) # --long runs every kind of death
# Every provider generation, with Helm 3 and partly Helm 4, in its own lab. Only with ./dev test --long.
iplease_live_test(enable:generations --long ${enable_on_host}/generations.py $<TARGET_FILE:iplease>)
# Waits as long as a program may take to start. Only with ./dev test --long.
iplease_cheap_test(enable:crash --long python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/enable/crash.py $<TARGET_FILE:iplease>)
set_tests_properties(enable:crash PROPERTIES TIMEOUT 1800)
