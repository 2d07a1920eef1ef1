/* SPDX-License-Identifier: Apache-2.0
 *
 * annotations.h: choosing in the source what MemScope records. For C and C++; needs nothing else, calls nothing, and
 * leaves no trace in programs compiled without MemScope's plugin or by another compiler than clang.
 *
 * A mark stands where an attribute may stand: before a function's declaration or definition, and behind the parameters
 * of a lambda. If a function is declared several times, one mark on any declaration before the definition is enough.
 *
 *     MEMSCOPE_TRACK void handle_request(struct request *r);
 *     pool.submit([&]() MEMSCOPE_TRACK_AS("name=decoder,sampling_rate=0.1") { decode(frame); });
 */
#ifndef MEMSCOPE_ANNOTATIONS_H
#define MEMSCOPE_ANNOTATIONS_H

#if defined(__clang__)
#define MEMSCOPE_ANNOTATE(text) __attribute__((annotate(text)))
#else
#define MEMSCOPE_ANNOTATE(text)
#endif

/** Records the allocations that a thread makes while it is inside this function, functions it calls included. On the
 *  start routine of a thread this records the whole thread. */
#define MEMSCOPE_TRACK MEMSCOPE_ANNOTATE("memscope_track")

/** The same with parameters, a string literal of "key=value" separated by commas:
 *    name=TEXT           the scope's name in reports; otherwise the function's. No commas.
 *    sampling_rate=RATE  share of the allocations to record, 0.0 to 1.0; otherwise as around the scope
 *    stack_depth=COUNT   frames to keep of each call stack; otherwise as around the scope
 *  What is unknown or malformed is a warning when compiling, and is ignored. */
#define MEMSCOPE_TRACK_AS(parameters) MEMSCOPE_ANNOTATE("memscope_track," parameters)

/* The two above stand on a thread variable as well, a pthread_t, thrd_t, std::thread or std::jthread: local, global, or
 * a field. They track the threads that are created into it. */

/** Records nothing while a thread is inside this function, whatever it calls. Releases of tracked blocks are still
 * seen.
 */
#define MEMSCOPE_IGNORE MEMSCOPE_ANNOTATE("memscope_ignore")

/* The program's own allocators: each call is one event, whatever the function does inside. Positions count parameters
 * from 1; in C++ methods 'this' is the first. A position may be left out where only one parameter can be meant. */

/** This function gives out a block. "size=2": its second parameter is the block's size in bytes; "size=1,count=2":
 * their product is. "align=3": the alignment asked for. "out=1": the block's address is stored there, and the result
 * says whether it was: 0 in a number, true in a bool. */
#define MEMSCOPE_ALLOC(positions) MEMSCOPE_ANNOTATE("memscope_alloc," positions)

/** This function takes a block back. "block=2": its second parameter. */
#define MEMSCOPE_FREE(positions) MEMSCOPE_ANNOTATE("memscope_free," positions)

/** This function resizes a block, and may move it. "block=1,size=2". */
#define MEMSCOPE_REALLOC(positions) MEMSCOPE_ANNOTATE("memscope_realloc," positions)

#endif
