# Left out is what the address sanitizer finds too, as such an access traps: these checks stand at each access and
# make compiling as long again.
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
