/*===- reprise/reprise_killable.h - May this command be killed? -----------===*\
|*                                                                            *|
|* Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* For schedulers that hold launches back in queues of their own and have a   *|
|* way to kill what runs (XSched and its like). They need one answer for each *|
|* launch, before they pass it on: may it be killed, and run again?           *|
|*                                                                            *|
|*   reprise_killer killer;                                                   *|
|*   reprise_killer_load(&killer);         // once; finds nothing: fine       *|
|*   ...                                                                      *|
|*   reprise_cuda_command c = {sizeof c};  // cuLaunchKernel's arguments      *|
|*   c.function = f; c.grid[0] = ...; c.params = params; ...                  *|
|*   reprise_killable k;                                                      *|
|*   command->killable =                                                      *|
|*       reprise_may_kill(&killer, &c, 0, &k) == REPRISE_KILL_ANYTIME;        *|
|*                                                                            *|
|* It asks the interposer, which has to be in the process: `reprise run`, or  *|
|* LD_PRELOAD=libreprise_cuda.so. Without it, and for whatever is not known,  *|
|* the answer is REPRISE_KILL_NO and the reason says why. Needs no library to *|
|* link but libdl and no header of CUDA.                                      *|
|*                                                                            *|
|* Cost: reprise_killable::check_ns is what the decision took. Measured       *|
|* (docs/benchmarks.md) for a kernel of two accesses, whole calls: 0.11 us    *|
|* where the launch was asked for before, 0.29 us where not, 0.48 us with     *|
|* bytes to save. The first launch of a kernel looks its summary up, which    *|
|* can take milliseconds.                                                     *|
|*                                                                            *|
|* What REPRISE_KILL_ANYTIME promises: if the launch is stopped at any moment *|
|* and run again from the start, memory ends as some undisturbed run leaves   *|
|* it. The caller answers for the following; without them the promise is      *|
|* void.                                                                      *|
|*                                                                            *|
|*  1. Stopped is stopped: no thread of the launch executes anything after-   *|
|*     wards, and its stores are complete before it is run again. The stop is *|
|*     a cut that the kernel could have reached: all at once, or thread by    *|
|*     thread with those that wait at a barrier for one that left never going *|
|*     on.                                                                    *|
|*  2. The same launch is run again: function, arguments, grid, block, shared *|
|*     memory; and to its end, before anyone reads what it writes.            *|
|*  3. From its start to the end of the last run, nothing else writes what it *|
|*     reads or writes: not the host, not another stream, not the operation   *|
|*     behind it in its own stream (A2 of docs/semantics.md). So one launch   *|
|*     is killed and run again, not several in a row: for those ask a         *|
|*     reprise_window (reprise.h).                                            *|
|*  4. Memory that it uses is not freed meanwhile, and none is allocated or   *|
|*     freed from the answer to the launch.                                   *|
|*  5. Where reprise_killable::assumptions has REPRISE_ASSUME_IN_BOUNDS: the  *|
|*     kernel stays inside the allocations that its pointers point into (A1). *|
|*  6. The kernel is not launched with programmatic dependent launch, and not *|
|*     in a graph.                                                            *|
|*                                                                            *|
|* REPRISE_KILL_BETWEEN_BLOCKS promises less and needs less: no block waits   *|
|* for another, so some may run later. 3, 4 and 6 hold here too, and the      *|
|* launch must not be cooperative or have clusters. Who stops this way has to *|
|* know which blocks have run. It is known of kernels with a checkpointed     *|
|* twin (-mllvm -reprise-checkpoints, or `reprise instrument`), which         *|
|* reprise_preempt.h launches.                                                *|
|*                                                                            *|
|* REPRISE_KILL_AFTER_SAVING: as anytime, if the bytes that                   *|
|* reprise_killable_ranges gives are saved before the launch starts and       *|
|* restored before it is run again, both in stream order.                     *|
|*                                                                            *|
|* Thread safety: all functions; a reprise_killer does not change once        *|
|* loaded.                                                                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef REPRISE_REPRISE_KILLABLE_H
#define REPRISE_REPRISE_KILLABLE_H

#include "reprise/reprise_interposer.h"

#include <dlfcn.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How a launch may be killed. Closed enumeration; values never change. */
typedef enum reprise_kill {
  REPRISE_KILL_NO = 0,             /**< Wait for its end. */
  REPRISE_KILL_BETWEEN_BLOCKS = 1, /**< Blocks that have begun run to their end,
                                        the others later, each of them once. */
  REPRISE_KILL_AFTER_SAVING = 2,   /**< If some bytes are saved before. */
  REPRISE_KILL_ANYTIME = 3
} reprise_kill;

/** The answer for one launch. */
typedef struct reprise_killable {
  reprise_kill kill;    /**< The most that is allowed. */
  uint32_t assumptions; /**< REPRISE_ASSUME_* that it rests on. */
  uint64_t save_bytes;  /**< Of REPRISE_KILL_AFTER_SAVING, else 0. */
  uint64_t check_ns;    /**< What the decision took, in nanoseconds; bytes to
                             save not included. */
  /** A word for programs, like "idempotent", "clobbers", "may-overlap",
      "not-audited", "no-interposer"; and a sentence for people. Never null,
      and never go away. */
  const char *reason;
  const char *text;
} reprise_killable;

/** The interposer's functions; null: there is none. */
typedef struct reprise_killer {
  reprise_cuda_ask_fn *ask;
  reprise_cuda_backup_set_fn *backup_set;
  reprise_cuda_blocks_independent_fn *blocks_independent;
} reprise_killer;

/** Looks for the interposer in the process. 1: it is there. 0: all answers will
    be REPRISE_KILL_NO. */
