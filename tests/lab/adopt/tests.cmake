# --metallb adopt. What it decides by is told by the API server, so the cheap tier is enough.
iplease_cheap_test(adopt python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/adopt/adopt.py $<TARGET_FILE:iplease>)
