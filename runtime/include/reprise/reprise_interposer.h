/*===- reprise/reprise_interposer.h - Talk to the interposer --------------===*\
|*                                                                            *|
|* Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A program that runs under libreprise_cuda.so (`reprise run`) finds these   *|
|* functions in itself, with dlsym(RTLD_DEFAULT, "reprise_cuda_..."), and     *|
|* works without them where they are not there:                               *|
|*                                                                            *|
|*   reprise_cuda_set_callback_fn *set =                                      *|
|*       (reprise_cuda_set_callback_fn *)dlsym(RTLD_DEFAULT,                  *|
|*                                         "reprise_cuda_set_callback");      *|
|*   if (set) set(on_launch, my_scheduler);                                   *|
|*                                                                            *|
|* reprise_register_range and the functions beside it (reprise.h) reach the   *|
|* interposer too, when it is preloaded.                                      *|
|*                                                                            *|
|* Thread safety: all functions.                                              *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef REPRISE_REPRISE_INTERPOSER_H
#define REPRISE_REPRISE_INTERPOSER_H

#include "reprise/reprise.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A launch that the program is about to make, and its verdict. Valid during
    the callback. Later versions add fields at the end. */
typedef struct reprise_cuda_launch {
  size_t struct_size;
  const char *kernel; /**< Mangled; empty when it is not known. */
  void *function;     /**< CUfunction or CUkernel; null in old graphs. */
  void *stream;       /**< CUstream */
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t dynamic_shared;       /**< Bytes. */
  uint32_t reserved;             /**< 0 */
  const void *arguments;         /**< The block; null when it was not read. */
  size_t arguments_size;         /**< Bytes. */
  const reprise_kernel *summary; /**< Null: none is at hand. */
  reprise_result result;
  /** Why it is not idempotent, like "clobbers", "may-overlap" or
      "not-audited"; "idempotent" when it is. */
  const char *outcome;
} reprise_cuda_launch;

/** Called in mode enforce for each launch that is not found idempotent, in the
    launching thread, before the driver gets it; in the other modes for every
    launch. 0: go on. Anything else: the kernel is not launched and the program
    gets this CUresult. May call the driver; a launch that it makes is followed
    like any other. */
typedef int reprise_cuda_callback(const reprise_cuda_launch *launch,
                                  void *user);

/** Null: none. Replaces the policy while it is set. */
REPRISE_API void reprise_cuda_set_callback(reprise_cuda_callback *callback,
                                           void *user);
typedef void reprise_cuda_set_callback_fn(reprise_cuda_callback *callback,
                                          void *user);

/** A launch that is not made yet, as cuLaunchKernel takes it. */
typedef struct reprise_cuda_command {
  size_t struct_size; /**< sizeof(reprise_cuda_command) */
  void *function;     /**< CUfunction or CUkernel */
  void *stream;       /**< CUstream */
  uint32_t grid[3];
  uint32_t block[3];
  uint32_t dynamic_shared; /**< Bytes. */
  uint32_t reserved;       /**< 0 */
  void *const *params;     /**< kernelParams, or null. */
  void *const *extra;      /**< extra, or null. */
} reprise_cuda_command;

/** What would be decided if it were made now. */
typedef struct reprise_cuda_answer {
  size_t struct_size; /**< Set by the caller. Later versions add at the end. */
  reprise_result result;
  const char *outcome;  /**< As in reprise_cuda_launch; never goes away. */
  const char *text;     /**< One sentence for people; never goes away. */
  uint64_t nanoseconds; /**< That the decision took. */
} reprise_cuda_answer;

/** Decides a launch that is not made, and counts nothing. Takes as long as the
    decision of a launch does: after the first time for a kernel it takes no
    lock and allocates nothing, unless a callback asks. An image that has no
    summary is offered to --auto-audit. The answer holds for a launch with the
    same arguments, as long as memory is neither allocated nor freed and no
    texture or surface object is made or destroyed. In mode off nothing is
    known. REPRISE_ERROR_ARGUMENT: a null argument, or a size of no version.
    REPRISE_ERROR_MEMORY: there was no memory for the kernel. */
REPRISE_API reprise_status reprise_cuda_ask(const reprise_cuda_command *command,
                                            reprise_cuda_answer *answer);
typedef reprise_status reprise_cuda_ask_fn(const reprise_cuda_command *command,
                                           reprise_cuda_answer *answer);

/** reprise_backup_set of a launch that is not made, among all that is alive in
    the process. *bounded is 0 too where nothing is known of the kernel, and
    where it is given memory that has a second address. Allocates memory; takes
    microseconds. */
REPRISE_API reprise_status
reprise_cuda_backup_set(const reprise_cuda_command *command, int *bounded,
                        reprise_range *ranges, size_t capacity, size_t *count);
typedef reprise_status
reprise_cuda_backup_set_fn(const reprise_cuda_command *command, int *bounded,
                           reprise_range *ranges, size_t capacity,
                           size_t *count);

/** 1: no block of the kernel waits for another; that is known of kernels that
    have a checkpointed twin (reprise_preempt.h). Then blocks that have begun
   may run to their end and the others later, each of them once, whatever the
    verdict. 0: not known. Not for cooperative launches and clusters. The
    kernel's context has to be current. Takes a lock, and asks the driver the
    first time. */
REPRISE_API int
reprise_cuda_blocks_independent(const reprise_cuda_command *command);
typedef int
reprise_cuda_blocks_independent_fn(const reprise_cuda_command *command);

/** The window that the interposer keeps of a stream (`reprise run --window`),
    and how far back a restart is valid. Operations of a stream, that is its
    launches, copies and fills within the device, have numbers that go up from
    0; `end` is the number that the next one gets. What docs/semantics.md says
    of fences ends what may be run again: `begin` goes up. */
typedef struct reprise_stream_window {
  size_t struct_size;      /**< Set by the caller. */
  uint64_t begin, end;     /**< Numbers that the window holds. */
  reprise_restart restart; /**< As of reprise_window_restart_point. Not valid,
                                from `end` on, while another thread's call is
                                under way: its place is not known. */
} reprise_stream_window;

/** `stream` is a CUstream; null is the legacy stream of the current context,
    CU_STREAM_PER_THREAD the thread's own. REPRISE_ERROR_ARGUMENT: no windows
    are kept, or a null argument or a size of no version.
    REPRISE_ERROR_MEMORY: there was none for the answer. Takes no longer than
    reprise_window_restart_point. */
REPRISE_API reprise_status
reprise_stream_restart_point(void *stream, reprise_stream_window *window);
typedef reprise_status
reprise_stream_restart_point_fn(void *stream, reprise_stream_window *window);

/** As reprise_window_saves: what would have to have been saved for a restart at
    `first`, begin <= first <= end. */
REPRISE_API reprise_status reprise_stream_saves(void *stream, uint64_t first,
                                                int *bounded,
                                                reprise_save *saves,
                                                size_t capacity, size_t *count);
typedef reprise_status reprise_stream_saves_fn(void *stream, uint64_t first,
                                               int *bounded,
                                               reprise_save *saves,
                                               size_t capacity, size_t *count);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REPRISE_REPRISE_INTERPOSER_H */
