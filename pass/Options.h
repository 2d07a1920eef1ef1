// SPDX-License-Identifier: Apache-2.0
//
// What the command line asks for. Each option is an `-mllvm -memscope-<name>` of the compiler, for which the plugin
// must be loaded with -fplugin= as well as -fpass-plugin=, and an environment variable MEMSCOPE_<NAME> that needs
// nothing; the command line counts where both are given.

#ifndef MEMSCOPE_PASS_OPTIONS_H
#define MEMSCOPE_PASS_OPTIONS_H

#include <string>

namespace memscope {

struct Options {
  std::string List;         ///< -memscope-list=FILE, MEMSCOPE_LIST: functions and files to track or to ignore; "": none
  bool TrackModule = false; ///< -memscope-track-module, MEMSCOPE_TRACK_MODULE=1: all that this module does is tracked
};

/// Returns the options in force.
Options readOptions();

} // namespace memscope

#endif
