# Every printed command runs exactly as printed, in the state in which it is printed (docs/testing.md, "Printed
# commands"; tests/provoked/printed.py compares that table with the sources).
set(follow_on_host python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/follow)
iplease_cheap_test(follow:follow ${follow_on_host}/follow.py $<TARGET_FILE:iplease>)
iplease_cheap_test(follow:outside ${follow_on_host}/outside.py $<TARGET_FILE:iplease>)
iplease_cheap_test(follow:looks ${follow_on_host}/looks.py $<TARGET_FILE:iplease>)
set_tests_properties(follow:follow PROPERTIES COST 600)
set_tests_properties(follow:looks PROPERTIES COST 240)
