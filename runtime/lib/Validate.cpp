//===- Validate.cpp - Is a summary fit to be evaluated? -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Validate.h"

#include "Limits.h"
#include "Names.h"

#include <algorithm>
#include <unordered_set>

namespace reprise {
namespace {

/// Thrown inside this file only.
struct Invalid {
  std::string Message;
};

std::string str(uint64_t Value) { return std::to_string(Value); }

class Validator {
public:
  Validator(const Kernel &Checked, const std::string &Path)
      : K(Checked), Root(Path) {}

  void run() {
    limit(K.Params.size(), MaxParams, ".params");
    limit(K.Exprs.size(), MaxExprs, ".exprs");
    limit(K.Domains.size(), MaxDomains, ".domains");
    limit(K.Accesses.size(), MaxAccesses, ".accesses");
    limit(K.Pairs.size(), MaxPairs, ".pairs");
    limit(K.Effects.size(), MaxEffects, ".effects");
    limit(K.Symbols.size(), MaxSymbols, ".symbols");
    if (K.Name.empty())
      fail(".name", "is empty");
    if (K.ParamBytes > MaxParamBytes)
      fail(".param_bytes", "exceeds the limit of " + str(MaxParamBytes));
    if (static_cast<unsigned>(K.Class) > REPRISE_CLASS_CONDITIONAL)
      fail(".class", "is not a class");
    for (size_t I = 0; I < K.Params.size(); ++I)
      param(K.Params[I], at(".params", I));
    for (size_t I = 0; I < K.Symbols.size(); ++I)
      if (K.Symbols[I].Name.empty())
        fail(at(".symbols", I) + ".name", "is empty");
    for (size_t I = 0; I < K.Exprs.size(); ++I)
      expr(K.Exprs[I], I, at(".exprs", I));
    size_t Vars = 0;
    for (size_t I = 0; I < K.Domains.size(); ++I) {
      domain(K.Domains[I], at(".domains", I));
      Vars += K.Domains[I].Vars.size();
    }
    if (Vars > MaxVars)
      fail(".domains", "have " + str(Vars) + " vars, more than the limit of " +
                           str(MaxVars));
    for (size_t I = 0; I < K.Accesses.size(); ++I)
      access(K.Accesses[I], at(".accesses", I));
    size_t Earlier = 0;
    for (size_t I = 0; I < K.Pairs.size(); ++I) {
      pair(K.Pairs[I], at(".pairs", I));
      Earlier += K.Pairs[I].After.size();
    }
    if (Earlier > MaxPairs)
      fail(".pairs", "name " + str(Earlier) +
                         " earlier writes, more than the limit of " +
                         str(MaxPairs));
    for (size_t I = 0; I < K.Effects.size(); ++I)
      effect(K.Effects[I], at(".effects", I));
  }

private:
  const Kernel &K;
  const std::string &Root;

  static std::string at(const std::string &Field, size_t I) {
    return Field + "[" + str(I) + "]";
  }
  [[noreturn]] void fail(const std::string &Path,
                         const std::string &What) const {
    throw Invalid{Root + Path + ": " + What};
  }
  void limit(size_t Count, size_t Limit, const std::string &Path) const {
    if (Count > Limit)
      fail(Path, "has " + str(Count) + " entries, more than the limit of " +
                     str(Limit));
  }
  void index(Id I, size_t Size, const std::string &Path,
             const char *What) const {
    if (I == None)
      fail(Path, std::string(What) + " is missing");
    if (I >= Size)
      fail(Path, std::string(What) + " " + str(I) +
                     " is out of range, there are " + str(Size));
  }
  void reason(reprise_reason R, const std::string &Path) const {
    if (static_cast<unsigned>(R) > REPRISE_REASON_ORDER_DEPENDENT)
      fail(Path, "is not a reason");
  }
  void expr64(Id I, const std::string &Path) const {
    index(I, K.Exprs.size(), Path, "expression");
    if (K.Exprs[I].Width != 64)
      fail(Path, "expression " + str(I) + " has " + str(K.Exprs[I].Width) +
                     " bits, 64 are needed");
  }

