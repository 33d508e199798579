# The interactive run on a pseudo-terminal, and signals. The API server and Helm decide, so the cheap tier is enough.
set(wizard_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/wizard)
foreach(case sessions signals meanwhile prompts)
  iplease_cheap_test(wizard:${case} ${wizard_on_host}/${case}.py $<TARGET_FILE:iplease>)
endforeach()
set_tests_properties(wizard:sessions PROPERTIES COST 270)
