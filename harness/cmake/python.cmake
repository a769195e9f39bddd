# Debian's own Python where there is one: the packages that the tests and the Python module need
# are built for it, whatever another `python3` in the PATH may be.
if(NOT DEFINED Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
  set(Python3_EXECUTABLE /usr/bin/python3)
endif()
