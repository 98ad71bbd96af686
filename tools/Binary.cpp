//===- Binary.cpp - Every kernel of an executable or library --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Binary.h"
#include "Cubin.h"
#include "Embedded.h"
#include "Json.h"
#include "PtxText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Demangle/Demangle.h"

#include <map>
#include <unordered_set>

using namespace llvm;

namespace reprise {

namespace {

std::string where(const std::string &Path, const std::string &What) {
  return Path.empty() ? What : Path + ": " + What;
}

Kernel unknownKernel(std::string Name, reprise_reason Reason,
                     std::string Note) {
  Kernel K;
  K.Demangled = demangle(Name);
  K.Name = std::move(Name);
  K.Class = REPRISE_CLASS_UNKNOWN;
  K.Domains.emplace_back();
  Effect E;
  E.Reason = Reason;
  E.Domain = 0;
  E.Detail = Note;
  K.Effects.push_back(std::move(E));
  K.Notes.push_back(std::move(Note));
  return K;
}

void setLayout(Kernel &K, const CubinKernel &C) {
  if (!C.Params)
    return;
  K.ParamBytes = C.ParamBytes;
  for (const CubinParam &P : *C.Params) {
    Param Own;
    Own.Name = "arg" + std::to_string(K.Params.size());
    Own.Offset = P.Offset;
    Own.Size = P.Size;
    K.Params.push_back(std::move(Own));
  }
}

/// A kernel and where it comes from. While its PTX is analysed, K has no more
/// than a name.
struct Answer {
  Kernel K;
  Origin From;
  bool OnlyMachineCode = false;
  /// Of machine code, for PTX that was not analysed.
  std::optional<CubinKernel> Layout;
  ProofCounts Proofs;
};

/// Answers that an image gives when its analysis is done.
struct Pending {
  std::shared_ptr<PtxJob> Job;
  size_t Image = 0;  ///< In the file.
  size_t Answer = 0; ///< The first; the others follow.
};

} // namespace

class Auditor : public ImageVisitor {
public:
  Auditor(const BinaryOptions &Given, BinaryReport &Out, bool KernelsWanted)
      : Options(Given), Report(Out), Wanted(KernelsWanted) {}

  void image(const Image &I) override {
    if (!Fatbin.empty() && !I.sameFatbin(Fatbin.back()))
      flush();
    Fatbin.push_back(I);
    Notes.push_back(Report.Images.size());
    ImageNote N;
    N.Number = Report.Images.size();
    N.Path = I.path();
    N.Kind = kindName(I);
    N.Arch = I.Target.str();
    N.Name = std::string(I.Name);
    if (I.Kind == ImageKind::Ptx) {
      N.Major = I.Major;
      N.Minor = I.Minor;
    }
    N.StoredSize = I.StoredSize;
    N.Size = I.Size;
    N.Pack = I.Pack;
    N.Relocatable = I.Relocatable;
    N.Requested = isRequested(I, N.Number, Options.Request);
    Report.Images.push_back(std::move(N));
  }

  void problem(const Problem &P) override {
    Report.Problems.push_back(where(P.Where, P.What));
  }

  /// Step 2 and 3 for the images gathered so far.
  void flush() {
    ByName.clear();
    for (size_t Index : orderImages(Fatbin)) {
      ImageNote &Note = Report.Images[Notes[Index]];
      if (!Note.Requested)
        continue;
      auto Bytes = load(Fatbin[Index]);
      if (!Bytes) {
        problem({Note.Path, toString(Bytes.takeError())});
        continue;
      }
      if (Wanted)
        if (Error E = appendEmbedded(Fatbin[Index].Kind, Bytes->get(),
                                     Texts[Note.Number]))
          problem({Note.Path, toString(std::move(E))});
      size_t Before = Answers.size();
      if (Fatbin[Index].Kind == ImageKind::Ptx) {
        ptx(Fatbin[Index], Note, std::move(*Bytes));
        continue;
      }
      cubin(Note, Bytes->get());
      if (Answers.size() > Before)
        Note.Hash = contentHash(Bytes->get());
    }
    Fatbin.clear();
    Notes.clear();
  }

