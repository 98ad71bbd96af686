//===- Input.cpp - From a file to summaries -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Input.h"
#include "CudaCompile.h"
#include "Jobs.h"
#include "Json.h"
#include "Packed.h"
#include "Printable.h"
#include "Progress.h"
#include "PtxAnalysis.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

#include <deque>
#include <optional>
#include <unordered_map>

using namespace llvm;

namespace reprise {

template <typename... Parts> static Error failure(const Parts &...P) {
  std::string Text;
  raw_string_ostream OS(Text);
  (OS << ... << P);
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           Text);
}

static Expected<Module> analyzeIr(MemoryBufferRef Buffer, StringRef Path,
                                  const InputOptions &Options) {
  LLVMContext Context;
  SMDiagnostic Diagnostic;
  std::unique_ptr<llvm::Module> M = parseIR(Buffer, Diagnostic, Context);
  if (!M) {
    std::string Text;
    raw_string_ostream OS(Text);
    Diagnostic.print(nullptr, OS, /*ShowColors=*/false);
    return failure(Path, " is not valid LLVM IR:\n", StringRef(Text).rtrim());
  }
  Triple Target(M->getTargetTriple());
  if (!Target.isNVPTX())
    return failure(Path, " is IR for '", M->getTargetTriple(),
                   "', not for an NVIDIA GPU; make it with clang++ "
                   "--cuda-device-only -emit-llvm");
  if (Options.OnModule)
    Options.OnModule(*M);
  return analyzeModule(*M, Options.Analysis);
}

static Expected<Module> summaryOf(StringRef Text, StringRef Path) {
  Module M;
  std::string Message;
  if (readSummary(std::string_view(Text.data(), Text.size()), M, Message) !=
      REPRISE_OK)
    return failure(Path, ": ", Message);
  for (Kernel &K : M.Kernels) // The format leaves it optional.
    if (K.Demangled.empty())
      K.Demangled = demangle(K.Name);
  return M;
}

/// What the headers of a binary claim.
struct PtxCount : ImageVisitor {
  explicit PtxCount(const ImageRequest &R) : Request(R) {}

  void image(const Image &I) override {
    if (I.Kind == ImageKind::Ptx) {
      Bytes = SaturatingAdd(Bytes, I.Size);
      Requested += isRequested(I, Number, Request);
    }
    ++Number;
  }
  void problem(const Problem &) override {}

  const ImageRequest &Request;
  size_t Number = 0;
  uint64_t Bytes = 0; ///< Of all PTX in the file.
  size_t Requested = 0;
};

/// A file with more PTX than this is a library: thousands of kernels, for which
/// launches decide what a proof could have.
static constexpr uint64_t MaxProvedBytes = 4 << 20;

Expected<std::unique_ptr<MemoryBuffer>> openInput(const std::string &Path) {
  if (sys::fs::is_directory(Path))
    return failure(Path, " is a folder; name the files in it, or "
                         "audit it with --recursive");
  auto Open = [&](bool Terminated) {
    return MemoryBuffer::getFile(Path, /*IsText=*/false,
                                 /*RequiresNullTerminator=*/Terminated);
  };
  auto File = Open(false);
  if (File && !isContainer((*File)->getBuffer()))
    File = Open(true);
  if (!File)
    return failure("cannot read ", Path, ": ", File.getError().message());
  return std::move(*File);
}

namespace {

/// One input on its way: open, start, and when all jobs are done finish.
class Load {
public:
  Load(const std::string &P, const InputOptions &Given, bool IsAlone)
      : Path(P), Options(Given), Alone(IsAlone) {}

  /// Announces the work.
  void open(Jobs &Workers, ResultCache *Cache) {
    auto Opened = openInput(Path);
    if (!Opened) {
      Result.emplace(Opened.takeError());
      return;
    }
    File = std::move(*Opened);
    StringRef Text = File->getBuffer();
    bool Binary = !isSource() && !isSummary() && !isIr() && isContainer(Text);
    if (Binary) {
      PtxCount Count(Options.Images);
      consumeError(visitImages(File->getMemBufferRef(), Count));
      Announced = Count.Requested;
      BinaryOptions Own;
      Own.Request = Options.Images;
      Own.Filter = Options.Analysis.Filter;
      AnalyzerOptions Analysis = Options.Analysis;
      if (Count.Bytes > MaxProvedBytes && !Options.SolverLimitGiven)
        Analysis.SolverLimit = 0;
      Own.StartPtx = [this, &Workers, Cache,
                      Analysis](std::shared_ptr<PtxJob> Image) {
        ++Started;
        Workers.start(analysisOf(std::move(Image), Analysis, Cache));
      };
      Audit.emplace(File->getMemBufferRef(), std::move(Own), Report);
    } else {
      Announced = 1;
    }
    Workers.Total += Announced;
  }

