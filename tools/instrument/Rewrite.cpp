//===- Rewrite.cpp - Twins for the kernels of a file ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite.h"
#include "Assemble.h"
#include "Container.h"
#include "Cubin.h"
#include "Fatbin.h"
#include "FatbinParts.h"
#include "HostElf.h"
#include "Json.h"
#include "PtxText.h"
#include "TwinDocument.h"
#include "ptx/AnalyzePtx.h"
#include "ptx/InstrumentPtx.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace reprise {

namespace {

/// Of GPUs.
constexpr unsigned Architectures[] = {50, 52,  53,  60,  61,  62, 70,
                                      72, 75,  80,  86,  87,  88, 89,
                                      90, 100, 103, 110, 120, 121};

Error refuse(const Twine &Why) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           Why);
}

/// An entry of a fatbin on its way to the new one.
struct NewEntry {
  Image Where;
  std::string Bytes;
  bool Twins = false;
  // Of PTX that has twins.
  std::string Text;
  StringRef Options;
  StringSet<> Kernels;
};

class Rewriter {
public:
  Rewriter(const RewriteOptions &Options, std::string Name)
      : Options(Options), Name(std::move(Name)) {}

  /// The text with twins; empty if no kernel got one.
  std::string text(StringRef Text, const Image &Where);
  /// Bytes with the fatbins in it that Wanted accepts made anew.
  Expected<std::string> fatbins(StringRef Bytes, const Image &Place,
                                function_ref<bool(uint64_t Offset)> IsFound,
                                std::map<uint64_t, uint64_t> &Moved);
  void tellUse(ArrayRef<NewEntry> Entries, const std::string &Path);

  Rewritten R;

private:
  Expected<std::string> fatbin(const FatbinParts &Old);
  NewEntry rewrite(const FatbinEntry &E);
  Error assembleFor(Arch Target, std::vector<NewEntry> &Entries);
  bool standsFor(const NewEntry &Ptx, const NewEntry &Cubin);

  const RewriteOptions &Options;
  std::string Name;
};

} // namespace

//===----------------------------------------------------------------------===//
// PTX
//===----------------------------------------------------------------------===//

std::string Rewriter::text(StringRef Text, const Image &Where) {
  std::string Path = Where.path();
  PtxTwins T = addPtxTwins(Text, Path.empty() ? Name : Name + " " + Path,
                           Options.Plan, Options.Wanted);
  for (std::string &P : T.Problems)
    R.Problems.push_back({Path, std::move(P)});
  if (Options.Summaries && !T.Added.empty()) {
    StringSet<> Kernels;
    for (const Twin &K : T.Twins)
      if (K.Plan.Refusal.empty())
        Kernels.insert(K.Plan.Kernel);
    AnalyzerOptions Analysis = *Options.Summaries;
    Analysis.Filter = [&](const std::string &K) {
      return Kernels.count(K) > 0;
    };
    T.Added +=
        embeddedPtx(SummaryPrefix, writeJson(analyzePtx(Text, Path, Analysis)));
  }
  if (!T.Twins.empty())
    R.Images.push_back({Path, Where.Target, std::move(T.Twins)});
  return T.Added.empty() ? "" : (Text + T.Added).str();
}

//===----------------------------------------------------------------------===//
// Fatbins
//===----------------------------------------------------------------------===//

NewEntry Rewriter::rewrite(const FatbinEntry &E) {
  NewEntry New;
  New.Where = E.Where;
  New.Bytes = (E.Header + E.Payload).str();
  if (E.Where.Kind != ImageKind::Ptx)
    return New;
  auto Loaded = load(E.Where);
  if (!Loaded) {
    R.Problems.push_back({E.Where.path(), toString(Loaded.takeError())});
    return New;
  }
  Loaded->trimPadding();
  New.Text = text(Loaded->get(), E.Where);
  if (New.Text.empty())
    return New;
  New.Twins = true;
  New.Options = E.options();
  forEachPtxEntry(New.Text, [&](StringRef K) { New.Kernels.insert(K); });
  New.Bytes = withText(E, New.Text);
  return New;
}

