# The oldest versions tested are Debian 12's. docs/adr/0004 explains why there are two YAML libraries.
find_package(CLI11 2.1 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libyaml REQUIRED IMPORTED_TARGET yaml-0.1>=0.2.5)
# yaml-cpp 0.7 exports a plain target name, 0.8 a namespaced one.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# The libraries that the program links, under the names that src/ uses.
add_library(iplease_libraries INTERFACE)
if(IPLEASE_PORTABLE)
  find_library(yaml_cpp_archive libyaml-cpp.a REQUIRED)
  find_library(libyaml_archive libyaml.a REQUIRED)
  target_link_libraries(iplease_libraries INTERFACE fmt::fmt-header-only spdlog::spdlog_header_only
    ${yaml_cpp_archive} ${libyaml_archive})
  target_link_options(iplease_libraries INTERFACE -static-libstdc++ -static-libgcc)
else()
  target_link_libraries(iplease_libraries INTERFACE fmt::fmt spdlog::spdlog yaml-cpp::yaml-cpp PkgConfig::libyaml)
endif()