  void param(const Param &P, const std::string &Path) const {
    if (static_cast<unsigned>(P.Kind) > REPRISE_PARAM_FLOAT)
      fail(Path + ".kind", "is not a parameter kind");
    if (uint64_t{P.Offset} + P.Size > K.ParamBytes)
      fail(Path, "ends at byte " + str(uint64_t{P.Offset} + P.Size) +
                     ", the argument block has " + str(K.ParamBytes));
  }

  void expr(const Expr &E, size_t Self, const std::string &Path) const {
    if (E.Opcode > Op::SymbolBytes)
      fail(Path, "is not an operator");
    if (E.Width < 1 || E.Width > 64)
      fail(Path, "width " + str(E.Width) + " is not in 1 to 64");
    const Id Operands[] = {E.A, E.B, E.C};
    unsigned Count = operandCount(E.Opcode);
    for (unsigned I = 0; I < 3; ++I) {
      if (I < Count && Operands[I] >= Self)
        fail(Path, Operands[I] == None ? std::string("an operand is missing")
                                       : "operand " + str(Operands[I]) +
                                             " is not defined earlier");
      if (I >= Count && Operands[I] != None)
        fail(Path, "has too many operands");
    }
    auto Width = [&](Id I) -> unsigned { return K.Exprs[I].Width; };
    auto Need = [&](bool Ok, const char *What) {
      if (!Ok)
        fail(Path, std::string(name(E.Opcode)) + ": " + What);
    };
    switch (E.Opcode) {
    case Op::Const:
      return;
    case Op::Param:
      Need(E.Width % 8 == 0, "width is not a whole number of bytes");
      Need(E.Imm >= 0 && E.Imm <= MaxParamBytes &&
               static_cast<uint64_t>(E.Imm) + E.Width / 8 <= K.ParamBytes,
           "reads outside the argument block");
      return;
    case Op::NTid:
    case Op::NCtaId:
      Need(E.Width == 32, "width is not 32");
      Need(E.Imm >= 0 && E.Imm <= 2, "axis is not 0, 1 or 2");
      return;
    case Op::DynShared:
      Need(E.Width == 32, "width is not 32");
      return;
    case Op::SymbolBytes: {
      index(E.Symbol, K.Symbols.size(), Path, "symbol");
      Need(E.Width % 8 == 0, "width is not a whole number of bytes");
      const uint64_t Size = K.Symbols[E.Symbol].Size;
      Need(E.Imm >= 0 &&
               (Size == 0 ||
                (static_cast<uint64_t>(E.Imm) <= Size &&
                 E.Width / 8u <= Size - static_cast<uint64_t>(E.Imm))),
           "reads outside the symbol");
      return;
    }
    case Op::ZExt:
    case Op::SExt:
      Need(Width(E.A) <= E.Width, "operand is wider than the result");
      return;
    case Op::Trunc:
      Need(Width(E.A) >= E.Width, "operand is narrower than the result");
      return;
    case Op::Eq:
    case Op::Ne:
    case Op::ULt:
    case Op::ULe:
    case Op::SLt:
    case Op::SLe:
      Need(E.Width == 1, "width is not 1");
      Need(Width(E.A) == Width(E.B), "operands differ in width");
      return;
    case Op::Select:
      Need(Width(E.C) == 1, "condition is wider than one bit");
      break;
    case Op::CAdd:
    case Op::CSub:
    case Op::CMul:
    case Op::CFloorDiv:
    case Op::CMin:
    case Op::CMax:
      Need(E.Width == 64, "width is not 64");
      break;
    default:
      break;
    }
    Need(Width(E.A) == E.Width && Width(E.B) == E.Width,
         "operands differ in width from the result");
  }