  /// Puts the results where they were left open.
  void collect() {
    for (Pending &P : Waiting) {
      Report.Images[P.Image].Hash = std::move(P.Job->Hash);
      for (size_t I = 0; I < P.Job->Kernels.size(); ++I) {
        Answer &A = Answers[P.Answer + I];
        if (auto Asked = P.Job->Proofs.find(A.K.Name);
            Asked != P.Job->Proofs.end())
          A.Proofs = Asked->second;
        auto It = P.Job->Answers.find(A.K.Name);
        A.K =
            It != P.Job->Answers.end()
                ? std::move(It->second)
                : unknownKernel(std::move(A.K.Name), REPRISE_REASON_UNSUPPORTED,
                                "the PTX front end left the kernel out");
        A.K.Images = {Report.Images[P.Image].Hash};
        // PTX that was not analysed says nothing of parameters.
        if (A.Layout && A.K.Params.empty() && !A.K.ParamBytes)
          setLayout(A.K, *A.Layout);
      }
    }
    Waiting.clear();
  }

  /// Machine code that the device linker made of PTX in the same file: the PTX
  /// answers for it.
  void joinLinked() {
    std::unordered_map<std::string, size_t> Relocatable;
    for (size_t I = 0; I < Answers.size(); ++I)
      if (!Answers[I].OnlyMachineCode &&
          Report.Images[Answers[I].From.Image].Relocatable)
        Relocatable.emplace(Answers[I].K.Name, I);
    if (Relocatable.empty())
      return;
    for (Answer &A : Answers) {
      if (!A.OnlyMachineCode || Report.Images[A.From.Image].Relocatable)
        continue;
      auto It = Relocatable.find(A.K.Name);
      if (It == Relocatable.end())
        continue;
      std::vector<size_t> &Others = Answers[It->second].From.Others;
      Others.push_back(A.From.Image);
      Others.insert(Others.end(), A.From.Others.begin(), A.From.Others.end());
      A.K.Name.clear();
    }
    erase_if(Answers, [](const Answer &A) { return A.K.Name.empty(); });
  }

  std::vector<Answer> Answers;
  /// Embedded summaries by the image that carries them.
  std::map<size_t, std::vector<std::string>> Texts;

private:
  /// Counts the kernel for its image. The answer that there is already, or
  /// null when this image has to give it.
  Answer *account(ImageNote &Note, const std::string &Name) {
    Note.Kernels = Note.Kernels.value_or(0) + 1;
    auto It = ByName.find(Name);
    if (It == ByName.end())
      return nullptr;
    Answers[It->second].From.Others.push_back(Note.Number);
    return &Answers[It->second];
  }

  void answer(const ImageNote &Note, Kernel K, bool OnlyMachineCode) {
    ByName.emplace(K.Name, Answers.size());
    Answers.push_back(
        {std::move(K), {Note.Number, {}, {}}, OnlyMachineCode, {}, {}});
  }

  bool isWanted(const std::string &Name) const {
    return Wanted && !Name.empty() && (!Options.Filter || Options.Filter(Name));
  }

  void ptx(const Image &I, ImageNote &Note, ImageBytes Bytes) {
    Note.Kernels = 0;
    auto Job = std::make_shared<PtxJob>(
        PtxJob{std::move(Bytes), I.path(), {}, {}, {}, {}, {}});
    std::unordered_set<std::string> Seen;
    forEachPtxEntry(Job->Bytes.get(), [&](StringRef N) {
      std::string Name = N.str();
      bool Known = account(Note, Name);
      if (!Seen.insert(Name).second)
        return; // Twice in one image: the text is not valid, once is enough.
      if (!Known && isWanted(Name))
        Job->Kernels.push_back(Name);
      Job->Entries.push_back(std::move(Name));
    });
    if (Job->Kernels.empty())
      return;
    Waiting.push_back({Job, Note.Number, Answers.size()});
    for (const std::string &Name : Job->Kernels) {
      Kernel K;
      K.Name = Name;
      answer(Note, std::move(K), /*OnlyMachineCode=*/false);
    }
    Options.StartPtx(std::move(Job));
  }

  void cubin(ImageNote &Note, StringRef Bytes) {
    auto Kernels = readCubin(Bytes);
    if (!Kernels)
      return problem({Note.Path, toString(Kernels.takeError())});
    Note.Kernels = 0;
    for (CubinKernel &C : *Kernels) {
      if (Answer *A = account(Note, C.Name)) {
        if (!A->OnlyMachineCode) {
          if (!A->Layout && C.Params && C.ParamBytes)
            A->Layout = std::move(C);
        } else if (A->K.Params.empty() && !A->K.ParamBytes) {
          setLayout(A->K, C);
        }
        continue;
      }
      if (!isWanted(C.Name))
        continue;
      Kernel K =
          unknownKernel(C.Name, REPRISE_REASON_NO_PTX, "no PTX for this image");
      setLayout(K, C);
      if (!C.Problem.empty())
        K.Notes.push_back(C.Problem);
      answer(Note, std::move(K), /*OnlyMachineCode=*/true);
    }
  }

