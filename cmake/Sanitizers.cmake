# Leaves out null, alignment, vptr and object-size: the address sanitizer traps such accesses too. They add a check to
# every access and double the compile time.
add_library(iplease_sanitizers INTERFACE)
target_compile_options(iplease_sanitizers INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
  -fno-sanitize=null,alignment,vptr,object-size -fno-omit-frame-pointer)
target_link_options(iplease_sanitizers INTERFACE -fsanitize=address,undefined)
if(IPLEASE_SANITIZE)
  target_link_libraries(iplease_settings INTERFACE iplease_sanitizers)
endif()
if(IPLEASE_FUZZ)
  target_compile_options(iplease_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
