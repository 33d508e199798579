# From the real MetalLB 0.12.0. The API server and MetalLB's controller decide what a Service's status says, so these
# run on the cheap tier.
set(migrate_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/migrate)
foreach(kind manifests helm)
  iplease_cheap_test(migrate:${kind} ${migrate_on_host}/migrate.py $<TARGET_FILE:iplease> ${kind})
endforeach()
iplease_cheap_test(migrate:kill ${migrate_on_host}/kill.py $<TARGET_FILE:iplease>)
set_tests_properties(migrate:kill PROPERTIES COST 250)
iplease_cheap_test(migrate:script ${migrate_on_host}/script.py $<TARGET_FILE:iplease>)
# Only the full tier can show what reaches the second host while the speakers change.
iplease_lab_test(migrate:traffic ${migrate_on_host}/traffic.py $<TARGET_FILE:iplease>)
# The same from Helm's 0.12, only with --long.
iplease_live_test(migrate:traffic-helm --long --fresh ${migrate_on_host}/traffic.py $<TARGET_FILE:iplease> helm)
set_tests_properties(migrate:traffic-helm PROPERTIES FIXTURES_REQUIRED lab ENVIRONMENT IPLEASE_LAB_NAME=ctest)
