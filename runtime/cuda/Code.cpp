//===- Code.cpp - Device code that the program loaded -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Code.h"
#include "Driver.h"
#include "Elf.h"
#include "EmbeddedText.h"
#include "Fatbin.h"
#include "ForkLocks.h"
#include "Settings.h"
#include "Summaries.h"
#include "Unpack.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <link.h>

namespace reprise::cuda {

namespace {

constexpr uint32_t WrapperMagic = 0x466243B1;
constexpr uint32_t FatbinMagic = 0xBA55ED50;

/// What nvcc puts into .nvFatBinSegment, and cudart passes on.
struct Wrapper {
  uint32_t Magic, Version;
  const void *Data;
  const void *const *Prelinked; ///< Version 2: fatbins, a null at the end.
};

/// Bytes of the code at \p Start; empty when it is of no known kind.
std::string_view extent(const char *Start) {
  uint32_t Magic = read32le(Start);
  if (Magic == FatbinMagic)
    return {Start, read16le(Start + 6) + read64le(Start + 8)};
  if (std::memcmp(Start, "\177ELF", 4) == 0)
    return {Start, elfSize(Start)};
  // Text up to its terminator, which the driver needs as well.
  if (Start[0] > 0)
    return {Start, std::strlen(Start)};
  return {};
}

/// Does \p Start lie in memory that a loaded file cannot write? It stays as it
/// is until the file is closed, and who closes it has unloaded the code first.
bool isMapped(const void *Start) {
  struct Search {
    uint64_t Address;
    bool Found;
  } S{reinterpret_cast<uint64_t>(Start), false};
  // The C library does not free the loader's lock in a forked child.
  std::lock_guard Guard(forkLock(Guarded::Loader));
  dl_iterate_phdr(
      [](dl_phdr_info *File, size_t, void *Data) {
        auto &Wanted = *static_cast<Search *>(Data);
        for (unsigned I = 0; I < File->dlpi_phnum; ++I) {
          const ElfW(Phdr) &P = File->dlpi_phdr[I];
          if (P.p_type == PT_LOAD && !(P.p_flags & PF_W) &&
              Wanted.Address - (File->dlpi_addr + P.p_vaddr) < P.p_memsz)
            Wanted.Found = true;
        }
        return 0;
      },
      &S);
  return S.Found;
}

class Gather : public ImageVisitor {
public:
  void image(const Image &I) override { Images.push_back(I); }
  void problem(const Problem &) override {}
  std::vector<Image> Images;
};

/// The architecture that PTX names: `.target sm_90a, texmode_independent`.
Arch ptxTarget(std::string_view Text) {
  Arch A;
  size_t At = Text.find(".target");
  if (At == Text.npos)
    return A;
  At = Text.find("sm_", At);
  if (At == Text.npos)
    return A;
  for (At += 3; At < Text.size() && Text[At] >= '0' && Text[At] <= '9'; ++At)
    A.Sm = A.Sm * 10 + static_cast<unsigned>(Text[At] - '0');
  if (At < Text.size() && (Text[At] == 'a' || Text[At] == 'f'))
    A.Variant = Text[At];
  return A;
}

/// The driver's order: the highest architecture, then the narrower one.
auto rank(const Image &I) {
  int Narrow = I.Target.Variant == 'a' ? 2 : I.Target.Variant == 'f' ? 1 : 0;
  return std::tuple(I.Target.Sm, Narrow);
}

bool isSet(const char *Variable) {
  const char *Value = std::getenv(Variable);
  return Value && std::strcmp(Value, "1") == 0;
}

} // namespace

const std::vector<Arch> &deviceTargets() {
  static const std::vector<Arch> *const All = [] {
    auto *Targets = new std::vector<Arch>;
    int Count = 0;
    const Api &D = api();
    if (!D.DeviceGetCount || !D.DeviceGet || !D.DeviceGetAttribute ||
        D.DeviceGetCount(&Count) != CUDA_SUCCESS)
      return Targets;
    for (int I = 0; I < Count; ++I) {
      CUdevice Device;
      int Major = 0, Minor = 0;
      if (D.DeviceGet(&Device, I) != CUDA_SUCCESS ||
          D.DeviceGetAttribute(&Major,
                               CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR,
                               Device) != CUDA_SUCCESS ||
          D.DeviceGetAttribute(&Minor,
                               CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR,
                               Device) != CUDA_SUCCESS)
        continue;
      Arch A;
      A.Sm = static_cast<unsigned>(Major * 10 + Minor);
      if (std::find(Targets->begin(), Targets->end(), A) == Targets->end())
        Targets->push_back(A);
    }
    return Targets;
  }();
  return *All;
}

void Code::add(std::string_view Bytes, bool MustCopy) {
  std::vector<Image> Images;
  if (isFatbin(Bytes)) {
    Gather G;
    visitFatbins(Bytes, Image(), G);
    Images = std::move(G.Images);
  } else if (!Bytes.empty()) {
    Image I;
    I.Kind =
        Bytes.substr(0, 4) == "\177ELF" ? ImageKind::Cubin : ImageKind::Ptx;
    if (I.Kind == ImageKind::Ptx)
      I.Target = ptxTarget(Bytes);
    I.Stored = Bytes;
    I.StoredSize = I.Size = Bytes.size();
    Images.push_back(I);
  }
  for (Image &I : Images) {
    if (I.Kind != ImageKind::Ptx && I.Kind != ImageKind::Cubin)
      continue;
    Part P;
    if (MustCopy) {
      P.Copy = std::make_shared<std::string>(I.Stored);
      I.Stored = *P.Copy;
    }
    I.Name = {}; // It points into what may go.
    P.Where = std::move(I);
    Parts.push_back(std::move(P));
  }
}

std::shared_ptr<Code> Code::fromMemory(const void *Start) {
  auto C = std::make_shared<Code>();
  if (!Start)
    return C;
  const auto *Bytes = static_cast<const char *>(Start);
  if (read32le(Bytes) == WrapperMagic) {
    Wrapper W;
    std::memcpy(&W, Start, sizeof W);
    if (W.Data)
      C->add(extent(static_cast<const char *>(W.Data)), !isMapped(W.Data));
    if (W.Version == 2)
      for (const void *const *Each = W.Prelinked; Each && *Each; ++Each) {
        auto Input = std::make_shared<Code>();
        Input->add(extent(static_cast<const char *>(*Each)), !isMapped(*Each));
        C->Inputs.push_back(std::move(Input));
      }
    return C;
  }
  C->add(extent(Bytes), !isMapped(Start));
  return C;
}

std::shared_ptr<Code> Code::fromBytes(std::string_view Bytes) {
  auto C = std::make_shared<Code>();
  if (isFatbin(Bytes) || Bytes.substr(0, 4) == "\177ELF" ||
      (!Bytes.empty() && Bytes[0] > 0))
    C->add(Bytes.substr(0, Bytes.find_last_not_of('\0') + 1),
           /*MustCopy=*/true);
  return C;
}

std::shared_ptr<Code> Code::fromFile(const char *Path) {
  std::ifstream File(Path ? Path : "", std::ios::binary);
  std::string Bytes((std::istreambuf_iterator<char>(File)),
                    std::istreambuf_iterator<char>());
  return fromBytes(Bytes);
}

std::shared_ptr<Code> Code::linked(std::vector<std::shared_ptr<Code>> Inputs) {
  auto C = std::make_shared<Code>();
  C->Inputs = std::move(Inputs);
  return C;
}

/// What the driver may load on Target: one image, or several of one
/// architecture that differ in their variant.
std::vector<Code::Part *> Code::chosen(Arch Target) {
  std::vector<Part *> Best;
  auto Consider = [&](ImageKind Kind) {
    for (Part &P : Parts) {
      if (P.Where.Kind != Kind || !runsOn(P.Where, Target))
        continue;
      if (!Best.empty() && Best[0]->Where.Target.Sm > P.Where.Target.Sm)
        continue;
      if (!Best.empty() && Best[0]->Where.Target.Sm < P.Where.Target.Sm)
        Best.clear();
      Best.push_back(&P);
    }
  };
  if (!isSet("CUDA_FORCE_PTX_JIT"))
    Consider(ImageKind::Cubin);
  if (Best.empty())
    Consider(ImageKind::Ptx);
  return Best;
}

/// The PTX that machine code was made of, or null.
Code::Part *Code::ptxFor(Part &Chosen) {
  if (Chosen.Where.Kind == ImageKind::Ptx)
    return &Chosen;
  Part *Other = nullptr;
  for (Part &P : Parts) {
    if (P.Where.Kind != ImageKind::Ptx)
      continue;
    if (P.Where.Target == Chosen.Where.Target)
      return &P;
    if (!Other || rank(P.Where) > rank(Other->Where))
      Other = &P;
  }
  return settings().OtherArchitectures ? Other : nullptr;
}

bool Code::embedded(Part &P, const std::string &Name, Answer &A) {
  ImageBytes Bytes{std::string_view()};
  std::string Error;
  if (!P.Searched) {
    P.Searched = true;
    std::vector<std::string> Texts;
    if (unpack(P.Where, Bytes, Error))
      appendEmbeddedTexts(P.Where.Kind, Bytes.get(), Texts, Error);
    for (const std::string &Text : Texts) {
      reprise_db *Db = nullptr;
      if (reprise_db_load(Text.data(), Text.size(), &Db, nullptr, 0) ==
          REPRISE_OK)
        P.Own.push_back(Db);
    }
  }
  for (reprise_db *Db : P.Own)
    if (const reprise_kernel *K = reprise_db_find(Db, Name.c_str())) {
      // Two that differ: nobody can say which of them is the kernel's.
      if (A.Kernel)
        return A.Kernel = nullptr, false;
      A.Kernel = K;
    }
  return A.Kernel != nullptr;
}

Code::Answer Code::ask(Part &Chosen, const std::string &Name) {
  Answer A;
  if (embedded(Chosen, Name, A)) {
    A.Image = "embedded";
    return A;
  }
  Part *Ptx = ptxFor(Chosen);
  if (!Ptx) {
    A.Why = outcomeOf(REPRISE_REASON_NO_PTX);
    A.Detail = "machine code";
    if (Chosen.Where.Target.Sm)
      A.Detail += " for " + Chosen.Where.Target.str();
    for (const Part &P : Parts)
      if (P.Where.Kind == ImageKind::Ptx) {
        A.Detail += ", PTX for " + P.Where.Target.str() + " only";
        break;
      }
    return A;
  }
  ImageBytes Bytes{std::string_view()};
  std::string Error;
  if (Ptx->Hash.empty()) {
    if (!unpack(Ptx->Where, Bytes, Error)) {
      A.Why = outcomeOf(REPRISE_REASON_NO_PTX);
      A.Detail = Error;
      return A;
    }
    Ptx->Hash = contentHash(Bytes.get());
  }
  A.Image = Ptx->Hash;
  A.Kernel = findSummary(Ptx->Hash, Name);
  if (!A.Kernel) {
    A.Why = Outcome::NotAudited;
    if (wantsImage(Ptx->Hash)) {
      if (Bytes.get().empty() && !unpack(Ptx->Where, Bytes, Error))
        return A;
      offerImage(Ptx->Hash, Bytes.get());
    }
  }
  return A;
}

Code::Answer Code::find(const std::string &Name,
                        const std::vector<Arch> &Targets) {
  // One lock for all code: kernels are bound once.
  std::lock_guard Guard(forkLock(Guarded::Code));
  return search(Name, Targets);
}

Code::Answer Code::search(const std::string &Name,
                          const std::vector<Arch> &Targets) {
  Answer Result;
  bool First = true, Differ = false;
  auto Combine = [&](Answer Own) {
    Differ |= !First && Own.Kernel != Result.Kernel;
    if (First || !Own.Kernel)
      Result = std::move(Own);
    First = false;
  };
  for (Arch Target : Targets.empty() ? std::vector<Arch>{Arch()} : Targets) {
    std::vector<Part *> May = chosen(Target);
    for (Part *Each : May)
      Combine(ask(*Each, Name));
    if (May.empty() && !Parts.empty()) {
      Answer None;
      None.Why = outcomeOf(REPRISE_REASON_NO_PTX);
      None.Detail = "no image runs on " + Target.str();
      Combine(std::move(None));
    }
  }
  if (Differ && Result.Kernel) {
    Result = {};
    Result.Detail = "the driver may load images that differ";
    return Result;
  }
  if (Result.Kernel || Inputs.empty())
    return Result;
  // The linker puts the inputs' kernels together as they are. One that two
  // inputs have is a mistake that the linker refuses.
  for (const std::shared_ptr<Code> &Input : Inputs) {
    Answer Own = Input->search(Name, Targets);
    if (Own.Kernel)
      return Own;
    if (Result.Why != Outcome::NotAudited && Own.Why == Outcome::NotAudited)
      Result = Own;
  }
  return Result;
}

} // namespace reprise::cuda
