# What the real Helm does with the edited values.
iplease_cheap_test(values:helm3 python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/values/helm.py $<TARGET_FILE:iplease> helm3)
iplease_cheap_test(values:helm4 --long python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/values/helm.py $<TARGET_FILE:iplease> helm4)
# The IP operator's chart values that iplease did not set.
iplease_cheap_test(values:operator-helm3 python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/values/operator.py $<TARGET_FILE:iplease> helm3)
iplease_cheap_test(values:operator-helm4 --long python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/values/operator.py
  $<TARGET_FILE:iplease> helm4)
# The plan's script: its cluster, its condition on the file, its backup.
iplease_cheap_test(values:script python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/values/script.py $<TARGET_FILE:iplease>)
# Somebody saves the file while enable runs.
iplease_cheap_test(values:changed python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/values/changed.py $<TARGET_FILE:iplease>)
