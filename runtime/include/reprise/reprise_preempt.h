/*===- reprise/reprise_preempt.h - Stop a stream's kernels, and go on -----===*\
|*                                                                            *|
|* Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* For programs that run under libreprise_cuda.so (`reprise run`) and whose   *|
|* kernels have checkpointed twins (-mllvm -reprise-checkpoints, or `reprise  *|
|* instrument`). They find the functions in themselves and work without them  *|
|* where they are not there:                                                  *|
|*                                                                            *|
|*   reprise_preempt_functions reprise;                                       *|
|*   if (reprise_preempt_load(&reprise)) {                                    *|
|*     reprise.stream_preemptible(stream, NULL);                              *|
|*     ... launches, copies, host functions on `stream` as ever               *|
|*     reprise.preempt(stream);                  // another thread, any time  *|
|*     reprise.preempt_wait(stream, 1000000, NULL);                           *|
|*     ... the device is free of the stream's kernels                         *|
|*     reprise.resume(stream);                                                *|
|*   }                                                                        *|
|*                                                                            *|
|* What is asked is always done; how soon depends on the kind of stop that    *|
|* each launch allows (reprise_stop_kind). Whatever is behind a stopped       *|
|* kernel on its stream waits until the kernel was resumed and has ended:     *|
|* kernels, copies, fills, host functions, event records and those who wait   *|
|* for them. docs/semantics.md, "Order behind a stopped kernel", says why.    *|
|*                                                                            *|
|* Running ──preempt──► Stopping ──device is free──► Stopped                  *|
|*    ▲                     ▲                           │                     *|
|*    │                     └────preempt──┐          resume                   *|
|*    └──all that left has ended── Resuming ◄───────────┘                     *|
|*                                                                            *|
|* Streams are CUstream or cudaStream_t. A thread that waits for a stopped    *|
|* stream (cuStreamSynchronize, cuCtxSynchronize, cuMemFree, a full queue)    *|
|* waits until another thread resumes it.                                     *|
|*                                                                            *|
|* Thread safety: all functions. That operations which two threads put on one *|
|* stream follow each other in some order is up to the program, as without    *|
|* Reprise: it must not enqueue on a marked stream from two threads at once.  *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef REPRISE_REPRISE_PREEMPT_H
#define REPRISE_REPRISE_PREEMPT_H

#include "reprise/reprise.h"

#include <dlfcn.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a call answers. Closed enumeration; values never change. */
typedef enum reprise_preempt_status {
  REPRISE_PREEMPT_OK = 0,
  REPRISE_PREEMPT_ARGUMENT = 1,   /**< A null or senseless argument. */
  REPRISE_PREEMPT_NOT_MARKED = 2, /**< The stream is not marked. */
  /** Only streams made with CU_STREAM_NON_BLOCKING can be marked: the null
      stream waits for others without a call that names them. */
  REPRISE_PREEMPT_BLOCKING = 3,
  REPRISE_PREEMPT_CAPTURING = 4,   /**< The stream is being captured. */
  REPRISE_PREEMPT_UNSUPPORTED = 5, /**< The driver has no memory operations
                                        on streams (cuStreamWaitValue32), or
                                        CUDA_LAUNCH_BLOCKING is set: a launch
                                        then returns when its kernel has
                                        ended. Unset it, or set it to 0. */
  REPRISE_PREEMPT_MEMORY = 6,      /**< No memory, on host or device. */
  REPRISE_PREEMPT_DRIVER = 7,      /**< The driver refused something. */
  REPRISE_PREEMPT_TIMEOUT = 8,     /**< Not free yet. */
  REPRISE_PREEMPT_TOO_MANY = 9,    /**< 64 streams are marked. */
  REPRISE_PREEMPT_OFF = 10,        /**< REPRISE_MODE is off. */
  REPRISE_PREEMPT_DISTURBED = 11   /**< The driver reports a failed kernel, or
                                        an order that the runtime relies on
                                        was not kept: see stderr. */
} reprise_preempt_status;

