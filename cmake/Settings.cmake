# What all our targets are built with.
add_library(iplease_settings INTERFACE)
target_compile_features(iplease_settings INTERFACE cxx_std_20)
target_include_directories(iplease_settings INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/generated)
target_compile_definitions(iplease_settings INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(iplease_settings INTERFACE -fstack-protector-strong
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
target_compile_definitions(iplease_settings INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
