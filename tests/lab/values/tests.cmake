# What the real Helm makes of the edited values.
foreach(helm helm3 helm4)
  iplease_cheap_test(values:${helm} python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/values/helm.py
    $<TARGET_FILE:iplease> ${helm})
endforeach()
# Somebody saves the file while enable is at work.
iplease_cheap_test(values:changed python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/values/changed.py $<TARGET_FILE:iplease>)
