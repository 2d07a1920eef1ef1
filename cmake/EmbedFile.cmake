# SPDX-License-Identifier: Apache-2.0
# A file's bytes as a C array. Included, it gives the function; run with `cmake -P`, it writes the C file.

set(MEMSCOPE_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

# memscope_embed_file(target file symbol): adds to the target `const unsigned char symbol[]` (with a NUL behind it) and
# `const size_t symbol_bytes` (without the NUL), made anew whenever the file changes.
function(memscope_embed_file target file symbol)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c")
  add_custom_command(OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${output} -DSYMBOL=${symbol} -P "${MEMSCOPE_EMBED_SCRIPT}"
    DEPENDS "${file}" "${MEMSCOPE_EMBED_SCRIPT}"
    COMMENT "Embedding ${file}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  file(READ "${INPUT}" bytes HEX)
  string(LENGTH "${bytes}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  file(WRITE "${OUTPUT}" "#include <stddef.h>
extern const unsigned char ${SYMBOL}[];
extern const size_t ${SYMBOL}_bytes;
const unsigned char ${SYMBOL}[] = {
${bytes}0};
const size_t ${SYMBOL}_bytes = ${length};
")
endif()
