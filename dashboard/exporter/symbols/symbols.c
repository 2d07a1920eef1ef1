/* SPDX-License-Identifier: Apache-2.0
 *
 * symbols.c: one libdwfl session a module, opened at its first address. Why not one session for all? Two modules can
 * have been at the same addresses one after the other (dlclose, dlopen), which a session does not allow.
 */
#include "symbols/symbols.h"

#include "symbols/functions.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <sys/stat.h>

#define LONGEST_NAME 65536u /* demangled; some compilers' own limits are in this order */

/* Of the C++ runtime's static library, in no header. Gives the name in pieces; 0 where it is one. */
extern int __gcclibcxx_demangle_callback(const char *name, void (*take)(const char *text, size_t bytes, void *context),
                                         void *context);

struct unit {
  Dwarf_Die *die;
  struct ms_functions functions;
};

/** A stretch of code of one compilation unit, addresses as in the file. */
struct unit_range {
  Dwarf_Addr low, high;
  uint32_t unit; /* in units */
};

struct module_symbols {
  enum ms_symbol_source source;
  Dwfl *session;
  Dwfl_Module *module;
  Dwarf_Addr bias; /* what the session adds to addresses of the file */
  MS_VEC(struct unit) units;
  MS_VEC(struct unit_range) ranges; /* by low address */
};

struct cached {
  struct ms_frame frame;
  struct ms_symbol_list list;
};

struct ms_symbols {
  const struct ms_facts *facts;
  struct ms_strings *strings;
  struct module_symbols *modules;
  MS_VEC(struct cached) cache;
  struct ms_index cache_index;
  struct ms_arena results;
  MS_VEC(struct ms_symbol) scratch; /* of the address at hand */
  ms_dies around;                   /* the same */
};

struct ms_symbols *ms_symbols_new(const struct ms_facts *facts, struct ms_strings *strings) {
  struct ms_symbols *symbols = ms_memory_new(1, sizeof *symbols);
  symbols->facts = facts;
  symbols->strings = strings;
  symbols->modules = ms_memory_new(facts->modules.count, sizeof *symbols->modules);
  return symbols;
}

void ms_symbols_free(struct ms_symbols *symbols) {
  for (size_t i = 0; i < symbols->facts->modules.count; i++) {
    if (symbols->modules[i].session != NULL)
      dwfl_end(symbols->modules[i].session);
    for (size_t j = 0; j < symbols->modules[i].units.count; j++)
      ms_functions_free(&symbols->modules[i].units.items[j].functions);
    ms_vec_free(&symbols->modules[i].units);
    ms_vec_free(&symbols->modules[i].ranges);
  }
  free(symbols->modules);
  ms_vec_free(&symbols->cache);
  ms_index_free(&symbols->cache_index);
  ms_arena_free(&symbols->results);
  ms_vec_free(&symbols->scratch);
  ms_vec_free(&symbols->around);
  free(symbols);
}

struct demangled {
  char *text;
  size_t bytes;
  jmp_buf too_long;
};

static void take_piece(const char *text, size_t bytes, void *context) {
  struct demangled *name = context;
  if (bytes > LONGEST_NAME - name->bytes)
    longjmp(name->too_long, 1);
  memcpy(name->text + name->bytes, text, bytes);
  name->bytes += bytes;
}

/* Why not __cxa_demangle? 300 bytes can stand for a name of any length, each part of which is twice the part before,
 * and only this function can be left: all that it has is on the stack. */
const char *ms_symbols_demangle(struct ms_strings *strings, const char *name) {
  if (name[0] != '_' || name[1] != 'Z')
    return name;
  struct demangled readable = {.text = ms_memory_new(LONGEST_NAME + 1, 1)};
  if (setjmp(readable.too_long) == 0 && __gcclibcxx_demangle_callback(name, take_piece, &readable) == 0) {
    readable.text[readable.bytes] = '\0';
    uint32_t number = ms_strings_add(strings, readable.text); /* which may move the items */
    name = strings->items.items[number];
  }
  free(readable.text);
  return name;
}

/* ---- modules ---- */

static bool build_id_is(Dwfl_Module *module, const char *recorded) {
  const unsigned char *bits;
  GElf_Addr address;
  int length = dwfl_module_build_id(module, &bits, &address);
  if (recorded[0] == '\0' || length <= 0)
    return recorded[0] == '\0';
  if (strlen(recorded) != (size_t)length * 2)
    return false;
  for (int i = 0; i < length; i++) {
    char hex[3];
    snprintf(hex, sizeof hex, "%02x", bits[i]);
    if (strncmp(hex, recorded + 2 * i, 2) != 0)
      return false;
  }
  return true;
}

static int by_low(const void *left, const void *right) {
  const struct unit_range *a = left, *b = right;
  return a->low < b->low ? -1 : a->low > b->low;
}