static inline int reprise_killer_load(reprise_killer *killer) {
  static const char *const names[] = {"reprise_cuda_ask",
                                      "reprise_cuda_backup_set",
                                      "reprise_cuda_blocks_independent"};
  void *found[sizeof names / sizeof *names];
  void *process = dlopen(NULL, RTLD_NOW);
  size_t i;
  memset(killer, 0, sizeof *killer);
  for (i = 0; i < sizeof names / sizeof *names; ++i) {
    found[i] = process ? dlsym(process, names[i]) : NULL;
    if (!found[i])
      return 0;
  }
  /* ISO C has no conversion from object to function pointers. */
  memcpy(killer, found, sizeof found);
  return 1;
}

/** The bytes to save before the launch, as reprise_backup_set gives them.
    REPRISE_ERROR_CAPACITY: *count says how many there are.
   REPRISE_ERROR_LAUNCH: no bytes make it restartable, or it is not known which.
 */
static inline reprise_status
reprise_killable_ranges(const reprise_killer *killer,
                        const reprise_cuda_command *command,
                        reprise_range *ranges, size_t capacity, size_t *count) {
  int bounded = 0;
  reprise_status status = REPRISE_ERROR_LAUNCH;
  *count = 0;
  if (killer->backup_set)
    status = killer->backup_set(command, &bounded, ranges, capacity, count);
  return status == REPRISE_OK && !bounded ? REPRISE_ERROR_LAUNCH : status;
}

/** Internal: the ranges of one command, at most REPRISE_KILLABLE_RANGES. */
#define REPRISE_KILLABLE_RANGES 256
static inline int reprise_killable_bytes(const reprise_killer *killer,
                                         const reprise_cuda_command *command,
                                         uint64_t *bytes) {
  reprise_range ranges[REPRISE_KILLABLE_RANGES];
  size_t count = 0, i;
  *bytes = 0;
  if (reprise_killable_ranges(killer, command, ranges, REPRISE_KILLABLE_RANGES,
                              &count) != REPRISE_OK)
    return 0;
  for (i = 0; i < count; ++i)
    *bytes += ranges[i].size;
  return 1;
}

/** May the command be killed and run again? Returns killable->kill. Where it
    clobbers or is unknown and most_bytes is not 0, asks which bytes would have
    to be saved; with more than most_bytes, or in more than
    REPRISE_KILLABLE_RANGES places, the answer stays no. */
static inline reprise_kill reprise_may_kill(const reprise_killer *killer,
                                            const reprise_cuda_command *command,
                                            uint64_t most_bytes,
                                            reprise_killable *killable) {
  reprise_cuda_answer answer;
  memset(killable, 0, sizeof *killable);
  memset(&answer, 0, sizeof answer);
  answer.struct_size = sizeof answer;
  if (!killer->ask) {
    killable->reason = "no-interposer";
    killable->text = "Start the program with 'reprise run'.";
    return killable->kill;
  }
  if (killer->ask(command, &answer) != REPRISE_OK) {
    killable->reason = "not-asked";
    killable->text = "The question was wrong, or there was no memory for it.";
    return killable->kill;
  }
  killable->check_ns = answer.nanoseconds;
  killable->reason = answer.outcome;
  killable->text = answer.text;
  /* An outcome beside the verdict may take it back; both have to say it. */
  if (answer.result.verdict == REPRISE_IDEMPOTENT &&
      strcmp(answer.outcome, "idempotent") == 0) {
    killable->kill = REPRISE_KILL_ANYTIME;
    killable->assumptions = answer.result.assumptions;
  } else if (most_bytes != 0 &&
             reprise_killable_bytes(killer, command, &killable->save_bytes)) {
    if (killable->save_bytes <= most_bytes) {
      killable->kill = REPRISE_KILL_AFTER_SAVING;
      killable->assumptions =
          REPRISE_ASSUME_IN_BOUNDS | REPRISE_ASSUME_NO_OUTSIDE_WRITER;
    } else {
      killable->save_bytes = 0;
    }
  }
  if (killable->kill == REPRISE_KILL_NO &&
      killer->blocks_independent(command)) {
    killable->kill = REPRISE_KILL_BETWEEN_BLOCKS;
    killable->assumptions = REPRISE_ASSUME_NO_OUTSIDE_WRITER;
  }
  return killable->kill;
}

/** The same for a launch that a callback is told of. */
static inline reprise_kill
reprise_may_kill_launch(const reprise_killer *killer,
                        const reprise_cuda_launch *launch, uint64_t most_bytes,
                        reprise_killable *killable) {
  size_t size = launch->arguments_size;
  /* CU_LAUNCH_PARAM_BUFFER_POINTER, CU_LAUNCH_PARAM_BUFFER_SIZE and
     CU_LAUNCH_PARAM_END of cuda.h. */
  void *extra[5];
  reprise_cuda_command command;
  memset(&command, 0, sizeof command);
  extra[0] = (void *)(uintptr_t)1;
  extra[1] = (void *)(uintptr_t)launch->arguments;
  extra[2] = (void *)(uintptr_t)2;
  extra[3] = &size;
  extra[4] = NULL;
  command.struct_size = sizeof command;
  command.function = launch->function;
  command.stream = launch->stream;
  memcpy(command.grid, launch->grid, sizeof command.grid);
  memcpy(command.block, launch->block, sizeof command.block);
  command.dynamic_shared = launch->dynamic_shared;
  command.extra = launch->arguments ? extra : NULL;
  return reprise_may_kill(killer, &command, most_bytes, killable);
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REPRISE_REPRISE_KILLABLE_H */
