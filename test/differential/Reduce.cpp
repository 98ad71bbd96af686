//===- Reduce.cpp - Small cases from large ones ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reduce.h"

#include <algorithm>
#include <functional>

namespace reprise::differential {

namespace {

//===----------------------------------------------------------------------===//
// Smaller kernels
//===----------------------------------------------------------------------===//

struct Place {
  std::vector<Stmt> *In;
  size_t At;
};

void collect(std::vector<Stmt> &Body, std::vector<Place> &Out) {
  for (size_t I = 0; I < Body.size(); ++I) {
    Out.push_back({&Body, I});
    collect(Body[I].Body, Out);
    collect(Body[I].Else, Out);
  }
}

void collect(Expr &E, std::vector<Expr *> &Out) {
  Out.push_back(&E);
  for (Expr &Kid : E.Kids)
    collect(Kid, Out);
}

std::vector<Place> places(Kernel &K) {
  std::vector<Place> Out;
  collect(K.Body, Out);
  return Out;
}

std::vector<Expr *> expressions(Kernel &K) {
  std::vector<Expr *> Out;
  for (const Place &P : places(K))
    for (Expr &E : (*P.In)[P.At].E)
      collect(E, Out);
  return Out;
}

/// Variables that are not there any more are 0.
void repair(Expr &E, const std::set<int64_t> &Known) {
  if (E.K == Expr::Kind::Var && !Known.count(E.Value))
    E = {Expr::Kind::Const, E.T, "", 0, {}};
  for (Expr &Kid : E.Kids)
    repair(Kid, Known);
}

/// Nor is a way out of a loop that is not there.
enum class Around : uint8_t { Nothing, For, While };

void repair(std::vector<Stmt> &Body, std::set<int64_t> Known,
            Around Innermost = Around::Nothing) {
  std::erase_if(Body, [&](Stmt &S) {
    if (S.K == Stmt::Kind::Assign && !Known.count(S.Var))
      return true;
    if ((S.K == Stmt::Kind::Break && Innermost == Around::Nothing) ||
        (S.K == Stmt::Kind::Continue && Innermost != Around::For))
      return true;
    Around Inner = S.K == Stmt::Kind::For     ? Around::For
                   : S.K == Stmt::Kind::While ? Around::While
                                              : Innermost;
    std::set<int64_t> Inside = Known;
    if (S.K == Stmt::Kind::For || S.K == Stmt::Kind::While)
      Inside.insert(S.Var);
    for (size_t I = 0; I < S.E.size(); ++I)
      // A loop's start does not see its counter.
      repair(S.E[I], S.K == Stmt::Kind::For && I > 0 ? Inside : Known);
    repair(S.Body, Inside, Inner);
    repair(S.Else, Inside, Inner);
    if (S.K == Stmt::Kind::Let || S.K == Stmt::Kind::While ||
        (S.K == Stmt::Kind::Atomic && S.Used))
      Known.insert(S.Var);
    return false;
  });
}

using Change = std::function<void(Kernel &)>;

bool isCondition(const Expr &E) { return E.K == Expr::Kind::Compare; }

void changesOf(const Expr &E, size_t N, std::vector<Change> &Out) {
  auto Replace = [&](Expr New) {
    Out.push_back([N, New](Kernel &K) { *expressions(K)[N] = New; });
  };
  for (const Expr &Kid : E.Kids)
    if (isCondition(Kid) == isCondition(E) || isCondition(E))
      Replace(Kid);
  if (E.K == Expr::Kind::Const) {
    for (int64_t V : {int64_t(0), int64_t(1), E.Value / 2})
      if (V != E.Value && (E.Value != 1 || V != 0))
        Replace({Expr::Kind::Const, Type::I32, "", V, {}});
    if (E.Value == 1)
      Replace({Expr::Kind::Const, Type::I32, "", 0, {}});
  } else if (!isCondition(E)) {
    Replace({Expr::Kind::Const, Type::I32, "", 0, {}});
    Replace({Expr::Kind::Const, Type::I32, "", 1, {}});
  }
  if (E.T != Type::I32 && E.K != Expr::Kind::Const) {
    Expr Plain = E;
    Plain.T = Type::I32;
    Replace(Plain);
  }
}

/// Larger steps first.
std::vector<Change> changes(Kernel &K) {
  std::vector<Change> Out;
  std::vector<Place> All = places(K);
  for (size_t N = 0; N < All.size(); ++N)
    Out.push_back([N](Kernel &Copy) {
      Place P = places(Copy)[N];
      P.In->erase(P.In->begin() + static_cast<ptrdiff_t>(P.At));
    });
  for (size_t N = 0; N < All.size(); ++N) {
    const Stmt &S = (*All[N].In)[All[N].At];
    if (!S.Body.empty())
      Out.push_back([N](Kernel &Copy) { // Only what is inside.
        Place P = places(Copy)[N];
        Stmt Outer = std::move((*P.In)[P.At]);
        auto At = P.In->erase(P.In->begin() + static_cast<ptrdiff_t>(P.At));
        P.In->insert(At, Outer.Body.begin(), Outer.Body.end());
      });
    if (S.K == Stmt::Kind::Put || S.Op == "+=" || S.Used)
      Out.push_back([N](Kernel &Copy) {
        Stmt &X = (*places(Copy)[N].In)[places(Copy)[N].At];
        if (X.K == Stmt::Kind::Atomic) {
          X.Used = false;
          return;
        }
        X.K = Stmt::Kind::Store;
        X.Op = "=";
      });
  }
  for (size_t I = 0; I < K.Params.size(); ++I) {
    const Param &P = K.Params[I];
    if (P.InStruct || P.Const)
      Out.push_back([I](Kernel &Copy) {
        Copy.Params[I].InStruct = Copy.Params[I].Const = false;
      });
    if (P.T != Type::I32 && !P.Table && !P.Image)
      Out.push_back([I](Kernel &Copy) { Copy.Params[I].T = Type::I32; });
  }
  std::vector<Expr *> Exprs = expressions(K);
  for (size_t N = 0; N < Exprs.size(); ++N)
    changesOf(*Exprs[N], N, Out);
  return Out;
}

/// Without the memory that nothing accesses.
void dropUnusedMemory(Kernel &K) {
  std::set<int64_t> Used;
  for (Expr *E : expressions(K))
    if (E->K == Expr::Kind::Load)
      Used.insert(E->Value);
  for (const Place &P : places(K))
    Used.insert((*P.In)[P.At].Buffer);
  if (!Used.count(Memory::Chosen)) {
    K.HasChosen = false;
    K.ChosenFrom[0] = K.ChosenFrom[1] = -1;
  }
  Used.insert(std::begin(K.ChosenFrom), std::end(K.ChosenFrom));
  K.HasOwnArray &= Used.count(Memory::OwnArray) > 0;
  K.HasVariable &= Used.count(Memory::Variable) > 0;
  if (!Used.count(Memory::Loaded))
    K.Table = -1;
  if (!Used.count(Memory::Image))
    K.Image = -1;
}

/// Without the parameters that nothing uses.
void dropUnused(Kernel &K, LaunchSpec &L) {
  dropUnusedMemory(K);
  std::vector<bool> Used(K.Params.size());
  auto Each = [&](const std::function<void(int64_t &)> &Visit) {
    auto Number = [&](int &N) {
      if (N < 0)
        return;
      int64_t Wide = N;
      Visit(Wide);
      N = static_cast<int>(Wide);
    };
    for (Expr *E : expressions(K))
      if ((E->K == Expr::Kind::Scalar || E->K == Expr::Kind::Load) &&
          E->Value >= 0)
        Visit(E->Value);
    for (const Place &P : places(K))
      Number((*P.In)[P.At].Buffer);
    Number(K.Table);
    Number(K.Image);
    for (int &N : K.ChosenFrom)
      Number(N);
  };
  Each([&](int64_t &I) { Used[static_cast<size_t>(I)] = true; });
  std::vector<int64_t> Number(K.Params.size());
  std::vector<Param> Params;
  std::vector<int64_t> Arguments;
  for (size_t I = 0; I < K.Params.size(); ++I) {
    Number[I] = static_cast<int64_t>(Params.size());
    if (!Used[I])
      continue;
    Params.push_back(K.Params[I]);
    Arguments.push_back(L.Arguments[I]);
  }
  Each([&](int64_t &I) { I = Number[static_cast<size_t>(I)]; });
  K.Params = std::move(Params);
  L.Arguments = std::move(Arguments);
}

//===----------------------------------------------------------------------===//
// Smaller launches
//===----------------------------------------------------------------------===//

std::vector<LaunchSpec> smaller(const LaunchSpec &L, const Kernel &K) {
  std::vector<LaunchSpec> Out;
  auto Try = [&](const std::function<void(LaunchSpec &)> &F) {
    LaunchSpec Copy = L;
    F(Copy);
    Out.push_back(std::move(Copy));
  };
  if (L.Map)
    Try([](LaunchSpec &X) {
      X.Map = false;
      X.Allocations.clear();
    });
  if (L.NoInBounds)
    Try([](LaunchSpec &X) { X.NoInBounds = false; });
  if (L.Content)
    Try([](LaunchSpec &X) { X.Content = 0; });
  if (L.Bindings)
    Try([](LaunchSpec &X) { X.Bindings = false; });
  if (L.Symbols)
    Try([](LaunchSpec &X) { X.Symbols = false; });
  for (size_t I = 0; I < L.Allocations.size(); ++I)
    Try([&](LaunchSpec &X) {
      X.Allocations.erase(X.Allocations.begin() + static_cast<ptrdiff_t>(I));
    });
  for (auto Dims : {&LaunchSpec::Grid, &LaunchSpec::Block})
    for (size_t I = 0; I < 3; ++I)
      for (uint32_t V : {1u, (L.*Dims)[I] / 2, (L.*Dims)[I] - 1})
        if (V && V < (L.*Dims)[I])
          Try([&](LaunchSpec &X) { (X.*Dims)[I] = V; });
  for (size_t I = 0; I < L.Arguments.size(); ++I) {
    int64_t Now = L.Arguments[I];
    if (K.Params[I].Image)
      continue;
    if (K.Params[I].Pointer) {
      for (int64_t Other : L.Arguments)
        if (Other > Now && Other < WindowBytes && Now != Null)
          Try([&](LaunchSpec &X) { X.Arguments[I] = Other; });
      continue;
    }
    for (int64_t V : {int64_t(0), int64_t(1), Now / 2, Now - 1})
      if (V >= 0 ? V < Now : V > Now)
        Try([&](LaunchSpec &X) { X.Arguments[I] = V; });
  }
  return Out;
}

//===----------------------------------------------------------------------===//
// The search
//===----------------------------------------------------------------------===//

class Reducer {
public:
  Reducer(Case Start, const Judge &Wrong)
      : Best(std::move(Start)), FirstWrong(Wrong) {}

