//===- Transfers.cpp - Copies and fills of the program ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Transfers.h"
#include "Launch.h"
#include "Thread.h"

namespace reprise::cuda {

bool isRecorded(const Transfer &T) noexcept {
  return T.CanCapture && isCapturing(T.Stream, T.PerThread);
}

void countTransfer(const Transfer &T, bool Recorded, CUresult Answer) noexcept {
  Thread *Own = currentThread();
  if (!Own)
    return;
  TransferCounts &C =
      T.What == Transfer::Copy ? Own->Counts.Copies : Own->Counts.Fills;
  if (Recorded && Answer == CUDA_SUCCESS)
    return add(C.Captured, T.Count);
  add(C.Seen, T.Count);
  if (Answer == CUDA_SUCCESS)
    add(C.Bytes, T.Bytes);
  else
    add(C.Failed, T.Count);
}

} // namespace reprise::cuda