/* Lists the code of all units. Why not ask the library for the unit of an address? It looks in .debug_aranges, which
 * clang does not write. */
static void list_units(struct module_symbols *module) {
  Dwarf_Die *unit = NULL;
  while ((unit = dwfl_module_nextcu(module->module, unit, &module->bias)) != NULL) {
    Dwarf_Addr base, low, high;
    ptrdiff_t offset = 0;
    while ((offset = dwarf_ranges(unit, offset, &base, &low, &high)) > 0)
      ms_vec_push(&module->ranges, ((struct unit_range){low, high, (uint32_t)module->units.count}));
    ms_vec_push(&module->units, ((struct unit){.die = unit}));
  }
  ms_vec_sort(&module->ranges, by_low);
}

static struct unit *unit_of(const struct module_symbols *module, Dwarf_Addr address) {
  size_t low = 0, high = module->ranges.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (module->ranges.items[middle].low <= address)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low > 0 && address < module->ranges.items[low - 1].high;
  return found ? &module->units.items[module->ranges.items[low - 1].unit] : NULL;
}

static enum ms_symbol_source open_file(const struct ms_module *facts, const char *path, struct module_symbols *module) {
  static char *debuginfo_path; /* NULL: the system's default places */
  static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_build_id_find_elf,
                                           .find_debuginfo = dwfl_standard_find_debuginfo,
                                           .section_address = dwfl_offline_section_address,
                                           .debuginfo_path = &debuginfo_path};
  struct stat file;
  if (stat(path, &file) != 0 || !S_ISREG(file.st_mode)) /* a trace can name a pipe, which would be waited for */
    return MS_SYMBOLS_NONE;
  if (module->session != NULL) /* of another file, which was not the one */
    dwfl_end(module->session);
  module->session = dwfl_begin(&callbacks);
  if (module->session == NULL)
    return MS_SYMBOLS_NONE;
  dwfl_report_begin(module->session);
  module->module = dwfl_report_elf(module->session, path, path, -1, facts->load_bias, true);
  if (dwfl_report_end(module->session, NULL, NULL) != 0 || module->module == NULL)
    return MS_SYMBOLS_NONE;
  GElf_Addr bias;
  if (dwfl_module_getelf(module->module, &bias) == NULL || !build_id_is(module->module, facts->build_id))
    return MS_SYMBOLS_NONE;
  if (dwfl_module_getdwarf(module->module, &bias) != NULL) {
    list_units(module);
    return MS_SYMBOLS_DWARF;
  }
  return dwfl_module_getsymtab(module->module) > 0 ? MS_SYMBOLS_SYMTAB : MS_SYMBOLS_NONE;
}

/* A library that was linked by a relative path is looked for where the program ran. */
static enum ms_symbol_source open_module(const struct ms_facts *facts, const struct ms_module *recorded,
                                         struct module_symbols *module) {
  char path[2][PATH_MAX];
  if (strchr(recorded->path, '/') == NULL)
    return MS_SYMBOLS_NONE; /* [vdso] and the like have no file */
  bool relative = recorded->path[0] != '/';
  snprintf(path[0], PATH_MAX, "%s%s%s", relative ? facts->working_directory : "", relative ? "/" : "", recorded->path);
  enum ms_symbol_source source = MS_SYMBOLS_NONE;
  if (facts->sysroot != NULL) {
    snprintf(path[1], PATH_MAX, "%s/%s", facts->sysroot, path[0]);
    source = open_file(recorded, path[1], module);
  }
  return source == MS_SYMBOLS_NONE ? open_file(recorded, path[0], module) : source;
}

enum ms_symbol_source ms_symbols_source(struct ms_symbols *symbols, uint32_t module) {
  struct module_symbols *entry = &symbols->modules[module];
  if (entry->source == MS_SYMBOLS_UNTRIED)
    entry->source = open_module(symbols->facts, &symbols->facts->modules.items[module], entry);
  return entry->source;
}

/* ---- addresses ---- */

static uint32_t name_of(struct ms_symbols *symbols, Dwarf_Die *die) {
  Dwarf_Attribute attribute;
  const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
  if (name == NULL)
    name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute));
  if (name == NULL)
    name = dwarf_diename(die);
  return name == NULL ? 0 : ms_strings_add(symbols->strings, ms_symbols_demangle(symbols->strings, name));
}

static uint32_t number_of(Dwarf_Die *die, unsigned attribute_name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_formudata(dwarf_attr(die, attribute_name, &attribute), &value) != 0)
    return 0;
  return (uint32_t)value;
}

