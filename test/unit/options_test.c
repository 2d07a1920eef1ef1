/* SPDX-License-Identifier: Apache-2.0
 *
 * options_test.c: every kind of option takes good values, and a bad one leaves its default and the others alone.
 */
#include <string.h>

#include "check.h"
#include "options.h"

static void defaults_hold_without_options(void) {
  ms_options_parse(NULL);
  CHECK(strcmp(ms_options.output_dir, "Memoryanalysis") == 0);
  CHECK(ms_options.track == MS_TRACK_ANNOTATED);
  CHECK(ms_options.sampling_rate == 1.0);
  CHECK(ms_options.stack_depth == 64);
  CHECK(ms_options.frequency && !ms_options.free_stacks);
  CHECK(ms_options.resources == 10);
}

static void each_kind_takes_a_value(void) {
  ms_options_parse("output_dir=/tmp/x y:track=all:every=3:sampling_rate=0.25:free_stacks=1:max_size=3M");
  CHECK(strcmp(ms_options.output_dir, "/tmp/x y") == 0);
  CHECK(ms_options.track == MS_TRACK_ALL);
  CHECK(ms_options.every == 3);
  CHECK(ms_options.sampling_rate == 0.25);
  CHECK(ms_options.free_stacks);
  CHECK(ms_options.max_size == 3u << 20);
}

static void bad_values_leave_the_default(void) {
  const char *bad[] = {"stack_depth=0",      "stack_depth=513",   "stack_depth=12x", "stack_depth=",   "stack_depth",
                       "stack_depth=1.5",    "sampling_rate=1.1", "sampling_rate=-1", "sampling_rate=nan",
                       "track=some",         "track=",            "max_size=3X",      "max_size=-1",    "frequency=2",
                       "max_size=99999999999999999999G", "no_such_option=1", "=", ":::"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char list[128];
    snprintf(list, sizeof list, "every=7:%s:resources=20", bad[i]);
    ms_options_parse(list);
    CHECK(ms_options.stack_depth == 64 && ms_options.sampling_rate == 1.0 && ms_options.track == MS_TRACK_ANNOTATED);
    CHECK(ms_options.max_size == 0 && ms_options.frequency);
    CHECK(ms_options.every == 7 && ms_options.resources == 20);
  }
}

static void an_overlong_option_is_refused(void) {
  static char list[8192] = "output_dir=";
  memset(list + 11, 'x', sizeof list - 12);
  ms_options_parse(list);
  CHECK(strcmp(ms_options.output_dir, "Memoryanalysis") == 0);
}

static void patterns_match_as_in_a_shell(void) {
  CHECK(ms_options_match("worker*", "worker-12"));
  CHECK(ms_options_match("*", ""));
  CHECK(ms_options_match("w?rk*2", "work-12"));
  CHECK(ms_options_match("*a*b*", "xxaxxbxx"));
  CHECK(!ms_options_match("worker", "worker-1"));
  CHECK(!ms_options_match("?", ""));
  CHECK(!ms_options_match("*a*b", "xxbxxa"));
}

int main(void) {
  defaults_hold_without_options();
  each_kind_takes_a_value();
  bad_values_leave_the_default();
  an_overlong_option_is_refused();
  patterns_match_as_in_a_shell();
  return 0;
}
