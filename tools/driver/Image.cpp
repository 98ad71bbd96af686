//===- Image.cpp - Which PTX a program gets -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fatbin.h"
#include "ImageChoice.h"
#include "Module.h"
#include "ptx/Parser.h"

#include "llvm/Support/Endian.h"

#include <cstring>

using llvm::StringRef;

namespace reprise::driver {

namespace {

class Collector : public ImageVisitor {
public:
  void image(const Image &I) override { Images.push_back(I); }
  void problem(const Problem &P) override {
    if (First.empty())
      First = P.What;
  }
  std::vector<Image> Images;
  std::string First;
};

/// What the compiler puts into .nvFatBinSegment.
struct Wrapper {
  uint32_t Magic, Version;
  const void *Data;
  const void *Other;
};

} // namespace

static constexpr uint32_t WrapperMagic = 0x466243B1, FatbinMagic = 0xBA55ED50;

ChosenImage choosePtx(StringRef Bytes, const std::string &Name, Arch Target) {
  if (ptx::looksLikePtx(Bytes))
    return {CUDA_SUCCESS, Bytes.rtrim('\0').str()};
  Collector All;
  if (llvm::Error E = visitImages(llvm::MemoryBufferRef(Bytes, Name), All)) {
    Driver::say(Name + ": " + llvm::toString(std::move(E)));
    return {CUDA_ERROR_INVALID_IMAGE, {}};
  }
  bool HasPtx = false, HasCode = false;
  std::string Listed;
  for (size_t Index : orderImages(All.Images)) {
    const Image &I = All.Images[Index];
    Listed += (Listed.empty() ? "" : ", ") + kindName(I) + " " + I.Target.str();
    if (I.Kind != ImageKind::Ptx) {
      HasCode = true;
      continue;
    }
    HasPtx = true;
    if (!runsOn(I, Target))
      continue;
    auto Loaded = load(I);
    if (!Loaded) {
      Driver::say(Name + ": " + llvm::toString(Loaded.takeError()));
      return {CUDA_ERROR_INVALID_IMAGE, {}};
    }
    Loaded->trimPadding();
    return {CUDA_SUCCESS, std::string(Loaded->get())};
  }
  if (!HasPtx && !HasCode) {
    Driver::say(Name + ": " +
                (All.First.empty() ? "holds no device code" : All.First));
    return {CUDA_ERROR_INVALID_IMAGE, {}};
  }
  Driver::sayOnce(Name + Listed,
                  Name + " has no PTX that sm_" + std::to_string(Target.Sm) +
                      " can run, only " + Listed +
                      "; machine code is not executed: compile with PTX (nvcc "
                      "-arch=sm_" +
                      std::to_string(Target.Sm) +
                      "), or set REPRISE_EMULATOR_ARCH");
  return {CUDA_ERROR_NO_BINARY_FOR_GPU, {}};
}

ChosenImage choosePtx(const void *Given, Arch Target) {
  const auto *Bytes = static_cast<const char *>(Given);
  uint32_t Magic = 0;
  // Text may be shorter.
  for (size_t I = 0; I < sizeof Magic && Bytes[I]; ++I)
    Magic |= uint32_t(static_cast<uint8_t>(Bytes[I])) << (8 * I);
  if (Magic == WrapperMagic) {
    Wrapper W;
    std::memcpy(&W, Given, sizeof W);
    Bytes = static_cast<const char *>(W.Data);
    Magic = llvm::support::endian::read32le(Bytes);
  }
  if (Magic == FatbinMagic) {
    uint64_t Header = llvm::support::endian::read16le(Bytes + 6);
    uint64_t Size = llvm::support::endian::read64le(Bytes + 8);
    return choosePtx(StringRef(Bytes, Header + Size), "a fatbin", Target);
  }
  if (StringRef(Bytes, 4) == "\177ELF") {
    Driver::sayOnce("a cubin", "a cubin was loaded; machine code is not "
                               "executed, hand in PTX or a fatbin that has it");
    return {CUDA_ERROR_NO_BINARY_FOR_GPU, {}};
  }
  StringRef Text(Bytes);
  if (!ptx::looksLikePtx(Text)) {
    Driver::say("what was loaded is neither PTX nor a fatbin");
    return {CUDA_ERROR_INVALID_IMAGE, {}};
  }
  return {CUDA_SUCCESS, Text.str()};
}

} // namespace reprise::driver