/* Adds the inlined functions and the real one; the place of each is the call site of the one inside it. */
static void add_functions(struct ms_symbols *symbols, struct unit *unit, Dwarf_Addr address, struct ms_symbol place) {
  Dwarf_Files *files = NULL;
  size_t file_count = 0;
  ms_dies *around = &symbols->around;
  ms_functions_around(&unit->functions, unit->die, address, around);
  if (around->count > 1 && dwarf_getsrcfiles(unit->die, &files, &file_count) != 0)
    files = NULL;
  for (size_t i = 0; i < around->count; i++) {
    Dwarf_Die *die = &around->items[i];
    struct ms_symbol symbol = place;
    symbol.function = name_of(symbols, die);
    symbol.inlined = i + 1 < around->count;
    ms_vec_push(&symbols->scratch, symbol);
    if (!symbol.inlined)
      break;
    uint32_t file = number_of(die, DW_AT_call_file);
    const char *path = files != NULL && file < file_count ? dwarf_filesrc(files, file, NULL, NULL) : NULL;
    place.file = path == NULL ? 0 : ms_strings_add(symbols->strings, path);
    place.line = number_of(die, DW_AT_call_line);
  }
}

static struct ms_symbol place_of(struct ms_symbols *symbols, Dwarf_Die *unit, Dwarf_Addr address, uint32_t path) {
  struct ms_symbol place = {.module = path};
  Dwarf_Line *line = dwarf_getsrc_die(unit, address);
  const char *source = line == NULL ? NULL : dwarf_linesrc(line, NULL, NULL);
  int number = 0;
  if (source != NULL && dwarf_lineno(line, &number) == 0) {
    place.file = ms_strings_add(symbols->strings, source);
    place.line = (uint32_t)number;
  }
  return place;
}

static void look_up(struct ms_symbols *symbols, const struct module_symbols *module, uint64_t address, uint32_t path) {
  struct ms_symbol place = {.module = path};
  Dwarf_Addr in_file = address - module->bias;
  struct unit *unit = unit_of(module, in_file);
  if (unit != NULL) {
    place = place_of(symbols, unit->die, in_file, path);
    add_functions(symbols, unit, in_file, place);
  }
  if (symbols->scratch.count > 0)
    return;
  const char *name = dwfl_module_addrname(module->module, address);
  if (name == NULL)
    return;
  place.function = ms_strings_add(symbols->strings, ms_symbols_demangle(symbols->strings, name));
  ms_vec_push(&symbols->scratch, place);
}

static uint32_t unknown_name(struct ms_symbols *symbols, const struct ms_frame *frame) {
  char text[512];
  if (frame->module == MS_NONE) {
    snprintf(text, sizeof text, "0x%" PRIx64 " in ?", frame->address);
  } else {
    const struct ms_module *module = &symbols->facts->modules.items[frame->module];
    const char *slash = strrchr(module->path, '/');
    snprintf(text, sizeof text, "0x%" PRIx64 " in %s", frame->address - module->load_bias,
             slash == NULL ? module->path : slash + 1);
  }
  return ms_strings_add(symbols->strings, text);
}

static void resolve(struct ms_symbols *symbols, const struct ms_frame *frame) {
  uint32_t path = 0;
  symbols->scratch.count = 0;
  if (frame->module != MS_NONE) {
    path = ms_strings_add(symbols->strings, symbols->facts->modules.items[frame->module].path);
    if (ms_symbols_source(symbols, frame->module) != MS_SYMBOLS_NONE)
      /* The return address can be the first instruction of the next line or function: the call is before it. */
      look_up(symbols, &symbols->modules[frame->module], frame->address - 1, path);
  }
  if (symbols->scratch.count == 0)
    ms_vec_push(&symbols->scratch, ((struct ms_symbol){.module = path}));
  for (size_t i = 0; i < symbols->scratch.count; i++)
    if (symbols->scratch.items[i].function == 0)
      symbols->scratch.items[i].function = unknown_name(symbols, frame);
}

struct ms_symbol_list ms_symbols_of(struct ms_symbols *symbols, const struct ms_frame *frame) {
  uint64_t hash = ms_hash_u64(frame->address ^ (uint64_t)frame->module << 48);
  size_t cursor = 0;
  uint32_t found;
  while ((found = ms_index_next(&symbols->cache_index, hash, &cursor)) != MS_NONE) {
    const struct cached *entry = &symbols->cache.items[found];
    if (entry->frame.address == frame->address && entry->frame.module == frame->module)
      return entry->list;
  }
  resolve(symbols, frame);
  size_t bytes = symbols->scratch.count * sizeof *symbols->scratch.items;
  struct ms_symbol *items = ms_arena_new(&symbols->results, bytes);
  memcpy(items, symbols->scratch.items, bytes);
  struct ms_symbol_list list = {items, symbols->scratch.count};
  ms_index_add(&symbols->cache_index, hash, (uint32_t)symbols->cache.count);
  ms_vec_push(&symbols->cache, ((struct cached){*frame, list}));
  return list;
}
