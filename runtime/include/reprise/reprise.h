/*===- reprise/reprise.h - Decide whether a launch may be run again -------===*\
|*                                                                            *|
|* Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The C interface of the runtime. It needs neither LLVM nor Z3 nor CUDA.     *|
|*                                                                            *|
|*   reprise_db *db;                                                          *|
|*   reprise_db_load_file("app.reprise.json", &db, err, sizeof err);          *|
|*   const reprise_kernel *k = reprise_db_find(db, "_Z9vectorAdd...");        *|
|*   reprise_launch l = {...};                                                *|
|*   reprise_result r;                                                        *|
|*   if (reprise_check(k, &l, &r) == REPRISE_OK &&                            *|
|*       r.verdict == REPRISE_IDEMPOTENT) ... may be killed and run again     *|
|*                                                                            *|
|* Soundness has one direction: REPRISE_IDEMPOTENT is never wrong under the   *|
|* assumptions in reprise_result::assumptions. Both other verdicts mean "do   *|
|* not run it again". docs/semantics.md defines the terms.                    *|
|*                                                                            *|
|* Errors: functions return a reprise_status; no exception leaves them.       *|
|* Thread safety: objects of this interface are immutable after creation and  *|
|* may be shared, reprise_memo included. reprise_check allocates no memory    *|
|* and takes no lock. A reprise_window and a reprise_backup belong to one     *|
|* thread at a time.                                                          *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef REPRISE_REPRISE_H
#define REPRISE_REPRISE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define REPRISE_API
#else
#define REPRISE_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** What a call answers. Closed enumeration; values never change. */
typedef enum reprise_status {
  REPRISE_OK = 0,
  REPRISE_ERROR_ARGUMENT = 1,       /**< A null or senseless argument. */
  REPRISE_ERROR_IO = 2,             /**< A file could not be read. */
  REPRISE_ERROR_FORMAT = 3,         /**< Not a summary, or a broken one. */
  REPRISE_ERROR_VERSION = 4,        /**< A newer major version. */
  REPRISE_ERROR_MEMORY = 5,         /**< Out of memory while loading. */
  REPRISE_ERROR_LAUNCH = 6,         /**< Grid or block no GPU accepts. */
  REPRISE_ERROR_ARGUMENT_BLOCK = 7, /**< Argument block too short. */
  REPRISE_ERROR_CAPACITY = 8,       /**< Output buffer too small. */
  REPRISE_ERROR_COPY = 9            /**< A callback for copies failed. */
} reprise_status;

/** Class of a kernel, over all launches. */
typedef enum reprise_class {
  REPRISE_CLASS_UNKNOWN = 0,
  REPRISE_CLASS_IDEMPOTENT = 1,
  REPRISE_CLASS_NON_IDEMPOTENT = 2,
  REPRISE_CLASS_CONDITIONAL = 3
} reprise_class;

/** Verdict on one launch. */
typedef enum reprise_verdict {
  REPRISE_UNKNOWN = 0,    /**< Not decided; `reason` says why. */
  REPRISE_IDEMPOTENT = 1, /**< May be killed anywhere and run again. */
  REPRISE_CLOBBERS = 2    /**< Proved: reads live-in what it overwrites. */
} reprise_verdict;

/** Why a verdict or class is unknown. Closed enumeration; names are those
    that reprise_reason_name gives and that the JSON format uses. */