  void start(Jobs &Workers) {
    if (Result)
      return;
    if (!Audit)
      return Workers.start({[this] {
                              Result.emplace(single());
                              return std::vector<Job::Work>();
                            },
                            {}});
    if (Error E = Audit->start())
      Result.emplace(failure(Path, ": ", toString(std::move(E))));
    if (Announced > Started) // Images without a kernel that is wanted.
      Workers.Done += Announced - Started;
  }

  Expected<Module> finish() {
    if (Options.OnMessages)
      Options.OnMessages(std::move(Messages));
    else
      errs() << Messages;
    if (!Result)
      Result.emplace(binary());
    return std::move(*Result);
  }

  BinaryReport Report;

private:
  bool isSource() const {
    StringRef Extension = sys::path::extension(Path);
    return Extension == ".cu" || Extension == ".cuh";
  }
  bool isSummary() const {
    StringRef Text = File->getBuffer();
    return sys::path::extension(Path) == ".json" ||
           Text.ltrim().starts_with("{") ||
           isPacked(std::string_view(Text.data(), Text.size()));
  }
  bool isIr() const {
    return sys::path::extension(Path) == ".ll" ||
           identify_magic(File->getBuffer()) == file_magic::bitcode;
  }

  /// An input that is no binary.
  Expected<Module> single() {
    if (isSource()) {
      std::vector<std::string> Flags;
      if (Options.FlagsFor)
        Flags = Options.FlagsFor(Path);
      append_range(Flags, Options.ClangFlags);
      if (Options.OnMessages) // It may be no terminal that shows them.
        Flags.push_back("-fno-color-diagnostics");
      auto Bitcode = compileCuda(Path, Flags, Alone ? nullptr : &Messages);
      if (!Bitcode)
        return Bitcode.takeError();
      return analyze((*Bitcode)->getMemBufferRef());
    }
    if (isSummary())
      return summaryOf(File->getBuffer(), Path);
    if (isIr())
      return analyze(File->getMemBufferRef());
    return failure(
        "what ", Path,
        " is cannot be told; inputs are CUDA source (.cu), LLVM IR "
        "(.ll, .bc), a summary (.json, .reprise) or a binary (executable, "
        "library, archive, object, fatbin, cubin, PTX)");
  }

  /// IR, with what Z3 was asked in the report.
  Expected<Module> analyze(MemoryBufferRef Ir) {
    std::unordered_map<std::string, ProofCounts> Proofs;
    InputOptions Own = Options;
    Own.Analysis.Proofs = [&](const std::string &Name, const ProofCounts &C) {
      Proofs[Name] = C;
      if (Options.Analysis.Proofs)
        Options.Analysis.Proofs(Name, C);
    };
    auto M = analyzeIr(Ir, Path, Own);
    if (M)
      for (const Kernel &K : M->Kernels)
        Report.Proofs.push_back(Proofs[K.Name]);
    return M;
  }

  Expected<Module> binary() {
    auto M = Audit->finish();
    if (!M)
      return failure(Path, ": ", toString(M.takeError()));
    constexpr size_t Shown = 20; // A broken file may have thousands.
    for (size_t I = 0; I < std::min(Shown, Report.Problems.size()); ++I)
      errs() << "reprise: error: " << printable(Path) << ": "
             << printable(Report.Problems[I]) << '\n';
    if (Report.Problems.size() > Shown)
      errs() << "reprise: error: " << Path << ": "
             << Report.Problems.size() - Shown << " more problems\n";
    if (Report.Images.empty() && Report.Problems.empty())
      return failure(Path, " holds no device code");
    if (!Report.Images.empty() &&
        none_of(Report.Images, [](const ImageNote &N) { return N.Requested; }))
      return failure(Path, " has no image that --arch and --image allow; see "
                           "reprise audit --list-images");
    return M;
  }

