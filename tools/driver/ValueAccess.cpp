//===- ValueAccess.cpp - Numbers that streams write -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "Operation.h"

namespace reprise::driver {

CUresult runValueAccess(Driver &D, const ValueAccess &What) {
  Heap::Access Access(D.Memory);
  // A kernel may be looking.
  // NOLINTBEGIN(performance-no-int-to-ptr)
  if (What.Bytes == 4)
    std::atomic_ref(*reinterpret_cast<uint32_t *>(What.Address)) =
        static_cast<uint32_t>(What.Value);
  else
    std::atomic_ref(*reinterpret_cast<uint64_t *>(What.Address)) = What.Value;
  // NOLINTEND(performance-no-int-to-ptr)
  return CUDA_SUCCESS;
}

static CUresult write(CUstream Handle, CUdeviceptr Address, uint64_t Value,
                      unsigned Bytes, unsigned Flags) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) {
    if (Flags & ~unsigned(CU_STREAM_WRITE_VALUE_NO_MEMORY_BARRIER) ||
        Address % Bytes || !D.Addresses.holds(Address, Bytes))
      return CUDA_ERROR_INVALID_VALUE;
    ValueAccess What;
    What.Address = Address;
    What.Value = Value;
    What.Bytes = Bytes;
    return issue(D, Stream, What);
  });
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuStreamWriteValue32_v2(CUstream Stream, CUdeviceptr Address,
                                     cuuint32_t Value, unsigned Flags) {
  return write(Stream, Address, Value, 4, Flags);
}
EMULATED_API cuStreamWriteValue32(CUstream Stream, CUdeviceptr Address,
                                  cuuint32_t Value, unsigned Flags) {
  return write(Stream, Address, Value, 4, Flags);
}
EMULATED_API cuStreamWriteValue64_v2(CUstream Stream, CUdeviceptr Address,
                                     cuuint64_t Value, unsigned Flags) {
  return write(Stream, Address, Value, 8, Flags);
}
EMULATED_API cuStreamWriteValue64(CUstream Stream, CUdeviceptr Address,
                                  cuuint64_t Value, unsigned Flags) {
  return write(Stream, Address, Value, 8, Flags);
}