typedef enum reprise_reason {
  REPRISE_REASON_NONE = 0,
  /* Found by the analyzer. */
  REPRISE_REASON_UNKNOWN_POINTER = 1,     /**< Pointer loaded from memory. */
  REPRISE_REASON_INDIRECT_OFFSET = 2,     /**< Offset from loaded data. */
  REPRISE_REASON_UNRESOLVED_CALL = 3,     /**< Callee's body not at hand. */
  REPRISE_REASON_INDIRECT_CALL = 4,       /**< Call through a pointer. */
  REPRISE_REASON_RECURSION = 5,           /**< Call cycle not inlined. */
  REPRISE_REASON_INLINE_ASM = 6,          /**< Assembly not understood. */
  REPRISE_REASON_DEVICE_OUTPUT = 7,       /**< printf and the like. */
  REPRISE_REASON_DEVICE_ALLOCATION = 8,   /**< Device malloc or free. */
  REPRISE_REASON_DEVICE_LAUNCH = 9,       /**< Launches another kernel. */
  REPRISE_REASON_GRID_COMMUNICATION = 10, /**< Grid sync. */
  REPRISE_REASON_TEXTURE = 11,            /**< Handle's binding not known. */
  REPRISE_REASON_UNSUPPORTED = 12,        /**< Instruction not modelled. */
  REPRISE_REASON_TOO_COMPLEX = 13,        /**< Analysis limit reached. */
  /* Found at launch. */
  REPRISE_REASON_INDEX_MAY_WRAP = 14,     /**< Index arithmetic may wrap. */
  REPRISE_REASON_ARITHMETIC = 15,         /**< Division by zero, overflow. */
  REPRISE_REASON_NULL_POINTER = 16,       /**< Null pointer accessed. */
  REPRISE_REASON_UNKNOWN_ALLOCATION = 17, /**< No allocation holds it. */
  REPRISE_REASON_UNKNOWN_SYMBOL = 18,     /**< Address, content not given. */
  REPRISE_REASON_MAY_OVERLAP = 19,        /**< Sets may meet, not proved. */
  REPRISE_REASON_BUDGET = 20,             /**< Node budget exhausted. */
  /* Found by the audit of binaries. */
  REPRISE_REASON_NO_PTX = 21, /**< Only machine code at hand. */
  /* Found by the analyzer. */
  REPRISE_REASON_ORDER_DEPENDENT = 22 /**< The order of threads decides what
                                           is written where. */
} reprise_reason;

/** Assumptions that a verdict idempotent used; bits. */
enum {
  REPRISE_ASSUME_IN_BOUNDS = 1u << 0,        /**< A1 */
  REPRISE_ASSUME_NO_OUTSIDE_WRITER = 1u << 1 /**< A2 */
};

typedef enum reprise_access_kind {
  REPRISE_ACCESS_READ = 1,
  REPRISE_ACCESS_WRITE = 2,
  REPRISE_ACCESS_ATOMIC = 3 /**< Reads and writes. */
} reprise_access_kind;

typedef enum reprise_param_kind {
  REPRISE_PARAM_BYTES = 0, /**< A struct by value. */
  REPRISE_PARAM_POINTER = 1,
  REPRISE_PARAM_INTEGER = 2,
  REPRISE_PARAM_FLOAT = 3
} reprise_param_kind;

typedef struct reprise_db reprise_db;
typedef struct reprise_kernel reprise_kernel;
typedef struct reprise_allocations reprise_allocations;
typedef struct reprise_memo reprise_memo;

/** Bytes [address, address + size) of global memory. */
typedef struct reprise_range {
  uint64_t address;
  uint64_t size;
} reprise_range;

/** Where a __device__ variable lies (cuModuleGetGlobal). */
typedef struct reprise_symbol {
  const char *name; /**< Mangled. */
  uint64_t address;
  uint64_t size;
} reprise_symbol;

/** What a handle is; the two kinds have numbers of their own. */
typedef enum reprise_handle_kind {
  REPRISE_HANDLE_TEXTURE = 1, /**< cudaTextureObject_t, CUtexObject */
  REPRISE_HANDLE_SURFACE = 2  /**< cudaSurfaceObject_t, CUsurfObject */
} reprise_handle_kind;

/** The memory that a texture or surface object is bound to. */
typedef struct reprise_binding {
  uint64_t handle;   /**< What the kernel gets; not 0. */
  uint32_t kind;     /**< A reprise_handle_kind. */
  uint32_t reserved; /**< 0 */
  /** Linear or pitched memory: all bytes that it may reach. Size 0: a CUDA
      array, which no pointer reaches. */
  reprise_range memory;
  /** Of a CUDA array: a number, not 0, that all objects bound to this array
      share and no others (its handle; of a level of a mipmapped array, the
      whole one's). 0: not known, it may be any array. */
  uint64_t array;
} reprise_binding;