  /// \p Defined vars exist so far.
  void form(const Form &F, size_t Defined, const std::string &Path) const {
    expr64(F.Const, Path);
    limit(F.Terms.size(), MaxDomainVars, Path);
    for (size_t I = 0; I < F.Terms.size(); ++I) {
      const Term &T = F.Terms[I];
      if (T.Var >= Defined)
        fail(Path, T.Var == None
                       ? std::string("a term's var is missing")
                       : "var " + str(T.Var) + " is not defined earlier");
      expr64(T.Coef, Path);
      for (size_t J = 0; J < I; ++J)
        if (F.Terms[J].Var == T.Var)
          fail(Path, "var " + str(T.Var) + " occurs twice");
    }
  }

  void bounds(const std::vector<Bound> &List, size_t Defined,
              const std::string &Path) const {
    limit(List.size(), MaxBounds, Path);
    for (size_t I = 0; I < List.size(); ++I) {
      form(List[I].F, Defined, at(Path, I));
      if (List[I].Div != None)
        expr64(List[I].Div, at(Path, I));
      if (List[I].Or != None)
        expr64(List[I].Or, at(Path, I));
    }
  }

  void var(const Var &V, size_t Self, const std::string &Path) const {
    bounds(V.Lo, Self, Path + ".lo");
    bounds(V.Hi, Self, Path + ".hi");
    if (V.Kind == VarKind::Sum) {
      form(V.F, Self, Path + ".f");
      return;
    }
    if (V.Kind != VarKind::Range)
      fail(Path + ".kind", "is not a var kind");
    if (V.F.Const != None || !V.F.Terms.empty())
      fail(Path + ".f", "a range has no form");
    if (V.Lo.empty())
      fail(Path + ".lo", "a range needs a lower bound");
    if (V.Hi.empty())
      fail(Path + ".hi", "a range needs an upper bound");
  }

  void domain(const Domain &D, const std::string &Path) const {
    limit(D.Vars.size(), MaxDomainVars, Path + ".vars");
    limit(D.Checks.size(), MaxChecks, Path + ".checks");
    limit(D.Steps.size(), MaxSteps, Path + ".steps");
    size_t Defined = 0;
    for (size_t I = 0; I < D.Steps.size(); ++I) {
      const Step &S = D.Steps[I];
      const std::string Here = at(Path + ".steps", I);
      switch (S.Kind) {
      case StepKind::Define:
        index(S.Index, D.Vars.size(), Here, "var");
        if (S.Index != Defined)
          fail(Here, "defines var " + str(S.Index) + ", the next one is " +
                         str(Defined));
        var(D.Vars[Defined], Defined, at(Path + ".vars", Defined));
        ++Defined;
        break;
      case StepKind::Require:
        index(S.Index, K.Exprs.size(), Here, "expression");
        break;
      case StepKind::Check: {
        index(S.Index, D.Checks.size(), Here, "check");
        const Check &C = D.Checks[S.Index];
        const std::string There = at(Path + ".checks", S.Index);
        form(C.F, Defined, There + ".f");
        if (C.Lo > C.Hi)
          fail(There, "lo is above hi");
        break;
      }
      default:
        fail(Here, "is not a step kind");
      }
    }
    if (Defined != D.Vars.size())
      fail(Path + ".steps",
           "define " + str(Defined) + " vars of " + str(D.Vars.size()));
    // A check that no step makes would be dropped in silence.
    for (size_t I = 0; I < D.Checks.size(); ++I)
      if (std::none_of(D.Steps.begin(), D.Steps.end(), [&](const Step &S) {
            return S.Kind == StepKind::Check && S.Index == I;
          }))
        fail(at(Path + ".checks", I), "no step makes this check");
  }

