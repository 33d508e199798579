# Included headers take most of a file's compile time. With CMAKE_UNITY_BUILD (all presets) the files of one room
# compile together, SIZE at a time. So names in a room's unnamed namespaces must differ.
function(unity_by_folder target size)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(room ${folder} NAME)
    math(EXPR seen_${room} "0${seen_${room}} + 1")
    math(EXPR part "(${seen_${room}} - 1) / ${size}")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${room}_${part})
  endforeach()
endfunction()
