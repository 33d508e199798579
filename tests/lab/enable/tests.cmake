# iplease itself on the real cluster.
set(enable_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/enable)
foreach(case enable script kill grow)
  iplease_lab_test(enable:${case} ${enable_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
# Refusals are decided by what the API server tells, so the cheap tier is enough.
iplease_cheap_test(enable:refuse ${enable_on_host}/refuse.py $<TARGET_FILE:iplease>)
foreach(case shim)
  iplease_cheap_test(enable:${case} ${enable_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
