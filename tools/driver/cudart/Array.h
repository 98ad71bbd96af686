//===- Array.h - Arrays and copies, in the driver's terms -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_CUDART_ARRAY_H
#define REPRISE_TOOLS_DRIVER_CUDART_ARRAY_H

#include "Runtime.h"

namespace reprise::cudart {

/// Both interfaces have the same handles.
inline CUarray handleOf(cudaArray_const_t Array) {
  return reinterpret_cast<CUarray>(const_cast<cudaArray *>(Array));
}

/// False for what the driver has no name for.
bool formatOf(const cudaChannelFormatDesc &From, CUarray_format &Format,
              unsigned &Channels);

/// The linear sides of a copy.
void setFrom(CUDA_MEMCPY3D &P, const void *From, size_t Pitch,
             cudaMemcpyKind Kind);
void setTo(CUDA_MEMCPY3D &P, void *To, size_t Pitch, cudaMemcpyKind Kind);

CUresult describe(const DriverCalls &D, const cudaMemcpy3DParms &From,
                  CUDA_MEMCPY3D &To);

} // namespace reprise::cudart

#endif // REPRISE_TOOLS_DRIVER_CUDART_ARRAY_H
