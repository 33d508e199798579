# Tests of the command line that need a cluster.
foreach(case init ids kubeconfig paths bundle)
  iplease_cheap_test(cli:${case} python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/cli/${case}.py $<TARGET_FILE:iplease>)
endforeach()