  std::string Path;
  const InputOptions &Options;
  bool Alone;
  std::unique_ptr<MemoryBuffer> File;
  std::optional<BinaryAudit> Audit; ///< Of a binary.
  size_t Announced = 0, Started = 0;
  std::string Messages; ///< Clang's.
  std::optional<Expected<Module>> Result;
};

} // namespace

void loadInputs(ArrayRef<std::string> Paths, const InputOptions &Options,
                function_ref<void(const std::string &Path, Expected<Module> M,
                                  BinaryReport &&Report)>
                    Take) {
  auto Cache = Options.Cache ? ResultCache::open() : nullptr;
  Jobs Workers(Options.Threads);
  std::deque<Load> Loads; // They do not move.
  {
    Progress Bar([&] {
      std::string Text =
          "analysing" + (Paths.size() == 1 ? " " + Paths[0] : std::string());
      if (Workers.Total > 1)
        Text += ": " + std::to_string(Workers.Done) + " of " +
                std::to_string(Workers.Total) + " images";
      return Text;
    });
    for (const std::string &Path : Paths)
      Loads
          .emplace_back(Path, Options, Paths.size() == 1 && !Options.OnMessages)
          .open(Workers, Cache.get());
    for (Load &L : Loads)
      L.start(Workers);
    Workers.wait();
  }
  for (size_t I = 0; I < Paths.size(); ++I) {
    auto M = Loads.front().finish();
    Take(Paths[I], std::move(M), std::move(Loads.front().Report));
    Loads.pop_front();
  }
}

Expected<LoadedInput> loadInput(const std::string &Path,
                                const InputOptions &Options) {
  std::optional<Expected<Module>> Result;
  LoadedInput Input;
  loadInputs(Path, Options,
             [&](const std::string &, Expected<Module> M, BinaryReport &&R) {
               Result.emplace(std::move(M));
               Input.Report = std::move(R);
             });
  if (!*Result)
    return Result->takeError();
  Input.Kernels = std::move(**Result);
  return Input;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Expected<LoadedInput> loadMatching(const std::string &Path,
                                   const std::string &Name,
                                   InputOptions Options) {
  Options.Analysis.Filter = [&](const std::string &Mangled) {
    Kernel K;
    K.Name = Mangled;
    K.Demangled = demangle(Mangled);
    return mayMean(K, Name);
  };
  auto Input = loadInput(Path, Options);
  if (!Input || !Input->Kernels.Kernels.empty())
    return Input;
  // Nothing matches: list what there is.
  Options.Analysis.Filter = nullptr;
  return loadInput(Path, Options);
}

Expected<Kernel> loadKernel(const std::string &Path, const std::string &Name,
                            InputOptions Options) {
  auto Input = loadMatching(Path, Name, std::move(Options));
  if (!Input)
    return Input.takeError();
  // Kernels of one name that differ: nobody knows which of them is meant.
  Module Distinct;
  concatenate(Distinct, std::move(Input->Kernels));
  auto K = findKernel(Distinct, Name);
  if (!K)
    return K.takeError();
  return **K;
}

Expected<const Kernel *> findKernel(const Module &M, const std::string &Name) {
  std::vector<const Kernel *> Exact, Prefix;
  for (const Kernel &K : M.Kernels) {
    if (K.Name == Name)
      return &K;
    if (K.Demangled == Name || shortName(K) == Name)
      Exact.push_back(&K);
    else if (mayMean(K, Name))
      Prefix.push_back(&K);
  }
  const auto &Found = Exact.empty() ? Prefix : Exact;
  if (Found.size() == 1)
    return Found.front();
  std::string List;
  auto Candidates = [&](auto &&Range) {
    for (const Kernel *K : Range)
      List += "\n  " + printable(K->Demangled) + "  " + printable(K->Name);
  };
  if (!Found.empty()) {
    Candidates(Found);
    return failure("kernel name '", Name, "' is ambiguous:", List);
  }
  for (const Kernel &K : M.Kernels)
    List += "\n  " + printable(K.Demangled) + "  " + printable(K.Name);
  if (M.Kernels.empty())
    return failure("there is no kernel in the input");
  return failure("there is no kernel '", Name, "'; there are:", List);
}

} // namespace reprise
