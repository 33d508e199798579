# strictARP: what is edited, who is restarted, and where nothing is to be done. The API server, its conflicts and
# kube-proxy's pods decide, so these run on the cheap tier.
set(strictarp_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/strictarp)
foreach(case edit environments)
  iplease_cheap_test(strictarp:${case} ${strictarp_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
