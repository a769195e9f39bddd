# module(folder [USES folder...] [LINKS target...])
#
# A folder is a library, an include prefix and a namespace, all of one name:
# harness/wire is target harness::wire, "harness/wire/..." and namespace harness::wire.
# Its sources are its *.cc files; there is no list to forget one in. A main.cc is left to program().
# USES names modules, LINKS names what is not ours: fmt::fmt.
# The global property `modules` lists every module's target.
function(module folder)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "module(${folder}): write USES or LINKS before ${arg_UNPARSED_ARGUMENTS}")
  endif()
  string(REPLACE "/" "_" target ${folder})
  string(REPLACE "/" "::" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/${folder}/*.h)

  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  if(NOT name STREQUAL target)
    add_library(${name} ALIAS ${target})
  endif()
  set_property(GLOBAL APPEND PROPERTY modules ${target})
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR})
  foreach(used IN LISTS arg_USES)
    string(REPLACE "/" "_" used_target ${used})
    if(NOT TARGET ${used_target})
      message(FATAL_ERROR "module(${folder} USES ${used}): draw ${used} above it")
    endif()
    target_link_libraries(${target} ${scope} ${used_target})
  endforeach()
  target_link_libraries(${target} ${scope} ${arg_LINKS})

  # What almost every file includes, and it is not ours, is read once where nobody develops. tests/tidy
  # sees what a file forgot to include.
  if(SANITIZE AND sources)
    set(heavy)
    if("nlohmann_json::nlohmann_json" IN_LIST arg_LINKS)
      list(APPEND heavy <nlohmann/json.hpp>)
    endif()
    if("Boost::program_options" IN_LIST arg_LINKS)
      list(APPEND heavy <boost/program_options.hpp> <nlohmann/json.hpp>)
    endif()
    if(TARGET harness_base AND NOT target STREQUAL harness_base AND NOT heavy)
      target_precompile_headers(${target} REUSE_FROM harness_base)
    else()
      target_precompile_headers(${target} PRIVATE
        <fmt/format.h> <algorithm> <array> <chrono> <expected> <functional> <map> <memory> <optional> <span> <string>
        <string_view> <variant> <vector> ${heavy})
    endif()
  endif()

  # Each header compiles on its own, whatever was included before it. Where a .cc stands beside it, that
  # includes it first (tests/tidy) and so proves it; for the others one compiler's word is enough.
  if(SANITIZE)
    return()
  endif()
  set(alone)
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "\\.h$" ".cc" beside ${PROJECT_SOURCE_DIR}/${header})
    if(EXISTS ${beside})
      continue()
    endif()
    set(file ${PROJECT_BINARY_DIR}/alone/${header}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
    list(APPEND alone ${file})
  endforeach()
  if(alone)
    add_library(${target}_alone OBJECT ${alone})
    target_link_libraries(${target}_alone PRIVATE ${target})
  endif()
endfunction()

# program(name folder): the executable build/<name>, made of a module and its main.cc.
function(program name folder)
  string(REPLACE "/" "_" target ${folder})
  add_executable(${name} ${PROJECT_SOURCE_DIR}/${folder}/main.cc)
  target_link_libraries(${name} PRIVATE ${target})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

# in_one_piece(folder [FILES file...])
#
# A release compiles the module's files as one, or these of them, and takes its time over it: its
# functions are small, call each other from file to file, and are called for every segment. Names
# without linkage must then be unlike in all of them. Sanitizers and debug builds take the files one
# by one.
function(in_one_piece folder)
  cmake_parse_arguments(arg "" "" "FILES" ${ARGN})
  string(REPLACE "/" "_" target ${folder})
  if(SANITIZE OR FUZZ OR NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  set(options -O3 -fno-semantic-interposition)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    # What is cleared and copied here are some hundred octets: `rep stos` and `rep movs` are slow to begin.
    list(APPEND options -mmemset-strategy=vector_loop:512:noalign,libcall:-1:noalign
                        -mmemcpy-strategy=vector_loop:512:noalign,libcall:-1:noalign)
  endif()
  if(NOT arg_FILES)
    target_compile_options(${target} PRIVATE ${options})
  else()
    list(TRANSFORM arg_FILES PREPEND ${PROJECT_SOURCE_DIR}/${folder}/)
    set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
    set_source_files_properties(${arg_FILES} PROPERTIES UNITY_GROUP every_segment)
    set_source_files_properties(
      ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/Unity/unity_every_segment_cxx.cxx
      PROPERTIES COMPILE_OPTIONS "${options}")
  endif()
endfunction()

# in_batches(target [file...])
#
# Compiles these files of a target, or all, eight at a time, neighbours of one folder: what each of them
# includes is read once for all eight, and names without linkage must be unlike in them. tests/tidy sees to
# it that each file includes what it needs by itself. What is in one piece stays so.
function(in_batches target)
  set(files ${ARGN})
  if(NOT files)
    get_target_property(files ${target} SOURCES)
  endif()
  set(last)
  foreach(file IN LISTS files)
    get_source_file_property(group ${file} UNITY_GROUP)
    if(group)
      continue()
    endif()
    get_filename_component(folder ${file} DIRECTORY)
    if(NOT folder STREQUAL last)
      set(last ${folder})
      get_filename_component(name ${folder} NAME)
      set(place 0)
    endif()
    math(EXPR batch "${place} / 8")
    math(EXPR place "${place} + 1")
    set_source_files_properties(${file} PROPERTIES UNITY_GROUP ${name}_${batch})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# modules_in_batches(folder...): these, in a release alone. Sanitizers take them file by file, so that
# every header is once the first that a compiler sees.
function(modules_in_batches)
  if(SANITIZE OR FUZZ)
    return()
  endif()
  foreach(folder IN LISTS ARGN)
    string(REPLACE "/" "_" target ${folder})
    in_batches(${target})
  endforeach()
endfunction()
