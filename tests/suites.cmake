# Read by ctest before it runs: each suite of `program` is a test, named as the suite is. A process of its own
# for each TEST would take longer to start than most of them take to run; tests/tally.py counts them one by one.
if(NOT EXISTS ${program})
  add_test(${name}_NOT_BUILT ${program})
  return()
endif()
execute_process(COMMAND ${program} --gtest_list_tests OUTPUT_VARIABLE listed RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${program} --gtest_list_tests: ${status}\n${listed}")
endif()
string(REGEX REPLACE "[][;]" "_" listed "${listed}")  # What values of parameters may hold.
string(REPLACE "\n" ";" listed "${listed}")
foreach(line IN LISTS listed)
  if(line MATCHES "^([^ #]+)\\.( |$)")
    set(suite ${CMAKE_MATCH_1})
    add_test(${suite} ${program} --gtest_filter=${suite}.* --gtest_color=no)
    set_tests_properties(${suite} PROPERTIES TIMEOUT ${timeout})
  endif()
endforeach()