/** How a launch may be stopped, from slow to fast. Closed enumeration. */
typedef enum reprise_stop_kind {
  REPRISE_STOP_NONE = 0,      /**< Not at all: it runs to its end. */
  REPRISE_STOP_AT_BLOCKS = 1, /**< Blocks that have begun end, others do not
                                   begin. */
  REPRISE_STOP_BACKUP = 2,    /**< Inside its blocks; its backup set is saved
                                   before the launch, restored before the
                                   resume, which runs it from the start. */
  REPRISE_STOP_INSIDE = 3     /**< Inside its blocks. */
} reprise_stop_kind;

/** Why a launch allows no more than its kind. Closed enumeration; names are
    those of the report. */
typedef enum reprise_stop_reason {
  REPRISE_STOP_REASON_NONE = 0,           /**< It is REPRISE_STOP_INSIDE. */
  REPRISE_STOP_REASON_NO_TWIN = 1,        /**< no-twin: built without twins. */
  REPRISE_STOP_REASON_REFUSED = 2,        /**< refused: has none, on purpose. */
  REPRISE_STOP_REASON_LAYOUT = 3,         /**< layout: the twin is not as the
                                               image describes it. */
  REPRISE_STOP_REASON_UNREADABLE = 4,     /**< unreadable: arguments. */
  REPRISE_STOP_REASON_ATTRIBUTES = 5,     /**< attributes: cooperative launch,
                                               clusters, others. */
  REPRISE_STOP_REASON_CAPTURED = 6,       /**< captured: becomes part of a
                                               graph. */
  REPRISE_STOP_REASON_POOL = 7,           /**< pool: no room for its map. */
  REPRISE_STOP_REASON_NOT_IDEMPOTENT = 8, /**< not-idempotent */
  REPRISE_STOP_REASON_NO_PLACE = 9,       /**< no-place: no checkpoint
                                               inside. */
  REPRISE_STOP_REASON_BACKUP_UNBOUNDED = 10, /**< backup-unbounded */
  REPRISE_STOP_REASON_BACKUP_BUDGET = 11,    /**< backup-budget: larger. */
  REPRISE_STOP_REASON_OPTION = 12,           /**< option: options.most. */
  REPRISE_STOP_REASON_FAILED = 13,           /**< failed: the driver refused
                                                  to launch the twin. */
  REPRISE_STOP_REASON_BACKUP = 14            /**< backup: it is
                                                  REPRISE_STOP_BACKUP. */
} reprise_stop_reason;

/** Where the word lies that running kernels look at. */
typedef enum reprise_request_place {
  REPRISE_REQUEST_DEFAULT = 0, /**< REPRISE_PREEMPT_REQUEST=device, host,
                                    copy or spread; spread where that is not
                                    set. */
  REPRISE_REQUEST_DEVICE = 1,  /**< On the device, written by
                                    cuStreamWriteValue32. */
  REPRISE_REQUEST_HOST = 2,    /**< On the host, mapped: written at once, but
                                    each block reads it over the bus. */
  REPRISE_REQUEST_COPY = 3,    /**< On the device, written by a copy. */
  REPRISE_REQUEST_SPREAD = 4   /**< As device; where twins were built with
                                    -reprise-spread-requests, those of large
                                    launches (spread_warps) look at a copy for
                                    their multiprocessor first. */
} reprise_request_place;

/** A launch on a marked stream, before the driver gets it. Valid during the
    callback. Later versions add fields at the end. */
typedef struct reprise_stop_launch {
  size_t struct_size;
  const char *kernel; /**< Mangled; empty when it is not known. */
  void *stream;
  reprise_stop_kind kind;
  reprise_stop_reason reason;
  const char *detail;    /**< For people; of `refused` where and why. */
  uint64_t map_bytes;    /**< Taken from the pool; 0: it has no map. */
  uint64_t backup_bytes; /**< Saved before the launch. */
} reprise_stop_launch;

/** In the launching thread. Must not call a function of this header. */
typedef void reprise_stop_callback(const reprise_stop_launch *launch,
                                   void *user);

