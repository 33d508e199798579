# Checks what the stand-in claims, before other tests rely on it.
add_test(NAME lab:standin COMMAND python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/tests/gotest.py provider-standin)
set_tests_properties(lab:standin PROPERTIES LABELS unit TIMEOUT 600)