/** Bytes [offset, offset + size) that a __constant__ variable holds while the
    launch may run: what cudaMemcpyToSymbol wrote. */
typedef struct reprise_content {
  const char *name; /**< Mangled. */
  uint64_t offset;  /**< Bytes into the variable. */
  const void *bytes;
  size_t size; /**< At least 1. */
} reprise_content;

/** What a launch can reach, for reprise_allocations_create_map. An array of
    count 0 may be null. Later versions add fields at the end. */
typedef struct reprise_memory_map {
  size_t struct_size; /**< sizeof(reprise_memory_map) */
  const reprise_range *ranges;
  size_t range_count;
  const reprise_symbol *symbols;
  size_t symbol_count;
  const reprise_binding *bindings;
  size_t binding_count;
  const reprise_content *contents;
  size_t content_count;
  /** Parts of the ranges that a framework's allocator handed out, each inside
      one range, without overlaps: an address in a part belongs to it instead of
      to the range (A1), any other to the whole range. */
  const reprise_range *parts;
  size_t part_count;
} reprise_memory_map;

typedef struct reprise_param_info {
  const char *name;
  reprise_param_kind kind;
  uint32_t offset; /**< Bytes into the argument block. */
  uint32_t size;   /**< Bytes. */
} reprise_param_info;

typedef struct reprise_access_info {
  reprise_access_kind kind;
  const char *text; /**< Symbolic address, e.g. "C[4i]". */
  const char *file; /**< Empty without debug information. */
  uint32_t line;
  uint32_t column;
  int live_in; /**< Reads: may see a value from before the launch. */
  reprise_reason reason;
  const char *detail; /**< For reason; may be empty. */
} reprise_access_info;

/** One launch. `arguments` is the argument block: the parameters at the
    offsets that reprise_kernel_param gives. */
typedef struct reprise_launch {
  uint32_t grid[3];        /**< Blocks, x y z. */
  uint32_t block[3];       /**< Threads, x y z. */
  uint32_t dynamic_shared; /**< Bytes. */
  uint32_t flags;          /**< REPRISE_LAUNCH_* */
  const void *arguments;
  size_t arguments_size;
  const reprise_allocations *allocations; /**< May be null: none known. */
} reprise_launch;

/** Do not use assumption A1 (in bounds): an access whose address is not
    understood may then touch any byte. */
#define REPRISE_LAUNCH_NO_IN_BOUNDS 1u

/** Index of no access. */
#define REPRISE_NO_ACCESS UINT32_MAX

typedef struct reprise_result {
  reprise_verdict verdict;
  reprise_reason reason;   /**< For unknown. */
  uint32_t assumptions;    /**< REPRISE_ASSUME_* used by the verdict. */
  uint32_t read;           /**< Deciding pair: index of the read ... */
  uint32_t write;          /**< ... and write, or REPRISE_NO_ACCESS. For
                                other unknowns `write` is the culprit when it
                                writes, else `read`. */
  reprise_range clobbered; /**< The deciding pair's common bytes, a hull of
                               them; size 0 when there is no pair. */
} reprise_result;

/** Version of the library, "major.minor.patch". */
REPRISE_API const char *reprise_version(void);

/** Names as printed and as the JSON format has them, e.g. "may-overlap".
    Never null; "invalid" for a value outside the enumeration. */
REPRISE_API const char *reprise_status_name(reprise_status status);
REPRISE_API const char *reprise_class_name(reprise_class value);
REPRISE_API const char *reprise_verdict_name(reprise_verdict verdict);
REPRISE_API const char *reprise_reason_name(reprise_reason reason);
/** One sentence for people. */
REPRISE_API const char *reprise_reason_text(reprise_reason reason);

