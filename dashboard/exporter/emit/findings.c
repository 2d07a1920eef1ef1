/* SPDX-License-Identifier: Apache-2.0
 *
 * findings.c: one function a section; each table has one column that takes the width that is left.
 */
#include "emit/findings.h"

#include "analyse/notes.h"
#include "support/text.h"

#include <inttypes.h>
#include <math.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NARROWEST 60u
#define USUAL_WIDTH 100u
#define SHORTEST_NAME 8u
#define KERNEL_NAME 15u /* the longest name of a thread */
#define CALLERS 3u      /* of a leak, as many as fit */
#define ELLIPSIS "\xe2\x80\xa6"
#define PLUS_MINUS "\xc2\xb1"
/* What the fixed columns of each table take. */
#define THREAD_COLUMNS 68u
#define EXIT_COLUMN 11u
#define FREES_COLUMN 9u
#define SITE_COLUMNS 45u
#define LEAK_INDENT 13u
#define TYPE_COLUMNS 45u

struct printer {
  FILE *out;
  const struct ms_analysis *analysis;
  struct ms_findings_style style;
};

struct ms_findings_style ms_findings_style_of_stdout(void) {
  struct ms_findings_style style = {.width = USUAL_WIDTH, .top = 10};
  struct winsize size;
  bool terminal = isatty(STDOUT_FILENO) != 0;
  const char *columns = getenv("COLUMNS");
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    style.width = size.ws_col;
  else if (columns != NULL && atoi(columns) > 0)
    style.width = (unsigned)atoi(columns);
  if (style.width < NARROWEST)
    style.width = NARROWEST;
  style.colours = terminal && getenv("NO_COLOR") == NULL;
  return style;
}

static const char *plural(ms_sum count) { return ms_sum_is_one(count) ? "" : "s"; }

