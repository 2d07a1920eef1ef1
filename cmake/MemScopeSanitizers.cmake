# SPDX-License-Identifier: Apache-2.0
# MEMSCOPE_SANITIZER as a property of the targets that ask for it.

function(memscope_target_sanitize target)
  if(MEMSCOPE_SANITIZER)
    target_compile_options(${target} PRIVATE -fsanitize=${MEMSCOPE_SANITIZER} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${MEMSCOPE_SANITIZER})
  endif()
endfunction()
