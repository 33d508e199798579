# The Ansible collection on a cluster, by the real ansible-core.
set(ansible_here ${CMAKE_CURRENT_SOURCE_DIR}/ansible)
iplease_cheap_test(ansible:play --long python3 -B ${ansible_here}/play.py $<TARGET_FILE:iplease>)
# Three providers in one inventory, on labs of its own.
iplease_live_test(ansible:three --long python3 -B ${ansible_here}/three.py $<TARGET_FILE:iplease>)