/** Loads summaries from JSON text or from the compact form, which the first
    bytes tell. Of the compact form, a kernel is decoded and checked when it is
    first asked for. `error` (may be null) receives a message
    of at most error_size bytes, terminator included. *db is set only on
    REPRISE_OK; free it with reprise_db_free. */
REPRISE_API reprise_status reprise_db_load(const char *bytes, size_t size,
                                           reprise_db **db, char *error,
                                           size_t error_size);
/** Same, from a file. */
REPRISE_API reprise_status reprise_db_load_file(const char *path,
                                                reprise_db **db, char *error,
                                                size_t error_size);
REPRISE_API void reprise_db_free(reprise_db *db);
REPRISE_API size_t reprise_db_size(const reprise_db *db);
/** Kernel i in name order. Null when out of range, and when the compact form
    is broken there. Lives as long as db. */
REPRISE_API const reprise_kernel *reprise_db_kernel(const reprise_db *db,
                                                    size_t i);
/** By mangled name; null when there is none, and when the compact form is
    broken there. */
REPRISE_API const reprise_kernel *reprise_db_find(const reprise_db *db,
                                                  const char *name);
/** Same, and says why. REPRISE_OK with *kernel null: there is none of this
    name. REPRISE_ERROR_FORMAT: its record is broken, `error` says how. */
REPRISE_API reprise_status reprise_db_lookup(const reprise_db *db,
                                             const char *name,
                                             const reprise_kernel **kernel,
                                             char *error, size_t error_size);

REPRISE_API const char *reprise_kernel_name(const reprise_kernel *kernel);
REPRISE_API const char *reprise_kernel_demangled(const reprise_kernel *kernel);
REPRISE_API reprise_class reprise_kernel_class(const reprise_kernel *kernel);
REPRISE_API const char *reprise_kernel_condition(const reprise_kernel *kernel);
REPRISE_API size_t reprise_kernel_param_count(const reprise_kernel *kernel);
REPRISE_API reprise_status reprise_kernel_param(const reprise_kernel *kernel,
                                                size_t i,
                                                reprise_param_info *info);
/** Bytes of the argument block. */
REPRISE_API size_t reprise_kernel_param_bytes(const reprise_kernel *kernel);
REPRISE_API size_t reprise_kernel_access_count(const reprise_kernel *kernel);
REPRISE_API reprise_status reprise_kernel_access(const reprise_kernel *kernel,
                                                 size_t i,
                                                 reprise_access_info *info);

/** Copies arguments given the way of cuLaunchKernel (one pointer for each
    parameter) into an argument block. */
REPRISE_API reprise_status reprise_pack_arguments(const reprise_kernel *kernel,
                                                  void *const *arguments,
                                                  void *block,
                                                  size_t block_size);

/** A snapshot of the allocations alive, and of the symbols' addresses. Copies
    its input. Ranges must not overlap, wrap or be empty; symbols may lie
    anywhere. `symbols` may be null when symbol_count is 0. */
REPRISE_API reprise_status
reprise_allocations_create(const reprise_range *ranges, size_t range_count,
                           const reprise_symbol *symbols, size_t symbol_count,
                           reprise_allocations **allocations);
/** The same, with the bindings of textures and surfaces and the contents of
    __constant__ variables. A handle that no binding names makes accesses
    through it unknown, a byte that no content gives makes what depends on it
    unknown; leaving one out is always sound. A handle or a byte may be given
    twice only with the same meaning. REPRISE_ERROR_VERSION when the map has
    fields set that this version does not know. */
REPRISE_API reprise_status reprise_allocations_create_map(
    const reprise_memory_map *map, reprise_allocations **allocations);
REPRISE_API void reprise_allocations_free(reprise_allocations *allocations);

/** For frameworks that hand out parts of larger allocations: kernels that get a
    pointer into [address, address + size) stay in it (A1), until it is
    unregistered. Call it when memory is handed out, and unregister when it is
    given back, before it is handed out again. What overlaps the new range is
    unregistered. The list is the process's: `reprise run` follows it, others
    pass it on as reprise_memory_map::parts. Takes a lock. Thread safety: any
    thread. */