  void access(const Access &A, const std::string &Path) const {
    if (A.Kind < REPRISE_ACCESS_READ || A.Kind > REPRISE_ACCESS_ATOMIC)
      fail(Path + ".kind", "is not an access kind");
    reason(A.Reason, Path + ".reason");
    index(A.Domain, K.Domains.size(), Path + ".domain", "domain");
    // Also where the runtime does not need them: others print them.
    if (A.Base != None || A.Root == RootKind::Param || isHandle(A.Root))
      expr64(A.Base, Path + ".base");
    if (A.Param != None)
      index(A.Param, K.Params.size(), Path + ".param", "parameter");
    if (A.Symbol != None || A.Root == RootKind::Symbol)
      index(A.Symbol, K.Symbols.size(), Path + ".symbol", "symbol");
    if (A.Root > RootKind::Surface)
      fail(Path + ".root", "is not a root kind");
    if (isHandle(A.Root) && !A.Top)
      fail(Path + ".top", "an access through a handle may be any byte");
    if (A.Root == RootKind::Texture && A.Kind != REPRISE_ACCESS_READ)
      fail(Path + ".kind", "a texture is only read");
    if (isHandle(A.Root) && A.Kind != REPRISE_ACCESS_WRITE && !A.LiveIn)
      fail(Path + ".live_in", "a read through a handle is always live-in");
    const bool NeedsOffset = !A.Top && A.Root != RootKind::Unknown;
    if (NeedsOffset || A.Offset.Const != None || !A.Offset.Terms.empty())
      form(A.Offset, K.Domains[A.Domain].Vars.size(), Path + ".offset");
    if (NeedsOffset && A.Width == 0)
      fail(Path + ".width", "is zero");
  }

  void pair(const Pair &P, const std::string &Path) const {
    index(P.Read, K.Accesses.size(), Path, "read");
    index(P.Write, K.Accesses.size(), Path, "write");
    if (P.Kind == PairKind::Ordered) {
      if (P.Read != P.Write || !P.After.empty())
        fail(Path, "an ordered write is a pair with itself alone");
      if (K.Accesses[P.Write].Kind == REPRISE_ACCESS_READ)
        fail(Path, "access " + str(P.Write) + " does not write");
      return;
    }
    if (K.Accesses[P.Read].Kind == REPRISE_ACCESS_WRITE)
      fail(Path, "access " + str(P.Read) + " does not read");
    if (K.Accesses[P.Write].Kind == REPRISE_ACCESS_READ)
      fail(Path, "access " + str(P.Write) + " does not write");
    if (P.Kind != PairKind::Test && P.Kind != PairKind::Linked)
      fail(Path, "is not a pair kind");
    for (Id Earlier : P.After) {
      index(Earlier, K.Accesses.size(), Path, "earlier write");
      if (K.Accesses[Earlier].Kind == REPRISE_ACCESS_READ)
        fail(Path, "access " + str(Earlier) + " does not write");
    }
  }

  void effect(const Effect &E, const std::string &Path) const {
    reason(E.Reason, Path + ".reason");
    if (E.Reason == REPRISE_REASON_NONE)
      fail(Path + ".reason", "an effect needs a reason");
    index(E.Domain, K.Domains.size(), Path + ".domain", "domain");
  }
};

} // namespace

bool validateKernel(const Kernel &K, const std::string &Path,
                    std::string &Error) {
  try {
    Validator(K, Path).run();
    return true;
  } catch (Invalid &E) {
    Error = std::move(E.Message);
    return false;
  }
}

bool validateModule(const Module &M, std::string &Error) {
  std::unordered_set<std::string> Names;
  for (size_t I = 0; I < M.Kernels.size(); ++I) {
    const std::string Path = "kernels[" + str(I) + "]";
    if (!validateKernel(M.Kernels[I], Path, Error))
      return false;
    if (!Names.insert(M.Kernels[I].Name).second) {
      Error = Path + ".name: '" + M.Kernels[I].Name + "' occurs twice";
      return false;
    }
  }
  return true;
}

} // namespace reprise
