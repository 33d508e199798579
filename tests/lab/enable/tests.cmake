# iplease itself on the real cluster.
set(enable_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/enable)
foreach(case enable script kill grow refuse)
  iplease_lab_test(enable:${case} ${enable_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
