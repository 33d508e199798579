# --metallb adopt decides by what the API server reports, so the cheap tier is enough.
iplease_cheap_test(adopt python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/adopt/adopt.py $<TARGET_FILE:iplease>)