REPRISE_API reprise_status reprise_register_range(uint64_t address,
                                                  uint64_t size);
/** REPRISE_ERROR_ARGUMENT: no registered range starts there. */
REPRISE_API reprise_status reprise_unregister_range(uint64_t address);
/** All that overlap [address, address + size): when an allocation is freed. */
REPRISE_API reprise_status reprise_unregister_within(uint64_t address,
                                                     uint64_t size);
/** The registered ranges by address. *count is set to their number;
    REPRISE_ERROR_CAPACITY when that is more than `capacity`. *epoch (may be
    null) changes with every change. */
REPRISE_API reprise_status reprise_registered_ranges(reprise_range *ranges,
                                                     size_t capacity,
                                                     size_t *count,
                                                     uint64_t *epoch);

/** Decides one launch. Returns REPRISE_OK with a verdict in *result, or an
    error with *result set to unknown. Allocates nothing, takes no lock. */
REPRISE_API reprise_status reprise_check(const reprise_kernel *kernel,
                                         const reprise_launch *launch,
                                         reprise_result *result);

/** Same, through a memo of earlier verdicts. A hit gives what reprise_check
    would give: the memo compares whole keys, not hashes. */
REPRISE_API reprise_status reprise_check_memo(reprise_memo *memo,
                                              const reprise_kernel *kernel,
                                              const reprise_launch *launch,
                                              reprise_result *result);
/** A memo of about `entries` verdicts (rounded up to a power of two), shared
    by any number of threads. It must not outlive the databases whose kernels
    were checked through it unless cleared first. */
REPRISE_API reprise_status reprise_memo_create(size_t entries,
                                               reprise_memo **memo);
REPRISE_API void reprise_memo_clear(reprise_memo *memo);
REPRISE_API void reprise_memo_free(reprise_memo *memo);

/** The bytes that, saved before the launch and restored before a re-run, make
    the launch restartable: a superset of the clobbered bytes, sorted, not
    overlapping. *count is set to the number of ranges needed;
    REPRISE_ERROR_CAPACITY when that is more than `capacity` (nothing useful
    is written then, call again). *result gets the verdict. When the set is
    not bounded (an unknown pointer writes), or an effect cannot be undone,
    *bounded is 0 and no range is written. Allocates memory; not for the
    launch path. */
REPRISE_API reprise_status reprise_backup_set(const reprise_kernel *kernel,
                                              const reprise_launch *launch,
                                              reprise_result *result,
                                              int *bounded,
                                              reprise_range *ranges,
                                              size_t capacity, size_t *count);

/*===----------------------------------------------------------------------===*\
|* Rollback window: how far back may a stream be restarted?                   *|
|*                                                                            *|
|*   reprise_window *w;                                                       *|
|*   reprise_window_create(256, &w);                                          *|
|*   reprise_window_copy(w, &input, NULL, map, NULL);  // host to device      *|
|*   reprise_window_launch(w, kernel, &launch, NULL, NULL);                   *|
|*   ...                                               // the device stopped  *|
|*   reprise_restart r;                                                       *|
|*   reprise_window_restart_point(w, &r);                                     *|
|*   ... make the operations with number r.first and above again              *|
|*                                                                            *|
|* One window holds the last operations of one stream, in its order, with     *|
|* numbers that go up from 0. "A restart at i is valid" means: the device     *|
|* stops anywhere in the operations appended so far, each of which it may     *|
|* have executed wholly, partly or not at all in the order of the stream;     *|
|* then all operations from i to the last are made again, each as it was;     *|
|* and memory ends as some clean run leaves it. docs/semantics.md defines it, *|
|* and what else the caller answers for: frees, other streams and host        *|
|* functions are fences.                                                      *|
|*                                                                            *|
|* Thread safety: a window is used by one thread at a time; several windows   *|
|* are independent. All calls but fence, retire, begin and end may           *|
|* allocate memory.                                                           *|
\*===----------------------------------------------------------------------===*/

