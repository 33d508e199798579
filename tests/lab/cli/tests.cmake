# Commands that are about the command line and need a cluster.
iplease_cheap_test(cli:init python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/cli/init.py $<TARGET_FILE:iplease>)