/** Set struct_size and the fields that matter, the rest to 0. */
typedef struct reprise_preempt_options {
  size_t struct_size; /**< sizeof(reprise_preempt_options) */
  /** The most that a stop may do: REPRISE_STOP_AT_BLOCKS leaves no kernel
      inside its blocks; REPRISE_STOP_NONE (0) stands for the default,
      REPRISE_STOP_INSIDE. */
  reprise_stop_kind most;
  /** Most launches that may be stopped at one time, 1 to 256; 0: 32. Where
      so many are under way a launching thread waits for the oldest to end. */
  uint32_t in_flight;
  /** Device memory for maps of blocks, one bit a block; 0: 1 MiB. Where others
      have it, a launching thread waits for them to end; a launch whose map is
      larger than all of it gets none. */
  uint64_t pool_bytes;
  /** Device memory for backups; 0: none, launches that are not idempotent
      stop between blocks. */
  uint64_t backup_bytes;
  /** Not 0: idempotent launches get no map. They run a little faster, and a
      resume runs them from the start. */
  uint32_t no_maps;
  reprise_request_place request;
  reprise_stop_callback *callback; /**< Null: none. */
  void *user;
  /** Where the words lie that threads which leave write to: on the host, mapped
      (REPRISE_REQUEST_HOST), so that a resume need not fetch them, or on the
      device (REPRISE_REQUEST_DEVICE), so that leaving does not go over the bus.
      REPRISE_REQUEST_DEFAULT: REPRISE_PREEMPT_LEFT=host or device; device
      where that is not set. */
  reprise_request_place left;
  /** Microseconds. Behind a launch that is stopped, all launches up to the next
      gate leave too, one after the other; a gate takes the device about 4 us,
      stopped or not. So one is put behind launches when, in the mean, they have
      taken so long; behind each where each takes longer. 0: 200, which is about
      2 %; UINT32_MAX: no gates but those that order needs. */
  uint32_t gate_us;
  /** With REPRISE_REQUEST_SPREAD, launches of so many warps or more look at
      copies of the request, so that very many short blocks do not wait for one
      line of the cache. The copies take longer to write than the word. 0:
      where that wait would be more than 1 % of a launch's time, by the time
      that the last launches took. */
  uint32_t spread_warps;
} reprise_preempt_options;

/** Later versions add fields at the end: set struct_size. A smaller one than
    that of the first version gets REPRISE_PREEMPT_ARGUMENT; no more than
    struct_size bytes are written. */
typedef struct reprise_preempt_report {
  size_t struct_size;   /**< sizeof(reprise_preempt_report) */
  uint64_t nanoseconds; /**< From reprise_preempt to the device being seen
                             free; resolution of the waiting thread. */
  uint32_t left[4];     /**< Launches to be resumed, by kind. They include
                             those that have done nothing yet. */
  uint32_t behind;      /**< 1: more was enqueued, and waits. */
} reprise_preempt_report;

typedef enum reprise_stream_state {
  REPRISE_STREAM_RUNNING = 0,
  REPRISE_STREAM_STOPPING = 1,
  REPRISE_STREAM_STOPPED = 2,
  REPRISE_STREAM_RESUMING = 3
} reprise_stream_state;

/** Since the stream was marked. Later versions add fields at the end. */
typedef struct reprise_preempt_info {
  size_t struct_size; /**< sizeof(reprise_preempt_info) */
  reprise_stream_state state;
  uint32_t in_flight;   /**< Launches that could be stopped now. */
  uint64_t launches[4]; /**< By kind. */
  uint64_t preempted;   /**< Calls that stopped a stream that ran. */
  uint64_t resumed;
  uint64_t launched_again; /**< Kernels that a resume launched. */
  uint64_t gates;          /**< Places where the stream waits if stopped. */
  uint64_t pool_bytes, backup_bytes; /**< In use. */
  reprise_request_place request;
} reprise_preempt_info;

/** Marks a stream, so that its kernels can be stopped from the next launch on.
    options null: defaults. Takes device memory: pool, backups, some words. A
    stream that is marked already gets REPRISE_PREEMPT_ARGUMENT. Destroying the
    stream ends the mark. Give the stream a priority of its own, or set
    CUDA_DEVICE_MAX_CONNECTIONS above the number of streams: a device that has
    fewer queues than streams lets streams of one priority wait for a stopped
    one. */