typedef struct reprise_window reprise_window;

typedef enum reprise_region_kind {
  REPRISE_REGION_OUTSIDE = 0, /**< Nothing that is appended writes and reads
                                   these bytes. */
  REPRISE_REGION_DEVICE = 1,  /**< By address: device and managed memory. */
  REPRISE_REGION_ARRAY = 2,   /**< Some bytes of a CUDA array. */
  REPRISE_REGION_HOST = 3     /**< By address: the host's memory, mapped or
                                   not. No __constant__ variable is there. */
} reprise_region_kind;

/** One side of a copy: rows of `width` bytes. */
typedef struct reprise_region {
  uint32_t kind;        /**< A reprise_region_kind. */
  uint32_t reserved;    /**< 0 */
  uint64_t address;     /**< Of the first row. */
  uint64_t width;       /**< Bytes of a row, at least 1. */
  uint64_t rows;        /**< 0 is 1. */
  uint64_t pitch;       /**< Bytes from row to row; with several rows. */
  uint64_t slices;      /**< Of rows; 0 is 1. */
  uint64_t slice_pitch; /**< Bytes from slice to slice; with several. */
  uint64_t array;       /**< As in reprise_binding; 0: any array. */
} reprise_region;

/** No operation has this number. */
#define REPRISE_NO_OPERATION UINT64_MAX

/** May the operations from number `first` on be made again? */
typedef struct reprise_restart {
  uint64_t first;
  int valid;            /**< 1 or 0. */
  uint32_t assumptions; /**< REPRISE_ASSUME_* used by the answer. */
  /** Where the answer is no, an operation that reads, and one that overwrites,
      what the restart would need; the same where one does both. Of
      reprise_window_restart_point: why it is not further back. */
  uint64_t reader, writer;
  reprise_reason reason;
} reprise_restart;

/** Bytes to be saved before operation `before` starts. */
typedef struct reprise_save {
  reprise_range range;
  uint64_t before;
} reprise_save;

/** A window of at most `capacity` operations, at least 1. When it is full the
    oldest is dropped: no restart reaches it any more. Memory: about 1 KiB for
   an operation of a few contiguous accesses, and up to 1 MiB for one with
    thousands of rows, once a question was asked. */
REPRISE_API reprise_status reprise_window_create(size_t capacity,
                                                 reprise_window **window);
REPRISE_API void reprise_window_free(reprise_window *window);

/** Appends a launch, before or after it is made. What `launch` points to may go
    afterwards. `kernel` null: a kernel that is not known, a fence. *number (may
    be null) gets the operation's number, *result (may be null) the verdict on
    the launch alone. Takes microseconds; for launches that are not idempotent,
    as long as reprise_backup_set. On an error a fence was appended: the launch
    may run all the same. */
REPRISE_API reprise_status reprise_window_launch(reprise_window *window,
                                                 const reprise_kernel *kernel,
                                                 const reprise_launch *launch,
                                                 uint64_t *number,
                                                 reprise_result *result);

/** Appends a copy from `source` to `destination`, or a fill where `source` is
    null. Null is a region outside. Writes the destination exactly, but for an
    array. A destination that is in no allocation of `allocations` (may be
    null: none known) may be a __constant__ variable, which all kernels read.
    On an error a fence was appended. */
REPRISE_API reprise_status
reprise_window_copy(reprise_window *window, const reprise_region *destination,
                    const reprise_region *source,
                    const reprise_allocations *allocations, uint64_t *number);

/** Appends an operation of which nothing is known. Neither it nor anything
    before it may be restarted. Allocates nothing. */
REPRISE_API reprise_status reprise_window_fence(reprise_window *window,
                                                uint64_t *number);

/** The operations before number `before` are complete and will never be
    restarted: drops them. */
REPRISE_API reprise_status reprise_window_retire(reprise_window *window,
                                                 uint64_t before);

/** The operations held have the numbers [begin, end). */
REPRISE_API uint64_t reprise_window_begin(const reprise_window *window);
REPRISE_API uint64_t reprise_window_end(const reprise_window *window);

