//===- GridTrace.cpp - Sets of bytes of a run -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grid.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace reprise::emulator {

static void extend(std::vector<Range> &To, uint64_t Begin, uint64_t End) {
  if (!To.empty() && To.back().End == Begin)
    To.back().End = End;
  else
    To.push_back({Begin, End});
}

void Grid::collectTrace() {
  Trace &T = Out.Trace;
  constexpr uint8_t Clobbers = ShadowLiveIn | ShadowWritten | ShadowPlain;
  for (const Region &R : Mem.regions()) {
    if (!R.Infos)
      continue;
    const uint8_t *S = R.shadow(R.Begin);
    uint64_t Size = R.End - R.Begin;
    for (uint64_t From = 0; From < Size;) {
      uint64_t To = From + 1;
      while (To < Size && S[To] == S[From])
        ++To;
      uint64_t B = R.Begin + From, E = R.Begin + To;
      uint8_t Bits = S[From];
      if (Bits & ShadowRead)
        extend(T.Read, B, E);
      if (Bits & ShadowWritten)
        extend(T.Written, B, E);
      if (Bits & ShadowAtomic)
        extend(T.Atomic, B, E);
      if (Bits & ShadowLiveIn)
        extend(T.LiveIn, B, E);
      if (Bits & ShadowLiveInHere)
        extend(T.LiveInHere, B, E);
      if ((Bits & Clobbers) == Clobbers) {
        extend(T.Clobbered, B, E);
        if (!T.First) {
          const ByteInfo &Info = R.Infos[From];
          T.First = Clobber{B, placeOf(Info.Reader, Info.ReaderSite),
                            placeOf(Info.Writer.Thread, Info.WriterSite)};
        }
      }
      From = To;
    }
  }
}

/// Sorted ranges that do not touch.
static std::vector<Range> normal(std::vector<Range> In) {
  llvm::sort(In,
             [](const Range &A, const Range &B) { return A.Begin < B.Begin; });
  std::vector<Range> Result;
  for (const Range &R : In) {
    if (!Result.empty() && R.Begin <= Result.back().End)
      Result.back().End = std::max(Result.back().End, R.End);
    else
      Result.push_back(R);
  }
  return Result;
}

void Grid::collectThreads() {
  llvm::sort(Events, [](const Event &A, const Event &B) {
    return A.Thread < B.Thread;
  });
  for (size_t I = 0; I < Events.size();) {
    ThreadTrace T;
    uint32_t Thread = Events[I].Thread;
    T.Block = blockIndex(Thread / BlockThreads);
    T.Thread = threadIndex(Thread % BlockThreads);
    for (; I < Events.size() && Events[I].Thread == Thread; ++I) {
      const Event &E = Events[I];
      Range R{E.Address, E.Address + E.Bytes};
      if (E.Kind != AccessKind::Write)
        T.Read.push_back(R);
      if (E.Kind != AccessKind::Read)
        T.Written.push_back(R);
      if (E.Kind == AccessKind::Atomic)
        T.Atomic.push_back(R);
      if (E.LiveIn)
        T.LiveIn.push_back(R);
    }
    for (auto *Set : {&T.Read, &T.Written, &T.Atomic, &T.LiveIn})
      *Set = normal(std::move(*Set));
    Out.Trace.Threads.push_back(std::move(T));
  }
}

} // namespace reprise::emulator
