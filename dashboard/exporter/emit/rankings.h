/* SPDX-License-Identifier: Apache-2.0
 *
 * rankings.h: NAME_resource_rankings.json: the threads in order of each resource.
 */
#ifndef MEMSCOPE_EXPORTER_RANKINGS_H
#define MEMSCOPE_EXPORTER_RANKINGS_H

#include "analyse/analysis.h"

#include <stdio.h>

void ms_rankings_write(FILE *out, const struct ms_analysis *analysis);

#endif
