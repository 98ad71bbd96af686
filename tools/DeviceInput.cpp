//===- DeviceInput.cpp - A file's kernels with the code to run them -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceInput.h"
#include "Container.h"
#include "Json.h"
#include "ptx/Lift.h"
#include "ptx/Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <unordered_set>

using namespace llvm;

namespace reprise {

template <typename... Parts> static Error failure(const Parts &...P) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           (Twine("") + ... + P));
}

Expected<std::unique_ptr<DeviceInput>>
DeviceInput::open(const std::string &Path, const std::string &Name,
                  InputOptions Options, bool WithCode) {
  std::unique_ptr<DeviceInput> Result(new DeviceInput);
  DeviceInput &D = *Result;
  D.Path = Path;
  if (WithCode)
    Options.OnModule = [&D](const llvm::Module &M) {
      auto P = emulator::Program::load(M);
      if (P)
        D.Programs[0] = std::move(*P);
      else
        D.Refusal = toString(P.takeError());
    };
  auto Input = Name.empty() ? loadInput(Path, Options)
                            : loadMatching(Path, Name, Options);
  if (!Input)
    return Input.takeError();
  D.Input = std::move(*Input);
  D.HasImages = !D.Input.Report.Images.empty();
  concatenate(D.Distinct, D.Input.Kernels);
  return Result;
}

Expected<DeviceInput::Found> DeviceInput::find(const std::string &Name) const {
  auto K = findKernel(Distinct, Name);
  if (!K)
    return K.takeError();
  const std::vector<Kernel> &All = Input.Kernels.Kernels;
  auto It = llvm::find_if(
      All, [&](const Kernel &Each) { return Each.Name == (*K)->Name; });
  return Found{*K, static_cast<size_t>(It - All.begin())};
}

namespace {

class Hasher : public ImageVisitor {
public:
  void image(const Image &I) override {
    auto Bytes = load(I);
    // What cannot be unpacked is in the list of problems already.
    Hashes.push_back(Bytes ? contentHash(Bytes->get()) : "");
    if (!Bytes)
      consumeError(Bytes.takeError());
  }
  void problem(const Problem &) override {}
  std::vector<std::string> Hashes;
};

/// Copies the text of one PTX image.
class Finder : public ImageVisitor {
public:
  explicit Finder(size_t Wanted) : Number(Wanted) {}
  void image(const Image &I) override {
    if (Next++ != Number || I.Kind != ImageKind::Ptx)
      return;
    auto Bytes = load(I);
    if (Bytes)
      Text = std::string(Bytes->get());
    else
      consumeError(Bytes.takeError());
  }
  void problem(const Problem &) override {}
  std::string Text;

private:
  size_t Number, Next = 0;
};

} // namespace

Error DeviceInput::hashImages() {
  if (!Hashes.empty())
    return Error::success();
  auto File = openInput(Path);
  if (!File)
    return File.takeError();
  Hasher H;
  if (Error E = visitImages((*File)->getMemBufferRef(), H))
    return E;
  Hashes = std::move(H.Hashes);
  return Error::success();
}

bool DeviceInput::isIn(size_t Kernel, const std::string &Hash) const {
  const Origin &From = Input.Report.Origins[Kernel];
  auto Has = [&](size_t Image) {
    return Image < Hashes.size() && Hashes[Image] == Hash;
  };
  return Has(From.Image) || any_of(From.Others, Has);
}

Expected<DeviceInput::Found> DeviceInput::find(const LaunchRecord &L) {
  const std::vector<Kernel> &All = Input.Kernels.Kernels;
  std::vector<size_t> Candidates;
  for (size_t I = 0; I < All.size(); ++I)
    if (All[I].Name == L.Kernel)
      Candidates.push_back(I);
  if (Candidates.empty())
    return failure("there is no kernel '", L.Kernel, "' in the input");
  if (HasImages && !L.Image.empty()) {
    if (Error E = hashImages())
      return std::move(E);
    erase_if(Candidates, [&](size_t I) { return !isIn(I, L.Image); });
    if (Candidates.empty())
      return failure("the input has the kernel, but not in an image with the "
                     "hash ",
                     StringRef(L.Image).take_front(12), "...");
  }
  for (size_t I : Candidates)
    if (!(All[I] == All[Candidates.front()]))
      return failure("the input has several kernels of this name that differ; "
                     "the record does not tell which one ran");
  return Found{&All[Candidates.front()], Candidates.front()};
}

Expected<emulator::Program *> DeviceInput::program(size_t Index) {
  if (!Refusal.empty())
    return failure(Refusal);
  size_t Number = HasImages ? Input.Report.Origins[Index].Image : 0;
  std::unique_ptr<emulator::Program> &P = Programs[Number];
  if (P)
    return P.get();
  if (!HasImages)
    return failure("a summary holds no code; name the program itself");
  auto File = openInput(Path);
  if (!File)
    return File.takeError();
  Finder F(Number);
  if (Error E = visitImages((*File)->getMemBufferRef(), F))
    return std::move(E);
  if (F.Text.empty())
    return failure("image ", Twine(Number), " (",
                   Input.Report.Images[Number].label(),
                   ") holds no PTX for it, and machine code is not executed");
  std::unordered_set<std::string> Wanted;
  for (size_t I = 0; I < Input.Kernels.Kernels.size(); ++I)
    if (Input.Report.Origins[I].Image == Number)
      Wanted.insert(Input.Kernels.Kernels[I].Name);
  ptx::Module Syntax = ptx::parse(F.Text);
  LLVMContext Context;
  auto M = ptx::lift(Syntax, Path, Context, [&](const std::string &Name) {
    return Wanted.count(Name) > 0;
  });
  auto Loaded = emulator::Program::load(*M, {.FromPtx = true});
  if (!Loaded)
    return Loaded.takeError();
  P = std::move(*Loaded);
  return P.get();
}

} // namespace reprise