REPRISE_API reprise_preempt_status reprise_stream_preemptible(
    void *stream, const reprise_preempt_options *options);

/** Takes the mark back. A stopped stream is resumed first; waits for it.
    REPRISE_PREEMPT_DISTURBED: the mark is gone, and what was stopped may not
    have been finished. */
REPRISE_API reprise_preempt_status reprise_stream_unmark(void *stream);

/** Asks the stream's kernels to stop, and returns. A stream that is stopping
    or stopped: nothing to do, REPRISE_PREEMPT_OK. One that is resuming stops
    again. REPRISE_PREEMPT_DRIVER: it may be stopping all the same, by and by;
    reprise_resume lets it run on. After a gate was refused a stream runs and
    cannot be stopped any more. */
REPRISE_API reprise_preempt_status reprise_preempt(void *stream);

/** Waits, spinning, until no kernel or other operation of the stream runs and
    none will, at most timeout_ns nanoseconds (0: only looks). report may be
    null. A stream that nobody asked to stop: REPRISE_PREEMPT_ARGUMENT. After
    REPRISE_PREEMPT_TIMEOUT the stop stays asked for. */
REPRISE_API reprise_preempt_status reprise_preempt_wait(
    void *stream, uint64_t timeout_ns, reprise_preempt_report *report);

/** Waits until the device is free of the stream, as reprise_preempt_wait does
    (launches that are to go on behind one that left must have left too); then
    launches what left again and returns. What is behind follows when all of it
    has ended. A stream that runs or is resuming: nothing to do,
    REPRISE_PREEMPT_OK. REPRISE_PREEMPT_DRIVER: it is stopped as before; call
    again. REPRISE_PREEMPT_DISTURBED: it stays where it is, until it is unmarked
    or destroyed. */
REPRISE_API reprise_preempt_status reprise_resume(void *stream);

/** info->struct_size has to be set. */
REPRISE_API reprise_preempt_status
reprise_preempt_information(void *stream, reprise_preempt_info *info);

/** For people; never null. */
REPRISE_API const char *
reprise_preempt_status_text(reprise_preempt_status status);
/** As the report prints them; never null. */
REPRISE_API const char *reprise_stop_kind_name(reprise_stop_kind kind);
REPRISE_API const char *reprise_stop_reason_name(reprise_stop_reason reason);

/** The functions of the process, for who does not link them. */
typedef struct reprise_preempt_functions {
  reprise_preempt_status (*stream_preemptible)(void *,
                                               const reprise_preempt_options *);
  reprise_preempt_status (*stream_unmark)(void *);
  reprise_preempt_status (*preempt)(void *);
  reprise_preempt_status (*preempt_wait)(void *, uint64_t,
                                         reprise_preempt_report *);
  reprise_preempt_status (*resume)(void *);
  reprise_preempt_status (*information)(void *, reprise_preempt_info *);
  const char *(*status_text)(reprise_preempt_status);
  const char *(*kind_name)(reprise_stop_kind);
  const char *(*reason_name)(reprise_stop_reason);
} reprise_preempt_functions;

/** 0: the process does not run under libreprise_cuda.so, and *functions is all
    null. */
static inline int reprise_preempt_load(reprise_preempt_functions *functions) {
  static const char *const names[] = {"reprise_stream_preemptible",
                                      "reprise_stream_unmark",
                                      "reprise_preempt",
                                      "reprise_preempt_wait",
                                      "reprise_resume",
                                      "reprise_preempt_information",
                                      "reprise_preempt_status_text",
                                      "reprise_stop_kind_name",
                                      "reprise_stop_reason_name"};
  void *found[sizeof names / sizeof *names];
  void *process = dlopen(NULL, RTLD_NOW);
  size_t i;
  memset(functions, 0, sizeof *functions);
  for (i = 0; i < sizeof names / sizeof *names; ++i) {
    found[i] = process ? dlsym(process, names[i]) : NULL;
    if (!found[i])
      return 0;
  }
  /* ISO C has no conversion from object to function pointers. */
  memcpy(functions, found, sizeof found);
  return 1;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REPRISE_REPRISE_PREEMPT_H */