/** Is a restart at `first`, begin <= first <= end, valid, if all that was told
    to reprise_window_saved is restored before it? At end it always is: nothing
    is made again. */
REPRISE_API reprise_status reprise_window_check(const reprise_window *window,
                                                uint64_t first,
                                                reprise_restart *restart);

/** The lowest number at which a restart is valid. (Restarts at higher numbers
    need not be valid.) */
REPRISE_API reprise_status reprise_window_restart_point(
    const reprise_window *window, reprise_restart *restart);

/** What else has to be saved so that a restart at `first` is valid, sorted by
    `before`, then by address. A range may span several allocations, and bytes
    that are in none need not be saved. What
    is to be saved before an operation that has started comes too late. *count
    is set to the number needed; REPRISE_ERROR_CAPACITY when that is more than
    `capacity`. *bounded is 0, and nothing is written, when no bytes help. */
REPRISE_API reprise_status reprise_window_saves(const reprise_window *window,
                                                uint64_t first, int *bounded,
                                                reprise_save *saves,
                                                size_t capacity, size_t *count);

/** The bytes of `ranges` were saved as they are before operation `before`
    (begin <= before <= end) starts. Before a restart at i the caller restores
    all that was saved before operations from i on, the last save first, so that
    of a byte that was saved twice the older value is left. */
REPRISE_API reprise_status reprise_window_saved(reprise_window *window,
                                                uint64_t before,
                                                const reprise_range *ranges,
                                                size_t count);

/*===----------------------------------------------------------------------===*\
|* Saved bytes: exactly those that were asked for, and back                   *|
|*                                                                            *|
|* reprise_cuda.h has the callbacks for CUDA. Nothing here waits: what is     *|
|* saved or restored happens in the order of the stream.                      *|
\*===----------------------------------------------------------------------===*/

typedef struct reprise_backup reprise_backup;

/** How to copy and where to. Each function returns 0, or another number where
    it failed. */
typedef struct reprise_copier {
  size_t struct_size; /**< sizeof(reprise_copier) */
  void *user;         /**< First argument of each function. */
  /** Enqueues on `stream` a copy of `rows` rows of `width` bytes, which lie
      `*_pitch` bytes apart. With one row the pitches are without meaning. */
  int (*copy)(void *user, uint64_t destination, uint64_t destination_pitch,
              uint64_t source, uint64_t source_pitch, uint64_t width,
              uint64_t rows, void *stream);
  /** Memory for what is saved, usable by all streams at once. */
  int (*allocate)(void *user, uint64_t bytes, uint64_t *address);
  /** Gives it back; copies of it may still be under way. */
  void (*release)(void *user, uint64_t address);
} reprise_copier;

/** Copies *copier; `user` has to live as long as the backup. */
REPRISE_API reprise_status reprise_backup_create(const reprise_copier *copier,
                                                 reprise_backup **backup);
/** Releases all that was saved. */
REPRISE_API void reprise_backup_free(reprise_backup *backup);
/** Enqueues copies of `ranges`, packed, as they are before operation `before`:
    enqueue it in front of that one. On an error nothing is kept.
    REPRISE_ERROR_COPY: a callback failed. */
REPRISE_API reprise_status reprise_backup_save(reprise_backup *backup,
                                               uint64_t before,
                                               const reprise_range *ranges,
                                               size_t count, void *stream);
/** Enqueues copies back, for a restart at operation `from`: of all that was
    saved before operations from `from` on. What the device did not reach before
    it stopped must not be in the stream any more. May be done again. */
REPRISE_API reprise_status reprise_backup_restore(const reprise_backup *backup,
                                                  uint64_t from, void *stream);
/** Releases what was saved before operations below `before`. */
REPRISE_API reprise_status reprise_backup_drop(reprise_backup *backup,
                                               uint64_t before);
/** Bytes held. */
REPRISE_API uint64_t reprise_backup_bytes(const reprise_backup *backup);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REPRISE_REPRISE_H */
