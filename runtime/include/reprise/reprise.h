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
|* and takes no lock.                                                         *|
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
  REPRISE_ERROR_CAPACITY = 8        /**< Output buffer too small. */
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
  REPRISE_REASON_GRID_COMMUNICATION = 10, /**< Grid sync, spin on memory. */
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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REPRISE_REPRISE_H */