/// Ptx has all kernels of the machine code and runs where it does.
bool Rewriter::standsFor(const NewEntry &Ptx, const NewEntry &Cubin) {
  if (!Ptx.Twins || !runsOn(Ptx.Where, Cubin.Where.Target))
    return false;
  auto Loaded = load(Cubin.Where);
  if (!Loaded) {
    consumeError(Loaded.takeError());
    return false;
  }
  auto Kernels = readCubin(Loaded->get());
  if (!Kernels) {
    consumeError(Kernels.takeError());
    return false;
  }
  return all_of(*Kernels, [&](const CubinKernel &K) {
    return Ptx.Kernels.count(K.Name) > 0;
  });
}

/// Machine code for Target of the newest PTX with twins that it runs.
Error Rewriter::assembleFor(Arch Target, std::vector<NewEntry> &Entries) {
  const NewEntry *From = nullptr;
  for (const NewEntry &E : Entries)
    if (E.Twins && E.Where.Kind == ImageKind::Ptx && runsOn(E.Where, Target) &&
        (!From || E.Where.Target.Sm > From->Where.Target.Sm))
      From = &E;
  if (!From)
    return Error::success(); // The list of uses says it.
  if (From->Where.Target.Variant == 'a')
    Target = From->Where.Target;
  auto Made = assemble(From->Text, Target, From->Options);
  if (!Made)
    return Made.takeError();
  auto Parts = takeApart(*Made, From->Where);
  if (!Parts || Parts->Entries.size() != 1)
    return refuse("what fatbinary made has a form that is not known");
  NewEntry New;
  New.Where = From->Where;
  New.Where.Kind = ImageKind::Cubin;
  New.Where.Target = Target;
  New.Bytes = (Parts->Entries[0].Header + Parts->Entries[0].Payload).str();
  New.Twins = true;
  for (NewEntry &E : Entries)
    if (E.Where.Kind == ImageKind::Cubin && E.Where.Target == Target) {
      if (!standsFor(*From, E))
        return refuse(E.Where.path() + ", machine code for " + Target.str() +
                      ", has kernels that the PTX beside it has not; it cannot "
                      "be replaced");
      E = std::move(New);
      return Error::success();
    }
  Entries.insert(Entries.begin(), std::move(New));
  return Error::success();
}

Expected<std::string> Rewriter::fatbin(const FatbinParts &Old) {
  std::vector<NewEntry> Entries;
  Entries.reserve(Old.Entries.size());
  for (const FatbinEntry &E : Old.Entries)
    Entries.push_back(rewrite(E));
  if (none_of(Entries, [](const NewEntry &E) { return E.Twins; }))
    return std::string();
  for (Arch Target : Options.Assemble)
    if (Error E = assembleFor(Target, Entries))
      return std::move(E);
  if (Options.DropCubins)
    erase_if(Entries, [&](const NewEntry &E) {
      return E.Where.Kind == ImageKind::Cubin && !E.Twins &&
             any_of(Entries, [&](const NewEntry &P) {
               return P.Where.Kind == ImageKind::Ptx && standsFor(P, E);
             });
    });
  Image Place = Old.Entries[0].Where;
  std::string Path = Place.path();
  tellUse(Entries, Path.substr(0, Path.rfind('/')));
  std::vector<std::string> Bytes;
  Bytes.reserve(Entries.size());
  for (NewEntry &E : Entries)
    Bytes.push_back(std::move(E.Bytes));
  return putTogether(Old.Header, Bytes);
}

Expected<std::string>
Rewriter::fatbins(StringRef Bytes, const Image &Where,
                  function_ref<bool(uint64_t Offset)> IsFound,
                  std::map<uint64_t, uint64_t> &Moved) {
  constexpr size_t Alignment = 8;
  std::string New;
  Image Place = Where;
  Place.InFatbin = true;
  for (size_t At = 0; At < Bytes.size();) {
    StringRef Rest = Bytes.substr(At);
    if (!isFatbin(Rest)) {
      New += Rest.take_front(Alignment);
      At += Alignment;
      continue;
    }
    Moved[At] = New.size();
    auto Old = takeApart(Rest, Place);
    if (!Old) {
      R.Problems.push_back(
          {Place.path(), "this fatbin is broken; it stays as it is"});
      New += Rest.take_front(Alignment);
      At += Alignment;
      ++Place.Fatbin;
      continue;
    }
    std::string Changed;
    if (any_of(Old->Entries, [](const FatbinEntry &E) {
          return E.Where.Kind == ImageKind::Ptx;
        })) {
      if (IsFound(At)) {
        auto Made = fatbin(*Old);
        if (!Made)
          return Made.takeError();
        Changed = std::move(*Made);
      } else {
        R.Problems.push_back({Place.path(), "no record leads to this fatbin; "
                                            "it stays as it is"});
      }
    }
    New += Changed.empty() ? Rest.take_front(Old->Size).str() : Changed;
    // Each begins at a multiple of eight.
    At = alignTo(At + Old->Size, Alignment);
    New.resize(alignTo(New.size(), Alignment));
    ++Place.Fatbin;
  }
  return New;
}

