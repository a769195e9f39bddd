# cmake --install build [--prefix DIR]: the program, its scenarios, its manual page and bash's completion. Both of
# those are written by the program itself as it is built, from the options it has.
set(written ${PROJECT_BINARY_DIR}/share)
file(MAKE_DIRECTORY ${written})
add_custom_command(TARGET lastack POST_BUILD
  COMMAND lastack man > ${written}/lastack.1
  COMMAND lastack completion > ${written}/lastack.bash
  VERBATIM)
install(TARGETS lastack RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/lastack
  FILES_MATCHING PATTERN "*.pkt" PATTERN "*.txt")
install(FILES ${written}/lastack.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${written}/lastack.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME lastack)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
