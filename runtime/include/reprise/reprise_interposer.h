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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REPRISE_REPRISE_INTERPOSER_H */
