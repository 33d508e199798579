add_library(iplease_warnings INTERFACE)
target_compile_options(iplease_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wnull-dereference -Wformat=2
  -Wimplicit-fallthrough
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>)
if(IPLEASE_DEV)
  target_compile_options(iplease_warnings INTERFACE -Werror)
endif()
