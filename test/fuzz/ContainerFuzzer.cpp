//===- ContainerFuzzer.cpp - Any bytes as a container of device images ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Enumerates, unpacks and looks into every image that the input has. Holds: no
// crash, no memory beyond the limit given to load(), images lie in the input.
//
//===----------------------------------------------------------------------===//

#include "Cubin.h"
#include "Embedded.h"
#include "ImageChoice.h"
#include "PtxText.h"

#include <cstdlib>

using namespace llvm;
using namespace reprise;

namespace {

constexpr uint64_t Limit = 1 << 20;

void demand(bool Condition) {
  if (!Condition)
    std::abort();
}

class Reader : public ImageVisitor {
public:
  explicit Reader(StringRef Bytes) : Input(Bytes) {}

  void image(const Image &I) override {
    demand(I.Stored.empty() || (I.Stored.begin() >= Input.begin() &&
                                I.Stored.end() <= Input.end()));
    demand(I.Stored.size() == I.StoredSize);
    Images.push_back(I);
    auto Bytes = load(I, Limit);
    if (!Bytes)
      return consumeError(Bytes.takeError());
    demand(I.Pack == Packing::None || Bytes->get().size() <= Limit);
    if (I.Kind == ImageKind::Ptx)
      forEachPtxEntry(Bytes->get(), [](StringRef) {});
    auto Kernels = readCubin(Bytes->get());
    if (Kernels)
      for (const CubinKernel &K : *Kernels)
        demand(K.Params || !K.Problem.empty());
    consumeError(Kernels.takeError());
    std::vector<std::string> Texts;
    consumeError(appendEmbedded(I.Kind, Bytes->get(), Texts));
  }
  void problem(const Problem &P) override { demand(!P.What.empty()); }

  std::vector<Image> Images;

private:
  StringRef Input;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  Reader R(Bytes);
  consumeError(visitImages(MemoryBufferRef(Bytes, "input"), R));
  demand(orderImages(R.Images).size() <= R.Images.size());
  return 0;
}
