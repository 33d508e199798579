# `status` and `verify` on a real API server: what they say in each state that an operator may meet.
set(status_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/status)
iplease_cheap_test(status:status ${status_on_host}/status.py $<TARGET_FILE:iplease>)
iplease_cheap_test(status:limits ${status_on_host}/limits.py $<TARGET_FILE:iplease>)
iplease_cheap_test(status:ignored ${status_on_host}/ignored.py $<TARGET_FILE:iplease>)
iplease_cheap_test(status:verify ${status_on_host}/verify.py $<TARGET_FILE:iplease>)
iplease_cheap_test(status:tenants --long ${status_on_host}/tenants.py $<TARGET_FILE:iplease>)
# Traffic from another host, and which of two nodes answers for it: the full tier, in its own lab.
iplease_live_test(status:nodes ${status_on_host}/nodes.py $<TARGET_FILE:iplease>)
