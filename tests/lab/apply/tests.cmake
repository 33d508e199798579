# One user keeps a plan and another applies it.
iplease_cheap_test(apply:apply python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/apply/case.py $<TARGET_FILE:iplease>)
