if(IPLEASE_SANITIZE)
  target_compile_options(iplease_settings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(iplease_settings INTERFACE -fsanitize=address,undefined)
endif()
if(IPLEASE_FUZZ)
  target_compile_options(iplease_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
