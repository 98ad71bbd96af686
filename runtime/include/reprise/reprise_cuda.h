/*===- reprise/reprise_cuda.h - Saved bytes by CUDA's copies --------------===*\
|*                                                                            *|
|* Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* A reprise_copier of CUDA's driver: copies on the device, in the order of a *|
|* stream, into memory of the current context. Needs no CUDA header and no    *|
|* library to link but libdl: libcuda.so.1 is looked up when it is asked for. *|
|*                                                                            *|
|*   reprise_cuda cuda;                                                       *|
|*   reprise_copier copier;                                                   *|
|*   if (reprise_cuda_load(&cuda) == REPRISE_OK) {                            *|
|*     reprise_cuda_copier(&cuda, &copier);                                   *|
|*     reprise_backup_create(&copier, &backup);                               *|
|*   }                                                                        *|
|*                                                                            *|
|* Streams are CUstream or cudaStream_t. Thread safety: any thread to which   *|
|* the context is current; a reprise_cuda does not change once loaded.        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef REPRISE_REPRISE_CUDA_H
#define REPRISE_REPRISE_CUDA_H

#include "reprise/reprise.h"

#include <dlfcn.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/** CUDA_MEMCPY2D of the driver's interface, version 2. */
typedef struct reprise_cuda_memcpy_2d {
  size_t source_x, source_y;
  int source_type;
  const void *source_host;
  unsigned long long source_device;
  void *source_array;
  size_t source_pitch;
  size_t destination_x, destination_y;
  int destination_type;
  void *destination_host;
  unsigned long long destination_device;
  void *destination_array;
  size_t destination_pitch;
  size_t width, height;
} reprise_cuda_memcpy_2d;

/** The driver's functions. */
typedef struct reprise_cuda {
  int (*memcpy_async)(unsigned long long destination, unsigned long long source,
                      size_t bytes, void *stream);
  int (*memcpy_2d_async)(const reprise_cuda_memcpy_2d *copy, void *stream);
  int (*mem_alloc)(unsigned long long *address, size_t bytes);
  int (*mem_free)(unsigned long long address);
} reprise_cuda;

/** REPRISE_ERROR_IO: there is no driver, or it lacks a function. */
static inline reprise_status reprise_cuda_load(reprise_cuda *cuda) {
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  void *found[4];
  size_t i;
  if (!cuda)
    return REPRISE_ERROR_ARGUMENT;
  if (!library)
    return REPRISE_ERROR_IO;
  found[0] = dlsym(library, "cuMemcpyAsync");
  found[1] = dlsym(library, "cuMemcpy2DAsync_v2");
  found[2] = dlsym(library, "cuMemAlloc_v2");
  found[3] = dlsym(library, "cuMemFree_v2");
  for (i = 0; i < 4; ++i)
    if (!found[i])
      return REPRISE_ERROR_IO;
  /* ISO C has no conversion from object to function pointers. */
  memcpy(&cuda->memcpy_async, &found[0], sizeof found[0]);
  memcpy(&cuda->memcpy_2d_async, &found[1], sizeof found[1]);
  memcpy(&cuda->mem_alloc, &found[2], sizeof found[2]);
  memcpy(&cuda->mem_free, &found[3], sizeof found[3]);
  return REPRISE_OK;
}

static inline int reprise_cuda_copy_rows(void *user, uint64_t destination,
                                         uint64_t destination_pitch,
                                         uint64_t source, uint64_t source_pitch,
                                         uint64_t width, uint64_t rows,
                                         void *stream) {
  const reprise_cuda *cuda = (const reprise_cuda *)user;
  /* CU_MEMORYTYPE_UNIFIED: the address tells whose memory it is. */
  const int unified = 4;
  /* The driver takes rows that are at most 2 GiB apart. */
  const uint64_t most = (uint64_t)1 << 31;
  uint64_t i;
  int failed = 0;
  if (rows == 1)
    return cuda->memcpy_async(destination, source, (size_t)width, stream);
  if (destination_pitch < most && source_pitch < most) {
    reprise_cuda_memcpy_2d copy;
    memset(&copy, 0, sizeof copy);
    copy.source_type = copy.destination_type = unified;
    copy.source_device = source;
    copy.source_pitch = (size_t)source_pitch;
    copy.destination_device = destination;
    copy.destination_pitch = (size_t)destination_pitch;
    copy.width = (size_t)width;
    copy.height = (size_t)rows;
    if (cuda->memcpy_2d_async(&copy, stream) == 0)
      return 0;
  }
  for (i = 0; i < rows && !failed; ++i)
    failed =
        cuda->memcpy_async(destination + i * destination_pitch,
                           source + i * source_pitch, (size_t)width, stream);
  return failed;
}

static inline int reprise_cuda_allocate(void *user, uint64_t bytes,
                                        uint64_t *address) {
  unsigned long long place = 0;
  const int failed =
      ((const reprise_cuda *)user)->mem_alloc(&place, (size_t)bytes);
  *address = place;
  return failed;
}

/* cuMemFree waits for the device, so that no copy is under way. */
static inline void reprise_cuda_release(void *user, uint64_t address) {
  ((const reprise_cuda *)user)->mem_free(address);
}

/** Fills *copier; *cuda has to live as long as the backup. */
static inline void reprise_cuda_copier(reprise_cuda *cuda,
                                       reprise_copier *copier) {
  copier->struct_size = sizeof *copier;
  copier->user = cuda;
  copier->copy = reprise_cuda_copy_rows;
  copier->allocate = reprise_cuda_allocate;
  copier->release = reprise_cuda_release;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* REPRISE_REPRISE_CUDA_H */
