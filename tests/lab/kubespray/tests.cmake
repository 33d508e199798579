# --metallb kubespray with real ansible-playbook and a stand-in for Kubespray's role. A lease that answers needs the
# full tier. The API server, Ansible and MetalLB's controller decide the rest.
set(kubespray_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/kubespray)
iplease_lab_test(kubespray:run ${kubespray_on_host}/run.py $<TARGET_FILE:iplease>)
foreach(case upgrade strict_arp)
  iplease_cheap_test(kubespray:${case} ${kubespray_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
foreach(case wait kill flat)
  iplease_cheap_test(kubespray:${case} --long ${kubespray_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
# The play is printed and waited for, on the real node. Only with --long.
iplease_live_test(kubespray:wait-full --long --fresh ${kubespray_on_host}/wait.py $<TARGET_FILE:iplease>)
set_tests_properties(kubespray:wait-full PROPERTIES FIXTURES_REQUIRED lab ENVIRONMENT IPLEASE_LAB_NAME=ctest)
# The same upgrade with a kill -9 in it.
iplease_cheap_test(kubespray:upgrade-killed --long ${kubespray_on_host}/upgrade.py $<TARGET_FILE:iplease> killed)