  Case run() {
    // Bounded: each round compiles at most a few files.
    for (unsigned Round = 0; Round < 60; ++Round) {
      bool Less = kernelRound();
      Less |= launchRounds();
      if (!Less)
        break;
    }
    return std::move(Best);
  }

private:
  static constexpr size_t PerFile = 48;

  bool kernelRound() {
    std::vector<Change> All = changes(Best.K);
    bool Progress = false;
    for (size_t From = 0; From < All.size(); From += PerFile) {
      std::vector<Case> Tries;
      for (size_t I = From; I < std::min(All.size(), From + PerFile); ++I) {
        Case Try = Best;
        All[I](Try.K);
        repair(Try.K.Body, {});
        dropUnused(Try.K, Try.L);
        Try.K.Name = "k" + std::to_string(I - From);
        Tries.push_back(std::move(Try));
      }
      if (acceptFirst(Tries))
        return true; // The changes were of another kernel.
    }
    return Progress;
  }

  bool launchRounds() {
    bool Any = false;
    for (unsigned Round = 0; Round < 100; ++Round) {
      std::vector<Case> Tries;
      Compiled C;
      for (LaunchSpec &L : smaller(Best.L, Best.K)) {
        Tries.push_back(Best);
        Tries.back().L = std::move(L);
      }
      if (!acceptFirst(Tries, /*OneKernel=*/true))
        return Any;
      Any = true;
    }
    return Any;
  }

