//===- PtxPlan.cpp - Where an entry of PTX can be left --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PtxPlan.h"
#include "CheckpointTwin.h"
#include "Control.h"
#include "PtxPlaces.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Module.h"

#include <map>

using namespace llvm;

namespace reprise::ptx {

//===----------------------------------------------------------------------===//
// What the text alone tells
//===----------------------------------------------------------------------===//

static void eachName(ArrayRef<Operand> Operands,
                     const std::function<void(const Operand &)> &Fn) {
  for (const Operand &O : Operands) {
    if (O.Kind == OperandKind::Name)
      Fn(O);
    eachName(O.Elements, Fn);
  }
}

namespace {

/// Functions by name, and what they may call.
class Callees {
public:
  explicit Callees(const Module &Syntax) {
    for (const Function &F : Syntax.Functions)
      if (F.HasBody)
        Bodies[F.Name].push_back(&F);
    for (const Alias &A : Syntax.Aliases)
      if (auto It = Bodies.find(A.Of); It != Bodies.end())
        Bodies[A.Name] = It->second;
  }
  bool isDefined(StringRef Name) const { return Bodies.count(Name) > 0; }
  bool definedOnce(StringRef Name) const {
    auto It = Bodies.find(Name);
    return It != Bodies.end() && It->second.size() == 1;
  }
  /// All functions with a body that F may get to, without F.
  std::vector<const Function *> reachable(const Function &F) const {
    std::vector<const Function *> Found{&F};
    StringSet<> Seen;
    Seen.insert(F.Name);
    for (size_t N = 0; N < Found.size(); ++N)
      for (const Statement &S : Found[N]->Body)
        if (S.K == Statement::Kind::Instruction)
          eachName(S.instruction().Operands, [&](const Operand &O) {
            if (auto It = Bodies.find(O.Name);
                It != Bodies.end() && Seen.insert(O.Name).second)
              append_range(Found, It->second);
          });
    Found.erase(Found.begin());
    return Found;
  }

private:
  StringMap<std::vector<const Function *>> Bodies;
};

} // namespace

static bool hasInstruction(const Function &F,
                           function_ref<bool(const Instruction &)> Is) {
  return any_of(F.Body, [&](const Statement &S) {
    return S.K == Statement::Kind::Instruction && Is(S.instruction());
  });
}

static bool isBulkCopy(const Instruction &I) {
  return I.Opcode == "cp" && I.has("bulk");
}

/// Code that uses these may count on dynamic shared memory to begin where no
/// static variable has moved it, at a multiple of what they need.
static bool isOfTensors(const Instruction &I) {
  return I.Opcode == "wgmma" || I.Opcode == "tcgen05" || isBulkCopy(I);
}

/// Why F has no twin, as far as the text tells; empty where it may have one.
static std::string refusal(const Module &Syntax, const Callees &Functions,
                           const Function &F) {
  if (F.Error)
    return "it cannot be parsed (" + F.Error->str() + ")";
  if (Syntax.AddressSize != 64)
    return "its addresses have 32 bits";
  if (!Functions.definedOnce(F.Name))
    return "it is defined twice";
  for (const Directive &D : F.Directives)
    if (D.Name.contains("cluster"))
      return ("it is launched in clusters (." + D.Name + ")").str();
  for (const Function *G : Functions.reachable(F))
    if (hasInstruction(*G,
                       [](const Instruction &I) { return I.Opcode == "exit"; }))
      return "threads end in a function that is called (" + G->Name.str() + ")";
  std::string Why;
  for (const Statement &S : F.Body)
    if (S.K == Statement::Kind::Instruction)
      eachName(S.instruction().Operands, [&](const Operand &O) {
        if (O.Name == "%total_smem_size" || O.Name == "%aggr_smem_size")
          Why = "it reads how much shared memory it has (" + O.Name.str() + ")";
      });
  return Why;
}

//===----------------------------------------------------------------------===//
// Sites
//===----------------------------------------------------------------------===//

/// Takes all sites out again.
static void decline(PtxPlan &P, StringRef Why) {
  for (const CheckpointSite &S : P.Plan.Sites)
    if (S.Period)
      P.Plan.Declined.push_back({S.Where, Why.str()});
  P.clearSites();
}

/// Gives P the places of its sites; those without one are declined.
static void place(llvm::Function &Code, const Marks &M, PtxPlan &P) {
  Mapper Map(Code, M);
  std::vector<CheckpointSite> Kept;
  DenseSet<size_t> Used;
  bool LostBarrier = false;
  for (CheckpointSite &S : P.Plan.Sites) {
    Places Found = Map.find(S);
    for (size_t I : Found)
      if (!Used.insert(I).second) {
        Found.clear();
        break;
      }
    if (Found.empty()) {
      LostBarrier |= S.Kind == SiteKind::Barrier;
      if (S.Period)
        P.Plan.Declined.push_back(
            {S.Where, S.At ? "the operation has a predicate, or is in a "
                             "function that is called"
                           : "no branch of the text is its end; it may be in "
                             "a function that is called"});
      continue;
    }
    std::optional<TextSlice> Slice;
    if (S.Kind == SiteKind::CountedLoop && Found.size() == 1)
      Slice = findSlice(*P.Entry, Found.front(), S.Period);
    if (S.Kind == SiteKind::CountedLoop && !Slice)
      S.Kind = SiteKind::Loop;
    S.Header = nullptr;
    S.At = nullptr;
    // Without debug information there is only the text.
    if (S.Where.find(':') == std::string::npos)
      S.Where =
          "PTX line " + std::to_string(P.Entry->Body[Found.front()].Loc.Line);
    Kept.push_back(std::move(S));
    P.Sites.push_back(std::move(Found));
    P.Slices.push_back(std::move(Slice));
  }
  P.Plan.Sites = std::move(Kept);
  if (!LostBarrier)
    return;
  // Nobody knows which barriers meet: all of them carry the decision, or none.
  for (size_t I = P.Plan.Sites.size(); I-- > 0;)
    if (P.Plan.Sites[I].Kind == SiteKind::Barrier) {
      if (P.Plan.Sites[I].Period)
        P.Plan.Declined.push_back(
            {P.Plan.Sites[I].Where,
             "another barrier cannot carry the decision"});
      auto Index = static_cast<ptrdiff_t>(I);
      P.Plan.Sites.erase(P.Plan.Sites.begin() + Index);
      P.Sites.erase(P.Sites.begin() + Index);
      P.Slices.erase(P.Slices.begin() + Index);
    }
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

/// Loads of a scope: PTX 6.0, for compute capability 7.0 and later.
static bool hasScopes(const Module &Syntax) {
  constexpr unsigned First = 70, FirstMajor = 6;
  StringRef Name = Syntax.Target.empty() ? StringRef() : Syntax.Target[0];
  unsigned Version = 0;
  return Syntax.Major >= FirstMajor && Name.consume_front("sm_") &&
         !Name.consumeInteger(10, Version) && Version >= First;
}

/// What the twin's text needs beside the sites.
static void finishPlan(llvm::Function &Code, const Module &Syntax, PtxPlan &P) {
  constexpr uint64_t MostShared = 48 << 10;
  CheckpointPlan &Plan = P.Plan;
  if (Plan.Refusal.empty() && sharedBytes(Code) + P.CountBytes > MostShared)
    Plan.Refusal = "static shared memory has no room for the block's count";
  P.ControlOffset = static_cast<uint32_t>(
      alignTo(parameterBytes(*P.Entry), alignof(Control)));
  // vote.sync, which none of its own operations would be older than.
  if (Plan.Inside == Granularity::Warp && Syntax.Major < 6)
    decline(P, "the version of PTX has no vote of chosen lanes");
  if (Plan.Entry == Granularity::Warp && Syntax.Major < 6)
    Plan.Entry = Granularity::Block;
  if (!Plan.Refusal.empty()) {
    Plan.Entry = Plan.Inside = Granularity::None;
    P.clearSites();
  }
}

std::vector<PtxPlan>
planEntries(const Module &Syntax, StringRef Name, const PlanOptions &Options,
            const std::function<bool(const std::string &)> &Wanted) {
  Callees Functions(Syntax);
  std::vector<PtxPlan> Plans;
  size_t Shared = 0; ///< Statements of functions, which each part lifts.
  for (const Function &F : Syntax.Functions) {
    if (!F.IsEntry)
      Shared += F.Body.size();
    if (!F.IsEntry || !F.HasBody || (Wanted && !Wanted(F.Name.str())) ||
        F.Name.starts_with(TwinPrefix) ||
        Functions.isDefined(TwinPrefix + F.Name.str()))
      continue;
    PtxPlan &P = Plans.emplace_back();
    P.Entry = &F;
    P.Plan.Kernel = F.Name.str();
    P.HasMapless = Functions.isDefined(MaplessPrefix + F.Name.str());
    P.Plan.Refusal = refusal(Syntax, Functions, F);
    std::vector<const Function *> All = Functions.reachable(F);
    All.push_back(&F);
    for (const Function *G : All) {
      if (hasInstruction(*G, isOfTensors))
        P.CountBytes = 1024;
      P.WaitsForBulk |= hasInstruction(*G, isBulkCopy);
    }
  }

  // Parts bound the memory; each makes the module's variables and functions
  // again.
  const size_t Enough = std::max<size_t>(1u << 16, 2 * Shared);
  for (size_t First = 0; First < Plans.size();) {
    std::map<std::string, Marks> Part;
    DenseSet<PlaceKey> Marked;
    size_t End = First, Size = 0;
    for (; End < Plans.size() && (End == First || Size < Enough); ++End) {
      if (!Plans[End].Plan.Refusal.empty())
        continue;
      const Function &F = *Plans[End].Entry;
      Part.try_emplace(F.Name.str(), F).first->second.addTo(Marked);
      Size += F.Body.size();
    }
    LLVMContext Context;
    auto M = lift(
        Syntax, Name, Context,
        [&](const std::string &Entry) { return Part.count(Entry) > 0; },
        [&](const Instruction &I) {
          return Marked.contains({I.Loc.Line, I.Loc.Column});
        });
    for (; First < End; ++First) {
      PtxPlan &P = Plans[First];
      if (!P.Plan.Refusal.empty())
        continue;
      std::string Kernel = P.Plan.Kernel;
      llvm::Function *Code =
          copyKernel(*M->getFunction(Kernel), TwinPrefix + Kernel,
                     /*IsKernel=*/nullptr, Options.Spread);
      P.Plan = planCheckpoints(*Code, Options);
      P.Plan.Kernel = Kernel;
      place(*Code, Part.at(Kernel), P);
      P.HasScopes = hasScopes(Syntax);
      llvm::DominatorTree Tree(*Code);
      P.HasLoops = !llvm::LoopInfo(Tree).empty();
      finishPlan(*Code, Syntax, P);
      removeCopy(*Code);
    }
  }
  return Plans;
}

} // namespace reprise::ptx