static void heading(const struct printer *printer, const char *text) {
  fprintf(printer->out, printer->style.colours ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

static size_t lines(const struct printer *printer, size_t count) {
  return printer->style.top != 0 && count > printer->style.top ? printer->style.top : count;
}

static void rest(const struct printer *printer, size_t count, size_t shown) {
  if (count > shown)
    fprintf(printer->out, "  ... and %zu more (--top 0 shows all)\n", count - shown);
}

/* Returns a copy that is safe for a terminal; the caller frees it. */
static char *safe_copy(const char *text) {
  char *safe = NULL;
  size_t bytes = 0;
  FILE *memory = open_memstream(&safe, &bytes);
  if (memory == NULL)
    ms_memory_exhausted(1, 1);
  ms_text_print(memory, text);
  fclose(memory);
  return safe;
}

static size_t characters_of(const char *text, size_t bytes) {
  size_t characters = 0;
  for (size_t i = 0; i < bytes; i++)
    characters += ((unsigned char)text[i] & 0xc0) != 0x80;
  return characters;
}

/* Prints words from column `indent` on, in lines of the report's width; a longer word has a line of its own. */
static void paragraph(const struct printer *printer, int indent, const char *text) {
  char *safe = safe_copy(text);
  size_t column = 0;
  for (const char *word = safe; *word != '\0';) {
    size_t bytes = strcspn(word, " "), characters = characters_of(word, bytes);
    if (column > 0 && column + 1 + characters > printer->style.width) {
      putc('\n', printer->out);
      column = 0;
    }
    if (column == 0)
      column = (size_t)fprintf(printer->out, "%*s%.*s", indent, "", (int)bytes, word) - bytes + characters;
    else
      column += (size_t)fprintf(printer->out, " %.*s", (int)bytes, word) - bytes + characters;
    word += bytes + strspn(word + bytes, " ");
  }
  putc('\n', printer->out);
  free(safe);
}

/* Prints text cut to a width in characters, and padded to it where asked; made safe for a terminal. */
static void field(FILE *out, const char *text, unsigned width, bool pad) {
  char *safe = safe_copy(text);
  size_t characters = characters_of(safe, strlen(safe));
  size_t keep = characters > width ? width - 1 : characters, printed = 0;
  const char *at = safe;
  while (*at != '\0' && (printed < keep || ((unsigned char)*at & 0xc0) == 0x80)) {
    printed += ((unsigned char)*at & 0xc0) != 0x80;
    putc(*at++, out);
  }
  if (characters > width)
    fputs(ELLIPSIS, out);
  fprintf(out, "%*s", !pad || characters > width ? 0 : (int)(width - characters), "");
  free(safe);
}

/* 12.3 MiB; in a column of 10 characters where `width` is 6, the number's. */
static void bytes_field(FILE *out, int width, double bytes) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  unsigned unit = 0;
  for (; bytes >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
    bytes /= 1024;
  fprintf(out, "%*.*f %-*s", width, unit == 0 ? 0 : 1, bytes, width > 0 ? 3 : 0, units[unit]);
}

static void real_field(FILE *out, int width, int digits, double value, const char *unit) {
  if (isnan(value))
    fprintf(out, "%*s", width, "-");
  else
    fprintf(out, "%*.*f%s", width, digits, value, unit);
}

/* What all figures of allocations below rest on, where not every allocation was recorded. */
static void sample(const struct printer *printer) {
  const struct ms_analysis *analysis = printer->analysis;
  const struct ms_sample *sample = &analysis->sample;
  double rate = ms_sample_rate(sample), bytes = ms_sample_bytes(sample);
  FILE *out = printer->out;
  if (!ms_sample_is_one(sample))
    return;
  fputs(sample->ways.items[0].recorded > 0 ? "Sampled in part (" : "Sampled (", out);
  if (!isnan(rate))
    fprintf(out, "rate %.6g%s", rate, isnan(bytes) ? "" : ", and ");
  if (!isnan(bytes)) {
    fputs("one in about ", out);
    bytes_field(out, 0, bytes);
  }
  fprintf(out, "): totals are estimated from %" PRIu64 " recorded allocations", analysis->summary.recorded_allocations);
  if (analysis->summary.bytes_allocated > 0)
    fprintf(out, ", " PLUS_MINUS " %.1f %% (bytes " PLUS_MINUS " %.1f %%)",
            sqrt(sample->allocations_variance) / analysis->summary.allocations * 100,
            sqrt(sample->bytes_variance) / analysis->summary.bytes_allocated * 100);
  if (analysis->run->frequencies.count > 0) {
    fprintf(out, "\nCounted exactly: %" PRIu64 " allocations, ", analysis->sites.exact_calls);
    bytes_field(out, 0, (double)analysis->sites.exact_bytes);
  }
  putc('\n', out);
}

static void summary(const struct printer *printer) {
  const struct ms_analysis *analysis = printer->analysis;
  const struct ms_summary *sums = &analysis->summary;
  FILE *out = printer->out;
  heading(printer, "SUMMARY");
  fprintf(out, "  threads            %zu tracked, %zu untracked\n", analysis->threads.tracked,
          analysis->threads.items.count - analysis->threads.tracked);
  fprintf(out, "  duration           %.3f s%s\n", (double)analysis->run->duration_ns / 1e9,
          analysis->run->facts.ended ? "" : " (the program did not end in order)");
  fprintf(out, "  allocations        %.0f, ", sums->allocations);
  bytes_field(out, 0, sums->bytes_allocated);
  fprintf(out, "\n  deallocations      %.0f, ", sums->deallocations);
  bytes_field(out, 0, sums->bytes_deallocated);
  fprintf(out, "\n  peak               ");
  bytes_field(out, 0, analysis->usage.peak_bytes);
  fprintf(out, " at %.3f s\n  live at exit       ", (double)analysis->usage.peak_time_ns / 1e9);
  bytes_field(out, 0, analysis->usage.live_bytes);
  fprintf(out, " in %.0f block%s\n", analysis->usage.live_blocks, plural(analysis->usage.live_blocks));
  fprintf(out, "  foreign frees      %.0f\n  unmatched frees    %" PRIu64 "\n", sums->foreign_deallocations,
          sums->unmatched_deallocations);
  fprintf(out, "  CPU                ");
  real_field(out, 0, 1, sums->average_cpu_percent, " % of one core");
  fprintf(out, "\n  held up by         %s: %s\n", ms_bottleneck_names[sums->bottleneck], sums->bottleneck_reason);
}

/* Columns that are left out where the name would get too short. */
struct thread_columns {
  unsigned name;
  bool exit, frees;
};

static struct thread_columns thread_columns(unsigned width) {
  struct thread_columns columns = {.exit = width >= THREAD_COLUMNS + EXIT_COLUMN + KERNEL_NAME};
  unsigned fixed = THREAD_COLUMNS + (columns.exit ? EXIT_COLUMN : 0);
  columns.frees = width >= fixed + FREES_COLUMN + KERNEL_NAME;
  fixed += columns.frees ? FREES_COLUMN : 0;
  columns.name = width < fixed + SHORTEST_NAME ? SHORTEST_NAME : width - fixed;
  return columns;
}

static void thread_line(const struct printer *printer, size_t index, struct thread_columns columns) {
  const struct ms_thread *thread = &printer->analysis->threads.items.items[index];
  const struct ms_verdict *verdict = &printer->analysis->verdicts[index];
  bool high = verdict->alert == MS_ALERT_HIGH && printer->style.colours;
  FILE *out = printer->out;
  fputs("  ", out);
  field(out, ms_thread_name(thread), columns.name, true);
  fprintf(out, " %7u %-16s %s%-6s%s %8.0f", thread->tid, ms_role_names[verdict->role], high ? "\033[31m" : "",
          ms_alert_names[verdict->alert], high ? "\033[0m" : "", thread->allocations);
  if (columns.frees)
    fprintf(out, " %8.0f", thread->deallocations);
  putc(' ', out);
  bytes_field(out, 6, thread->peak_live_bytes);
  if (columns.exit) {
    putc(' ', out);
    bytes_field(out, 6, thread->live_bytes);
  }
  real_field(out, 6, 1, ms_thread_cpu_percent(thread), "");
  real_field(out, 8, 0, ms_thread_io_operations(thread), "");
  putc('\n', out);
}

struct thread_rank {
  ms_sum peak_live_bytes;
  double cpu_percent;
  size_t index;
};

/* Who holds the memory stands first; those without any go by CPU, an unknown figure last. */
static int by_peak(const void *left, const void *right) {
  const struct thread_rank *a = left, *b = right;
  if (a->peak_live_bytes != b->peak_live_bytes)
    return a->peak_live_bytes > b->peak_live_bytes ? -1 : 1;
  if (a->cpu_percent != b->cpu_percent)
    return a->cpu_percent > b->cpu_percent ? -1 : 1;
  return a->index < b->index ? -1 : 1;
}

static void threads(const struct printer *printer) {
  struct thread_columns columns = thread_columns(printer->style.width);
  size_t count = printer->analysis->threads.items.count, shown = lines(printer, count);
  struct thread_rank *ranks = ms_memory_new(count, sizeof *ranks);
  for (size_t i = 0; i < count; i++) {
    const struct ms_thread *thread = &printer->analysis->threads.items.items[i];
    double cpu_percent = ms_thread_cpu_percent(thread);
    ranks[i] = (struct thread_rank){thread->peak_live_bytes, isnan(cpu_percent) ? -1 : cpu_percent, i};
  }
  if (count > 1)
    qsort(ranks, count, sizeof *ranks, by_peak);
  heading(printer, "THREADS, largest peak first");
  fputs("  ", printer->out);
  field(printer->out, "name", columns.name, true);
  fprintf(printer->out, "     tid role             alert    allocs%s   peak     %scpu %%     i/o\n",
          columns.frees ? "    frees" : "", columns.exit ? " at exit    " : " ");
  for (size_t i = 0; i < shown; i++)
    thread_line(printer, ranks[i].index, columns);
  rest(printer, count, shown);
  free(ranks);
}

/* ---- places: function and file:line in one column ---- */

/* Removes the parameter list: the last parenthesis, unless the name goes on behind it. */
static void drop_parameters(char *name) {
  char *end = strrchr(name, ')');
  unsigned depth = 0;
  if (end == NULL || strstr(end, "::") != NULL)
    return;
  for (char *at = end; at > name; at--) {
    depth += *at == ')';
    depth -= *at == '(';
    if (depth == 0) {
      *at = '\0';
      return;
    }
  }
}

/* Copies without what stands between outermost angle brackets; the caller frees it. */
static char *without_template_arguments(const char *name) {
  char *copy = ms_memory_new(strlen(name) + 1, 1), *to = copy;
  unsigned depth = 0;
  bool brackets_only = strstr(name, "operator") == NULL && strstr(name, "->") == NULL;
  for (const char *at = name; *at != '\0'; at++) {
    depth -= brackets_only && *at == '>' && depth > 0;
    if (depth == 0)
      *to++ = *at;
    depth += brackets_only && *at == '<';
  }
  return copy;
}

static const char *skip_characters(const char *text, size_t characters) {
  for (; *text != '\0' && (characters > 0 || ((unsigned char)*text & 0xc0) == 0x80); text++)
    characters -= ((unsigned char)*text & 0xc0) != 0x80;
  return text;
}

/* Returns a name of at most `width` characters, safe for a terminal; the caller frees it. What is left out first tells
 * the least: parameters, template arguments, then the scopes of a qualified name or the end of a plain one. */
static char *short_name(const char *function, size_t width) {
  char *name = safe_copy(function);
  if (characters_of(name, strlen(name)) > width)
    drop_parameters(name);
  if (characters_of(name, strlen(name)) > width) {
    char *shorter = without_template_arguments(name);
    free(name);
    name = shorter;
  }
  size_t characters = characters_of(name, strlen(name));
  if (characters <= width)
    return name;
  char *cut = ms_memory_new(strlen(name) + sizeof ELLIPSIS, 1);
  if (strstr(name, "::") != NULL)
    sprintf(cut, ELLIPSIS "%s", skip_characters(name, characters + 1 - width));
  else
    sprintf(cut, "%.*s" ELLIPSIS, (int)(skip_characters(name, width - 1) - name), name);
  free(name);
  return cut;
}

/* Returns "FUNCTION at FILE:LINE", in at most `width` characters where the name can give way; the caller frees it.
 * Folders are left out: a path is long, and its end is what one looks for. */
static char *place_text(const char *function, const char *file, uint32_t line, size_t width) {
  const char *slash = strrchr(file, '/');
  char *base = safe_copy(slash == NULL ? file : slash + 1), number[16] = "";
  if (line > 0)
    snprintf(number, sizeof number, ":%u", line);
  size_t fixed = base[0] == '\0' ? 0 : strlen(" at ") + characters_of(base, strlen(base)) + strlen(number);
  char *name = short_name(function, width > fixed + SHORTEST_NAME ? width - fixed : SHORTEST_NAME);
  char *text = ms_memory_new(strlen(name) + strlen(base) + 32, 1);
  if (base[0] == '\0')
    sprintf(text, "%s", name);
  else
    sprintf(text, "%s at %s%s", name, base, number);
  free(name);
  free(base);
  return text;
}

static void call_sites(const struct printer *printer) {
  const struct ms_sites *table = &printer->analysis->sites;
  size_t count = 0;
  while (count < table->items.count && table->items.items[count].allocations > 0)
    count++;
  if (count == 0)
    return;
  FILE *out = printer->out;
  unsigned place = printer->style.width - SITE_COLUMNS;
  heading(printer, "CALL SITES, most bytes first");
  fputs("  bytes        allocs   at peak    at exit    ", out);
  fputs("place\n", out);
  size_t shown = lines(printer, count);
  for (size_t i = 0; i < shown; i++) {
    const struct ms_call_site *site = &table->items.items[i];
    fputs("  ", out);
    bytes_field(out, 6, site->bytes_allocated);
    fprintf(out, " %8.0f ", site->allocations);
    bytes_field(out, 6, site->peak_bytes);
    putc(' ', out);
    bytes_field(out, 6, site->live_bytes);
    putc(' ', out);
    char *text = place_text(site->function, site->file, site->line, place);
    fprintf(out, "%s\n", text);
    free(text);
  }
  rest(printer, count, shown);
}

/* Answers whether two names mean one function: with and without parameters, as compilers and debuggers write them. */
static bool same_function(const char *a, const char *b) {
  size_t length = strcspn(a, "(");
  return length == strcspn(b, "(") && strncmp(a, b, length) == 0;
}

/* Finds the functions that called the one of the site, nearest first, up to main; recursion counts once. */
static unsigned find_callers(const struct ms_analysis *analysis, uint32_t stack, const struct ms_call_site *site,
                             const struct ms_symbol *callers[CALLERS]) {
  const struct ms_stacks *stacks = &analysis->stacks;
  unsigned count = 0;
  const char *below = site->function;
  uint32_t node = stacks->items.items[stacks->of_stack[stack]].node;
  for (bool innermost = true; node != MS_NONE && count < CALLERS; innermost = false) {
    const struct ms_symbol *symbol = &stacks->frames.items[stacks->nodes.items[node].frame].symbol;
    const char *function = analysis->strings.items.items[symbol->function];
    node = stacks->nodes.items[node].parent;
    if (innermost || same_function(function, below))
      continue;
    callers[count++] = symbol;
    below = function;
    if (strcmp(function, "main") == 0)
      break;
  }
  return count;
}

/* "keep at a.c:12 < load at b.c:3 < main at c.c:9": as many callers as fit, one at least. */
static void chain_line(const struct printer *printer, uint32_t stack, size_t width) {
  static const char arrow[] = " < ";
  const struct ms_analysis *analysis = printer->analysis;
  const char *const *strings = (const char *const *)analysis->strings.items.items;
  const struct ms_call_site *site = &analysis->sites.items.items[analysis->sites.of_stack[stack]];
  const struct ms_symbol *callers[CALLERS];
  unsigned count = find_callers(analysis, stack, site, callers);
  size_t used = 0;
  for (unsigned i = 0; i <= count; i++) {
    const struct ms_symbol *caller = i == 0 ? NULL : callers[i - 1];
    size_t left = width > used + strlen(arrow) ? width - used - strlen(arrow) : 0;
    char *text =
        i == 0 ? place_text(site->function, site->file, site->line, count == 0 ? width : left / 2)
               : place_text(strings[caller->function], strings[caller->file], caller->line, i == 1 ? left : width);
    size_t characters = characters_of(text, strlen(text));
    bool fits = i <= 1 || characters <= left;
    if (fits)
      fprintf(printer->out, "%s%s", i == 0 ? "" : arrow, text);
    used += (i == 0 ? 0 : strlen(arrow)) + characters;
    free(text);
    if (!fits)
      break;
  }
  putc('\n', printer->out);
}

static void leak_lines(const struct printer *printer, const struct ms_leak *leak) {
  const struct ms_analysis *analysis = printer->analysis;
  const struct ms_usage_row *row = &analysis->usage.rows.items[leak->row];
  const struct ms_thread *thread = &analysis->threads.items.items[row->thread];
  FILE *out = printer->out;
  fputs("  ", out);
  bytes_field(out, 6, leak->bytes);
  fprintf(out, " %8.0f block%-2s%-21s thread %u", leak->blocks, plural(leak->blocks), ms_leak_class_names[leak->class],
          thread->tid);
  if (ms_thread_name(thread)[0] != '\0') {
    putc(' ', out);
    field(out, ms_thread_name(thread), KERNEL_NAME, false);
  }
  fprintf(out, "\n%*s", (int)LEAK_INDENT, "");
  chain_line(printer, row->stack, printer->style.width - LEAK_INDENT);
}

static void leaks(const struct printer *printer) {
  const struct ms_analysis *analysis = printer->analysis;
  FILE *out = printer->out;
  heading(printer, "LEAKS, most bytes first: thread, call site, its callers");
  for (unsigned class = 0; class < MS_LEAK_CLASSES; class ++) {
    ms_sum blocks = analysis->leaks.class_blocks[class];
    fprintf(out, "  %-22s %8.0f block%s ", ms_leak_class_names[class], blocks, plural(blocks));
    bytes_field(out, 0, analysis->leaks.class_bytes[class]);
    putc('\n', out);
  }
  size_t count = analysis->leaks.items.count, shown = lines(printer, count);
  for (size_t i = 0; i < shown; i++)
    leak_lines(printer, &analysis->leaks.items.items[i]);
  rest(printer, count, shown);
}

static void type_line(const struct printer *printer, const char *name, int indent, const struct ms_receiver *figures) {
  FILE *out = printer->out;
  fputs("  ", out);
  bytes_field(out, 6, figures->bytes_allocated);
  fprintf(out, " %8.0f ", figures->allocations);
  bytes_field(out, 6, figures->peak_bytes);
  putc(' ', out);
  bytes_field(out, 6, figures->live_bytes);
  fprintf(out, " %*s", indent, "");
  field(out, name, printer->style.width - TYPE_COLUMNS - (unsigned)indent, false);
  putc('\n', out);
}

static void types(const struct printer *printer) {
  const struct ms_types *table = &printer->analysis->types;
  if (table->items.count == 0)
    return;
  heading(printer, "TYPES, most bytes first; below each the variables and fields that take its blocks");
  fputs("     bytes     allocs   at peak    at exit  type\n", printer->out);
  size_t shown = lines(printer, table->items.count);
  for (size_t i = 0; i < shown; i++) {
    const struct ms_type *type = &table->items.items[i];
    const struct ms_receiver sums = {NULL, type->allocations, type->bytes_allocated, type->peak_bytes,
                                     type->live_bytes};
    type_line(printer, type->name[0] == '\0' ? "(unknown type)" : type->name, 0, &sums);
    size_t receivers = lines(printer, type->receivers.count);
    for (size_t j = 0; j < receivers; j++)
      type_line(printer, type->receivers.items[j].name, 2, &type->receivers.items[j]);
  }
  rest(printer, table->items.count, shown);
}

static void insights(const struct printer *printer) {
  const struct ms_insights *list = &printer->analysis->insights;
  FILE *out = printer->out;
  heading(printer, "INSIGHTS");
  for (size_t i = 0; i < list->items.count; i++) {
    const struct ms_insight *insight = &list->items.items[i];
    bool high = insight->severity == MS_SEVERITY_HIGH && printer->style.colours;
    fprintf(out, "  %s[%s]%s ", high ? "\033[31m" : "", ms_severity_names[insight->severity], high ? "\033[0m" : "");
    ms_text_print(out, insight->title);
    putc('\n', out);
    paragraph(printer, 6, insight->detail);
    if (insight->recommendation != NULL)
      paragraph(printer, 6, insight->recommendation);
  }
}

static void diagnostics(const struct printer *printer) {
  const struct ms_analysis *analysis = printer->analysis;
  const struct ms_run *run = analysis->run;
  FILE *out = printer->out;
  bool matches = run->allocations == analysis->summary.recorded_allocations &&
                 run->deallocations == analysis->summary.recorded_deallocations;
  heading(printer, "DIAGNOSTICS");
  fprintf(out, "  totals against a recount of the events   %s\n", matches ? "equal" : "DIFFERENT");
  fprintf(out, "  dropped events                           %" PRIu64 "\n", analysis->summary.dropped_events);
  fprintf(out, "  cut stacks                               %" PRIu64 "\n", analysis->summary.cut_stacks);
  fprintf(out, "  damaged places                           %zu\n", run->damage.items.count);
  for (uint32_t i = 0; i < run->facts.modules.count; i++)
    if (ms_analysis_lacks_symbols(analysis, i)) {
      fputs("  no symbols for                           ", out);
      ms_text_print(out, run->facts.modules.items[i].path);
      putc('\n', out);
    }
  for (size_t i = 0; i < run->samples.metrics.count; i++)
    if (run->samples.metrics.items[i].unavailable != NULL) {
      fputs("  unavailable: ", out);
      ms_text_print(out, run->samples.metrics.items[i].name);
      fputs(": ", out);
      ms_text_print(out, run->samples.metrics.items[i].unavailable);
      putc('\n', out);
    }
  struct ms_notes notes = {.items = {0}};
  ms_notes_gather(&notes, analysis);
  for (size_t i = 0; i < notes.items.count; i++)
    paragraph(printer, 2, notes.items.items[i]);
  ms_notes_free(&notes);
}

static const struct {
  const char *name;
  void (*print)(const struct printer *);
} views[] = {
    [MS_FINDINGS_BY_THREAD] = {"thread", threads},
    [MS_FINDINGS_BY_SITE] = {"site", call_sites},
    [MS_FINDINGS_BY_TYPE] = {"type", types},
    [MS_FINDINGS_BY_LEAK] = {"leak", leaks},
};

bool ms_findings_view_named(const char *name, enum ms_findings_view *view) {
  for (size_t i = MS_FINDINGS_BY_THREAD; i < sizeof views / sizeof *views; i++)
    if (strcmp(views[i].name, name) == 0) {
      *view = (enum ms_findings_view)i;
      return true;
    }
  return false;
}

void ms_findings_print(FILE *out, const struct ms_analysis *analysis, const struct ms_findings_style *style) {
  struct printer printer = {out, analysis, *style};
  if (printer.style.width < NARROWEST)
    printer.style.width = NARROWEST;
  fputs("MemScope report of ", out);
  ms_text_print(out,
                analysis->run->facts.executable[0] == '\0' ? "an unknown program" : analysis->run->facts.executable);
  putc('\n', out);
  sample(&printer);
  if (style->view != MS_FINDINGS_ALL) {
    views[style->view].print(&printer);
    return;
  }
  summary(&printer);
  threads(&printer);
  call_sites(&printer);
  leaks(&printer);
  types(&printer);
  insights(&printer);
  diagnostics(&printer);
}
