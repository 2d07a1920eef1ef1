/* SPDX-License-Identifier: Apache-2.0
 *
 * symbols.h: addresses to functions, files and lines, inlined frames included, from the modules' debug information.
 *
 * Works offline on the files that the run's modules were loaded from. A file whose build id is not the recorded one is
 * another program by now and is not used. Separate debug files are found where the system keeps them.
 */
#ifndef MEMSCOPE_EXPORTER_SYMBOLS_H
#define MEMSCOPE_EXPORTER_SYMBOLS_H

#include "read/facts.h"
#include "read/stack_table.h"
#include "support/strings.h"

enum ms_symbol_source {
  MS_SYMBOLS_UNTRIED, /* no address of the module was asked for */
  MS_SYMBOLS_NONE,
  MS_SYMBOLS_SYMTAB,
  MS_SYMBOLS_DWARF,
};

/** One line of a symbolised stack. Texts are numbers in the strings; file 0 and line 0 where unknown. */
struct ms_symbol {
  uint32_t function, file, line;
  uint32_t module; /* path, 0: in no known module */
  bool inlined;    /* into the symbol that follows it in the result */
};

/** What is at one return address: innermost inlined function first, the real function last. Never empty. */
struct ms_symbol_list {
  const struct ms_symbol *items;
  size_t count;
};

struct ms_symbols;

/** Makes a symbolizer for the run's modules. `facts` and `strings` outlive it; free with ms_symbols_free. */
struct ms_symbols *ms_symbols_new(const struct ms_facts *facts, struct ms_strings *strings);
/** Returns the symbols of a frame: of the call before its return address. Valid until ms_symbols_free. An address
 *  without symbols gives "0x<offset> in <module>". */
struct ms_symbol_list ms_symbols_of(struct ms_symbols *symbols, const struct ms_frame *frame);
/** Says where the names of a module come from; opens it if that was not done. */
enum ms_symbol_source ms_symbols_source(struct ms_symbols *symbols, uint32_t module);
/** Returns the readable form of a C++ name, or the name itself; valid as long as the strings. */
const char *ms_symbols_demangle(struct ms_strings *strings, const char *name);
void ms_symbols_free(struct ms_symbols *symbols);

#endif
