//===- ValueAccess.cpp - Numbers that streams write and wait for ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "Operation.h"

#include <limits>
#include <optional>

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

template <typename T> static bool holds(const ValueWait &What) {
  // A kernel or the host may be writing.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  const T Found = std::atomic_ref(*reinterpret_cast<T *>(What.Address)).load();
  const T Value = static_cast<T>(What.Value);
  switch (What.How) {
  case CU_STREAM_WAIT_VALUE_EQ:
    return Found == Value;
  case CU_STREAM_WAIT_VALUE_AND:
    return (Found & Value) != 0;
  case CU_STREAM_WAIT_VALUE_NOR:
    return static_cast<T>(~(Found | Value)) != 0;
  default: // GEQ, in a circle.
    return static_cast<T>(Found - Value) <= std::numeric_limits<T>::max() / 2;
  }
}

bool hasCome(Driver &D, const ValueWait &What) {
  std::optional<Heap::Access> Access;
  if (D.Memory.contains(What.Address))
    Access.emplace(D.Memory);
  return What.Bytes == 4 ? holds<uint32_t>(What) : holds<uint64_t>(What);
}

static bool isNumber(Driver &D, CUdeviceptr Address, unsigned Bytes) {
  return Address % Bytes == 0 && D.Addresses.holds(Address, Bytes);
}

static CUresult describeWrite(Driver &D, CUdeviceptr Address, uint64_t Value,
                              unsigned Bytes, unsigned Flags,
                              Operation &Result) {
  if (Flags & ~unsigned(CU_STREAM_WRITE_VALUE_NO_MEMORY_BARRIER) ||
      !isNumber(D, Address, Bytes))
    return CUDA_ERROR_INVALID_VALUE;
  Result = ValueAccess{Address, Value, Bytes};
  return CUDA_SUCCESS;
}

static CUresult describeWait(Driver &D, CUdeviceptr Address, uint64_t Value,
                             unsigned Bytes, unsigned Flags,
                             Operation &Result) {
  if (Flags & CU_STREAM_WAIT_VALUE_FLUSH)
    return CUDA_ERROR_NOT_SUPPORTED; // The device's attribute says so.
  if (Flags > CU_STREAM_WAIT_VALUE_NOR || !isNumber(D, Address, Bytes))
    return CUDA_ERROR_INVALID_VALUE;
  Result = ValueWait{Address, Value, Bytes,
                     static_cast<CUstreamWaitValue_flags>(Flags)};
  return CUDA_SUCCESS;
}

static CUresult describe(Driver &D, const CUstreamBatchMemOpParams &P,
                         Operation &Result) {
  const auto &Wait = P.waitValue;
  const auto &Write = P.writeValue;
  switch (P.operation) {
  case CU_STREAM_MEM_OP_WAIT_VALUE_32:
    return describeWait(D, Wait.address, Wait.value, 4, Wait.flags, Result);
  case CU_STREAM_MEM_OP_WAIT_VALUE_64:
    return describeWait(D, Wait.address, Wait.value64, 8, Wait.flags, Result);
  case CU_STREAM_MEM_OP_WRITE_VALUE_32:
    return describeWrite(D, Write.address, Write.value, 4, Write.flags, Result);
  case CU_STREAM_MEM_OP_WRITE_VALUE_64:
    return describeWrite(D, Write.address, Write.value64, 8, Write.flags,
                         Result);
#if CUDA_VERSION >= 11070
  case CU_STREAM_MEM_OP_BARRIER: // What is done is seen by all.
    Result = Nothing{};
    return CUDA_SUCCESS;
#endif
  default:
    return CUDA_ERROR_INVALID_VALUE;
  }
}

/// Puts what \p Describe describes at the end of a stream.
template <typename F> static CUresult put(CUstream Handle, F Describe) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    Operation What;
    if (CUresult E = Describe(D, What))
      return E;
    return issue(D, Stream, std::move(What));
  });
}

static CUresult write(CUstream Handle, CUdeviceptr Address, uint64_t Value,
                      unsigned Bytes, unsigned Flags) {
  return put(Handle, [&](Driver &D, Operation &What) {
    return describeWrite(D, Address, Value, Bytes, Flags, What);
  });
}

static CUresult wait(CUstream Handle, CUdeviceptr Address, uint64_t Value,
                     unsigned Bytes, unsigned Flags) {
  return put(Handle, [&](Driver &D, Operation &What) {
    return describeWait(D, Address, Value, Bytes, Flags, What);
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

EMULATED_API cuStreamWaitValue32_v2(CUstream Stream, CUdeviceptr Address,
                                    cuuint32_t Value, unsigned Flags) {
  return wait(Stream, Address, Value, 4, Flags);
}
EMULATED_API cuStreamWaitValue32(CUstream Stream, CUdeviceptr Address,
                                 cuuint32_t Value, unsigned Flags) {
  return wait(Stream, Address, Value, 4, Flags);
}
EMULATED_API cuStreamWaitValue64_v2(CUstream Stream, CUdeviceptr Address,
                                    cuuint64_t Value, unsigned Flags) {
  return wait(Stream, Address, Value, 8, Flags);
}
EMULATED_API cuStreamWaitValue64(CUstream Stream, CUdeviceptr Address,
                                 cuuint64_t Value, unsigned Flags) {
  return wait(Stream, Address, Value, 8, Flags);
}

EMULATED_API cuStreamBatchMemOp_v2(CUstream Handle, unsigned Count,
                                   CUstreamBatchMemOpParams *List,
                                   unsigned Flags) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    constexpr unsigned Most = 256;
    if (Flags || Count > Most || (Count && !List))
      return CUDA_ERROR_INVALID_VALUE;
    std::vector<Operation> All(Count); // None is done if one is wrong.
    for (unsigned I = 0; I < Count; ++I)
      if (CUresult E = describe(D, List[I], All[I]))
        return E;
    for (Operation &Each : All)
      if (CUresult E = issue(D, Stream, std::move(Each)))
        return E;
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuStreamBatchMemOp(CUstream Stream, unsigned Count,
                                CUstreamBatchMemOpParams *List,
                                unsigned Flags) {
  return cuStreamBatchMemOp_v2(Stream, Count, List, Flags);
}
