# A plan that is kept by one user and applied by another.
iplease_cheap_test(apply:apply python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/apply/case.py $<TARGET_FILE:iplease>)
