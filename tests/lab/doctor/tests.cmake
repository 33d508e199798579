# Real faults that `iplease doctor` finds, which are then fixed and no longer found.
set(doctor_here ${CMAKE_CURRENT_SOURCE_DIR}/doctor)
foreach(part metallb akash) # some 30 faults each
  iplease_cheap_test(doctor:faults-${part} python3 -B ${doctor_here}/doctor.py $<TARGET_FILE:iplease> --${part})
  set_tests_properties(doctor:faults-${part} PROPERTIES TIMEOUT 1800 COST 250)
endforeach()
# Every cure of the provider's pod with every harm: 12 minutes on a busy machine.
iplease_cheap_test(doctor:no-harm --long python3 -B ${doctor_here}/no_harm.py $<TARGET_FILE:iplease>)
iplease_live_test(doctor:generations --long python3 -B ${doctor_here}/generations.py $<TARGET_FILE:iplease>)
iplease_live_test(doctor:pod-security --long python3 -B ${doctor_here}/pod_security.py $<TARGET_FILE:iplease>)

# The page of failure modes names only existing tests.
add_test(NAME doctor:failure-modes COMMAND python3 -B ${doctor_here}/failure_modes.py
  $<TARGET_FILE:iplease> ${PROJECT_SOURCE_DIR}/docs/failure-modes.md ${PROJECT_BINARY_DIR})
set_tests_properties(doctor:failure-modes PROPERTIES LABELS unit)