/// As a driver chooses: the best machine code, else the best PTX.
void Rewriter::tellUse(ArrayRef<NewEntry> Entries, const std::string &Path) {
  for (unsigned Sm : Architectures) {
    const NewEntry *Best = nullptr;
    for (ImageKind Kind : {ImageKind::Cubin, ImageKind::Ptx}) {
      if (Best)
        break;
      for (const NewEntry &E : Entries)
        if (E.Where.Kind == Kind && runsOn(E.Where, {Sm, 0}) &&
            (!Best || E.Where.Target.Sm > Best->Where.Target.Sm))
          Best = &E;
    }
    if (!Best)
      continue;
    std::string Image = kindName(Best->Where) + " " + Best->Where.Target.str();
    auto It = find_if(R.Uses, [&](const ImageUse &U) {
      return U.Fatbin == Path && U.Image == Image && U.Twins == Best->Twins;
    });
    if (It == R.Uses.end())
      It = R.Uses.insert(It, {Path, {}, Image, Best->Twins});
    It->On.push_back({Sm, 0});
  }
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

Expected<Rewritten> rewriteFile(MemoryBufferRef File,
                                const RewriteOptions &Options) {
  StringRef Bytes = File.getBuffer();
  std::string Name = File.getBufferIdentifier().str();
  Rewriter Work(Options, Name);
  if (isPtxText(Bytes)) {
    if (!Options.Assemble.empty() || Options.DropCubins)
      return refuse(Name + " is PTX; --arch and --drop-cubins are for files "
                           "that hold machine code too");
    Image Where;
    Where.Kind = ImageKind::Ptx;
    Where.Target = readPtxHeader(Bytes).Target;
    Work.R.Bytes = Work.text(Bytes.rtrim('\0'), Where);
    return std::move(Work.R);
  }
  std::map<uint64_t, uint64_t> Moved;
  auto HasTwins = [&] { return !Work.R.Uses.empty(); };
  if (isFatbin(Bytes)) {
    auto New =
        Work.fatbins(Bytes, Image(), [](uint64_t) { return true; }, Moved);
    if (!New)
      return New.takeError();
    if (HasTwins())
      Work.R.Bytes = std::move(*New);
    return std::move(Work.R);
  }
  switch (identify_magic(Bytes)) {
  case file_magic::archive:
    return refuse(Name + " is an archive; take its members out and instrument "
                         "those");
  case file_magic::elf:
  case file_magic::elf_relocatable:
  case file_magic::elf_executable:
  case file_magic::elf_shared_object:
    break;
  default:
    return refuse(Name + " holds no device code that is understood; twins are "
                         "made of PTX, on its own or in fatbins, executables, "
                         "libraries and objects");
  }
  if (Bytes.size() > sizeof(ELF::Elf64_Ehdr) &&
      support::endian::read16le(
          Bytes.data() + offsetof(ELF::Elf64_Ehdr, e_machine)) == ELF::EM_CUDA)
    return refuse(Name + " is machine code alone; twins are made of PTX");
  auto Elf = HostElf::open(Bytes);
  if (!Elf)
    return refuse(Name + ": " + toString(Elf.takeError()));
  Image Place;
  Place.Section = ".nv_fatbin";
  auto New = Work.fatbins(
      Elf->fatbins(), Place, [&](uint64_t At) { return Elf->isFound(At); },
      Moved);
  if (!New)
    return New.takeError();
  if (!HasTwins())
    return std::move(Work.R);
  auto Whole = Elf->withFatbins(*New, Moved);
  if (!Whole)
    return refuse(Name + ": " + toString(Whole.takeError()));
  Work.R.Bytes = std::move(*Whole);
  return std::move(Work.R);
}

} // namespace reprise