  const BinaryOptions &Options;
  BinaryReport &Report;
  bool Wanted;
  std::vector<Image> Fatbin;
  std::vector<size_t> Notes; ///< Of Fatbin, in Report.Images.
  std::unordered_map<std::string, size_t> ByName; ///< Answers of Fatbin.
  std::vector<Pending> Waiting;
};

/// The kernels of embedded summaries. A summary speaks for the image that it
/// lies in: another one may hold other code under the same name.
class EmbeddedKernels {
public:
  Error read(const std::map<size_t, std::vector<std::string>> &Texts) {
    for (const auto &[Image, List] : Texts) {
      Module Own;
      for (const std::string &Text : List) {
        Module M;
        std::string Message;
        if (readJson(Text, M, Message) != REPRISE_OK)
          return createStringError(std::errc::illegal_byte_sequence,
                                   "embedded summary: %s", Message.c_str());
        concatenate(Own, std::move(M));
      }
      describe(Own);
      auto &Named = ByImage[Image];
      for (Kernel &K : Own.Kernels) {
        std::string Name = K.Name;
        Named.emplace(std::move(Name), std::move(K));
      }
    }
    return Error::success();
  }

  /// Replaces K by the summary in the image that answers for it. Where another
  /// image of the kernel carries a summary that differs, nobody can say which
  /// of the two will run, and K becomes unknown.
  void apply(Kernel &K, Origin &From) const {
    const Kernel *Own = find(From.Image, K.Name);
    if (!Own)
      return;
    Module All;
    All.Kernels.push_back(*Own);
    for (size_t Image : From.Others)
      if (const Kernel *Other = find(Image, K.Name)) {
        if (*Other == *Own)
          From.Agreeing.push_back(Image);
        Module One;
        One.Kernels.push_back(*Other);
        concatenate(All, std::move(One));
      }
    K = std::move(All.Kernels[0]);
  }

  Module Head; ///< What the summaries say of themselves; no kernels.

private:
  void describe(const Module &Part) {
    for (auto Field : {&Module::Producer, &Module::Source, &Module::Target})
      if (ByImage.empty())
        Head.*Field = Part.*Field;
      else if (Head.*Field != Part.*Field)
        (Head.*Field).clear(); // It describes none of the whole.
  }

  const Kernel *find(size_t Image, const std::string &Name) const {
    auto Found = ByImage.find(Image);
    if (Found == ByImage.end())
      return nullptr;
    auto It = Found->second.find(Name);
    return It == Found->second.end() ? nullptr : &It->second;
  }

  std::unordered_map<size_t, std::unordered_map<std::string, Kernel>> ByImage;
};

std::string ImageNote::label() const {
  return Arch.empty() ? Kind : Kind + " " + Arch;
}

BinaryAudit::BinaryAudit(MemoryBufferRef F, BinaryOptions Given,
                         BinaryReport &Out)
    : File(F), Options(std::move(Given)), Report(Out),
      Impl(std::make_unique<Auditor>(Options, Out, /*KernelsWanted=*/true)) {}
BinaryAudit::~BinaryAudit() = default;

Error BinaryAudit::start() {
  if (Error E = visitImages(File, *Impl))
    return E;
  Impl->flush();
  return Error::success();
}

Expected<Module> BinaryAudit::finish() {
  Auditor &A = *Impl;
  A.collect();
  A.joinLinked();
  EmbeddedKernels Embedded;
  if (Error E = Embedded.read(A.Texts))
    return std::move(E);
  Module All = std::move(Embedded.Head);
  for (Answer &Each : A.Answers) {
    Embedded.apply(Each.K, Each.From);
    All.Kernels.push_back(std::move(Each.K));
    Report.Origins.push_back(std::move(Each.From));
    Report.Proofs.push_back(Each.Proofs);
  }
  if (All.Producer.empty())
    All.Producer = std::string("reprise ") + reprise_version();
  return All;
}

Error listImages(MemoryBufferRef File, const ImageRequest &Request,
                 BinaryReport &Report) {
  BinaryOptions Options;
  Options.Request = Request;
  Auditor A(Options, Report, /*KernelsWanted=*/false);
  if (Error E = visitImages(File, A))
    return E;
  A.flush();
  return Error::success();
}

} // namespace reprise
