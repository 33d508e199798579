# strictARP: what is edited, what is restarted, and where there is nothing to do. The API server, its conflicts and
# kube-proxy's pods decide, so these run on the cheap tier.
set(strictarp_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/strictarp)
iplease_cheap_test(strictarp:edit ${strictarp_on_host}/edit.py $<TARGET_FILE:iplease>)
iplease_cheap_test(strictarp:environments --long ${strictarp_on_host}/environments.py $<TARGET_FILE:iplease>)
set_tests_properties(strictarp:edit PROPERTIES COST 270)
