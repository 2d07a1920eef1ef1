/* SPDX-License-Identifier: Apache-2.0
 *
 * output.c: see output.h. The temporary name carries the process id, so that two exports do not meet.
 */
#include "emit/output.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum ms_status ms_output_directory(const char *directory, struct ms_error *error) {
  char path[4096];
  size_t length = strlen(directory);
  if (length == 0 || length >= sizeof path)
    return ms_error_set(error, MS_E_ENVIRONMENT, directory, "not a usable directory name");
  memcpy(path, directory, length + 1);
  for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0777); /* what cannot be made shows below */
    *slash = '/';
  }
  struct stat facts;
  if (mkdir(path, 0777) != 0 && errno != EEXIST)
    return ms_error_set(error, MS_E_ENVIRONMENT, directory, "cannot be made: %s", strerror(errno));
  if (stat(path, &facts) != 0 || !S_ISDIR(facts.st_mode))
    return ms_error_set(error, MS_E_ENVIRONMENT, directory, "not a directory");
  return MS_OK;
}

enum ms_status ms_output_open(struct ms_output *output, struct ms_arena *arena, const char *directory,
                              const char *prefix, const char *suffix, struct ms_error *error) {
  output->path = ms_arena_format(arena, "%s/%s_%s", directory, prefix, suffix);
  output->temporary = ms_arena_format(arena, "%s.%ld.tmp", output->path, (long)getpid());
  output->file = fopen(output->temporary, "we");
  if (output->file == NULL)
    return ms_error_set(error, MS_E_ENVIRONMENT, output->path, "cannot be written: %s", strerror(errno));
  return MS_OK;
}

enum ms_status ms_output_close(struct ms_output *output, struct ms_error *error) {
  int failed = ferror(output->file);
  failed |= fclose(output->file);
  output->file = NULL;
  return failed == 0 ? MS_OK
                     : ms_error_set(error, MS_E_ENVIRONMENT, output->path, "cannot be written: %s", strerror(errno));
}

enum ms_status ms_output_publish(struct ms_output *output, struct ms_error *error) {
  if (rename(output->temporary, output->path) != 0)
    return ms_error_set(error, MS_E_ENVIRONMENT, output->path, "cannot be written: %s", strerror(errno));
  output->temporary = NULL;
  return MS_OK;
}

void ms_output_discard(struct ms_output *output) {
  if (output->file != NULL)
    fclose(output->file);
  if (output->temporary != NULL)
    unlink(output->temporary);
  *output = (struct ms_output){0};
}
