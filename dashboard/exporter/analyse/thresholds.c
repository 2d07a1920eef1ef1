/* SPDX-License-Identifier: Apache-2.0
 *
 * thresholds.c: the defaults of the table.
 */
#include "analyse/thresholds.h"

const struct ms_thresholds ms_thresholds_default = {
#define MS_THRESHOLD_DEFAULT(name, value) .name = (value),
    MS_THRESHOLD_LIST(MS_THRESHOLD_DEFAULT)
#undef MS_THRESHOLD_DEFAULT
};