  bool acceptFirst(std::vector<Case> &Tries, bool OneKernel = false) {
    if (Tries.empty())
      return false;
    auto Found = FirstWrong(Tries, OneKernel);
    if (Found)
      Best = std::move(Tries[*Found]);
    return Found.has_value();
  }

  Case Best;
  const Judge &FirstWrong;
};

/// Of wrong verdicts.
class VerdictJudge {
public:
  VerdictJudge(const Case &Start, Form F, unsigned SolverLimit, Window &W)
      : Wanted(Start.W), F(F), SolverLimit(SolverLimit), W(W) {}

  std::optional<size_t> operator()(std::vector<Case> &Tries, bool OneKernel) {
    std::string Text;
    for (size_t I = 0; I < (OneKernel ? 1 : Tries.size()); ++I)
      Text += print(Tries[I].K);
    auto C = compile(Text, F);
    if (!C) { // One of them is no CUDA: all go.
      llvm::consumeError(C.takeError());
      return std::nullopt;
    }
    std::string Json = C->analyze(SolverLimit);
    reprise_db *Db = nullptr;
    if (reprise_db_load(Json.data(), Json.size(), &Db, nullptr, 0) !=
        REPRISE_OK)
      return std::nullopt;
    std::optional<size_t> Found;
    for (size_t I = 0; I < Tries.size() && !Found; ++I)
      if (isWrong(*C, Db, Tries[I]))
        Found = I;
    reprise_db_free(Db);
    return Found;
  }

private:
  bool isWrong(Compiled &C, const reprise_db *Db, Case &Try) {
    auto Code = C.Program->prepare(Try.K.Name);
    if (!Code) {
      llvm::consumeError(Code.takeError());
      return false;
    }
    const reprise_kernel *Summary = reprise_db_find(Db, Try.K.Name.c_str());
    if (!Summary)
      return false;
    Oracle O(W, Try.K, *C.Program, **Code);
    Answer A = O.ask(Summary, Try.L, Wanted == Wrong::Backup);
    bool Said = A.Result.verdict == REPRISE_IDEMPOTENT;
    if ((Wanted == Wrong::Idempotent || Wanted == Wrong::Replay) && !Said)
      return false;
    Observation Seen = O.observe(Try.L);
    if (O.judge(Try.L, A, Seen, Wanted == Wrong::Replay, Try.Seed) != Wanted)
      return false;
    Try.Detail = Seen.First;
    return true;
  }

  Wrong Wanted;
  Form F;
  unsigned SolverLimit;
  Window &W;
};

} // namespace

Case reduce(Case C, const Judge &IsWrong) {
  return Reducer(std::move(C), IsWrong).run();
}

Case reduce(Case C, Form F, unsigned SolverLimit, Window &W) {
  VerdictJudge J(C, F, SolverLimit, W);
  return reduce(std::move(C), J);
}

std::string printCase(const Case &C, Form F) {
  Case Named = C;
  Named.K.Name = "k";
  std::string Text =
      "// " + std::string(nameOf(C.W)) + ", form " + nameOf(F) + "\n";
  if (!C.Detail.empty())
    Text += "// " + C.Detail + "\n";
  Text += "// reprise check k.cu " +
          commandLine(Named.K, Named.L, uint64_t(1) << 32) + "\n";
  return Text + prelude(/*Plain=*/true) + print(Named.K);
}

} // namespace reprise::differential
