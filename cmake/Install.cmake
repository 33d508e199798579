# What is installed with the program. `cmake --install`, the Debian package and the tarball contain the same files.
include(GNUInstallDirs)
set(IPLEASE_ZSH_COMPLETIONS "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" CACHE STRING "Where zsh looks for completions")
set(made ${PROJECT_BINARY_DIR}/install)

install(TARGETS iplease RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# kubectl finds its plugins by name.
install(CODE "file(CREATE_LINK iplease \"\$ENV{DESTDIR}${CMAKE_INSTALL_FULL_BINDIR}/kubectl-iplease\" SYMBOLIC)")

# The installed program's own output, written at install time so that no second copy has to be kept.
function(iplease_install_output name folder file)
  string(JOIN "\" \"" words ${ARGN})
  install(CODE "
    file(MAKE_DIRECTORY \"${made}\")
    execute_process(COMMAND \"$<TARGET_FILE:iplease>\" \"${words}\" OUTPUT_FILE \"${made}/${name}\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${made}/${name} DESTINATION ${folder} RENAME ${file})
endfunction()
iplease_install_output(iplease.1 ${CMAKE_INSTALL_MANDIR}/man1 iplease.1 man)
iplease_install_output(completion.bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions iplease completion bash)
iplease_install_output(completion.zsh ${IPLEASE_ZSH_COMPLETIONS} _iplease completion zsh)
iplease_install_output(completion.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d iplease.fish completion fish)

install(FILES README.md CHANGELOG.md SECURITY.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES templates/flags.example.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
# The pages that `iplease explain` links to. ./dev docs builds them.
install(DIRECTORY build/docs/${PROJECT_VERSION} DESTINATION ${CMAKE_INSTALL_DOCDIR}/html OPTIONAL)
