//===- Array.cpp - CUDA arrays --------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An array is a buffer, row after row. Programs cannot see how it lies.
//
//===----------------------------------------------------------------------===//

#include "Allocate.h"
#include "Driver.h"
#include "Module.h"

uint64_t CUarray_st::elementBytes() const {
  switch (Form.Format) {
  case CU_AD_FORMAT_UNSIGNED_INT8:
  case CU_AD_FORMAT_SIGNED_INT8:
    return Form.NumChannels;
  case CU_AD_FORMAT_UNSIGNED_INT16:
  case CU_AD_FORMAT_SIGNED_INT16:
  case CU_AD_FORMAT_HALF:
    return 2 * uint64_t(Form.NumChannels);
  default:
    return 4 * uint64_t(Form.NumChannels);
  }
}

using namespace reprise::driver;

EMULATED_API cuArray3DCreate_v2(CUarray *Result,
                                const CUDA_ARRAY3D_DESCRIPTOR *Form) {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    if (!Result || !Form || !Form->Width || (Form->Depth && !Form->Height) ||
        (Form->NumChannels != 1 && Form->NumChannels != 2 &&
         Form->NumChannels != 4))
      return CUDA_ERROR_INVALID_VALUE;
    switch (Form->Format) {
    case CU_AD_FORMAT_UNSIGNED_INT8:
    case CU_AD_FORMAT_SIGNED_INT8:
    case CU_AD_FORMAT_UNSIGNED_INT16:
    case CU_AD_FORMAT_SIGNED_INT16:
    case CU_AD_FORMAT_HALF:
    case CU_AD_FORMAT_UNSIGNED_INT32:
    case CU_AD_FORMAT_SIGNED_INT32:
    case CU_AD_FORMAT_FLOAT:
      break;
    default:
      return refuse("an array in a packed or compressed format");
    }
    if (Form->Flags & (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP |
                       CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_DEFERRED_MAPPING))
      return refuse("an array with layers, cubes or sparse memory");
    auto Array = std::make_shared<CUarray_st>();
    Array->Form = *Form;
    Array->Bytes = Array->pitch() * Array->rows() * Array->slices();
    Array->Address =
        takeBlock(D, Context, Array->Bytes, MemoryKind::Array, 0, nullptr);
    if (!Array->Address)
      return CUDA_ERROR_OUT_OF_MEMORY;
    std::lock_guard Guard(D.Lock);
    *Result = D.Arrays.add(std::move(Array));
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuArrayCreate_v2(CUarray *Result,
                              const CUDA_ARRAY_DESCRIPTOR *Form) {
  if (!Form)
    return CUDA_ERROR_INVALID_VALUE;
  CUDA_ARRAY3D_DESCRIPTOR Wider{};
  Wider.Width = Form->Width;
  Wider.Height = Form->Height;
  Wider.Format = Form->Format;
  Wider.NumChannels = Form->NumChannels;
  return cuArray3DCreate_v2(Result, &Wider);
}

EMULATED_API cuArrayDestroy(CUarray Handle) {
  return inContext([&](Driver &D, const ContextRef &) {
    ArrayRef Array;
    {
      std::lock_guard Guard(D.Lock);
      Array = D.Arrays.remove(Handle);
    }
    if (!Array)
      return CUDA_ERROR_INVALID_HANDLE;
    waitForAll(D);
    releaseBlock(D, Array->Address);
    return CUDA_SUCCESS;
  });
}

template <typename F> static CUresult withArray(CUarray Handle, F Body) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    std::lock_guard Guard(D.Lock);
    ArrayRef Array = D.Arrays.find(Handle);
    if (!Array)
      return CUDA_ERROR_INVALID_HANDLE;
    Body(*Array);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuArray3DGetDescriptor_v2(CUDA_ARRAY3D_DESCRIPTOR *Result,
                                       CUarray Handle) {
  return withArray(Handle, [&](CUarray_st &A) { *Result = A.Form; });
}

EMULATED_API cuArrayGetDescriptor_v2(CUDA_ARRAY_DESCRIPTOR *Result,
                                     CUarray Handle) {
  return withArray(Handle, [&](CUarray_st &A) {
    Result->Width = A.Form.Width;
    Result->Height = A.Form.Height;
    Result->Format = A.Form.Format;
    Result->NumChannels = A.Form.NumChannels;
  });
}
