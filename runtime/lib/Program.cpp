//===- Program.cpp - A kernel summary, ready to be evaluated --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"

#include "Allocations.h"
#include "DomainTree.h"
#include "Limits.h"
#include "Names.h"
#include "PairRuns.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace reprise {
namespace {

class Compiler {
public:
  Compiler(const Kernel &Source, Accesses Which) : K(Source), Which(Which) {}

  Program run() {
    P.UniqueId = nextUniqueId();
    P.ParamBytes = K.ParamBytes;
    std::copy(K.ReqNTid, K.ReqNTid + 3, P.ReqNTid);
    markLive();
    numberValues();
    shareDomains();
    for (size_t I = 0; I < K.Domains.size(); ++I)
      if (LiveDomains[I] && SharedDomain[I] == I)
        addDomain(I);
    for (const Symbol &S : K.Symbols) {
      P.Symbols.push_back({hashName(S.Name), S.Size});
      P.SymbolNames.push_back(S.Name);
    }
    for (size_t I = 0; I < K.Accesses.size(); ++I)
      addAccess(I);
    for (const Pair &Q : K.Pairs) {
      const auto Begin = static_cast<uint32_t>(P.After.size());
      P.After.insert(P.After.end(), Q.After.begin(), Q.After.end());
      P.Pairs.push_back({Q.Read, Q.Write, Q.Kind, Begin,
                         static_cast<uint32_t>(P.After.size())});
    }
    for (const Effect &E : K.Effects)
      P.Effects.push_back({domain(E.Domain), E.Reason});
    P.Unexplained =
        K.Class == REPRISE_CLASS_UNKNOWN && K.Effects.empty() &&
        std::all_of(
            K.Accesses.begin(), K.Accesses.end(),
            [](const Access &A) { return A.Reason == REPRISE_REASON_NONE; }) &&
        std::none_of(K.Pairs.begin(), K.Pairs.end(),
                     [](const Pair &Q) { return Q.Kind == PairKind::Ordered; });
    buildRuns(P);
    shareSteps(P);
    return std::move(P);
  }

private:
  const Kernel &K;
  const Accesses Which;
  Program P;
  std::vector<bool> LiveExprs, LiveDomains, LiveAccesses;
  std::vector<uint32_t> ValueOf;      ///< By expression.
  std::vector<uint32_t> SharedDomain; ///< First equal domain of the kernel.
  std::vector<uint32_t> DomainOf;     ///< By domain of the kernel.
  /// Vars of the program, by domain of the program and var of the kernel's.
  std::vector<std::vector<uint32_t>> VarsOf;
  std::vector<std::vector<bool>> Consumed; ///< Likewise: vars in a sum.
  /// What a var or check is made of, as numbers; equal ones are the same.
  using Content = std::vector<int64_t>;
  std::map<Content, uint32_t> KnownVars, KnownChecks;
  std::vector<size_t> DimsOf; ///< At most, by var of the program.
  using ShapeKey = std::pair<uint32_t, std::vector<std::pair<Id, Id>>>;
  std::map<ShapeKey, uint32_t> ShapeOf;
  /// Root, top, independent, base, symbol, domain, shape.
  using GroupKey =
      std::tuple<RootKind, bool, bool, uint32_t, uint32_t, uint32_t, uint32_t>;
  std::map<GroupKey, uint32_t> GroupOf;

  // What is needed: everything that a pair's access or an effect refers to.

  void markForm(const Form &F) {
    mark(F.Const);
    for (const Term &T : F.Terms)
      mark(T.Coef);
  }
  void mark(Id E) {
    if (E != None)
      LiveExprs[E] = true;
  }
  void markDomain(Id Index) {
    if (LiveDomains[Index])
      return;
    LiveDomains[Index] = true;
    const Domain &D = K.Domains[Index];
    for (const Var &V : D.Vars) {
      if (V.Kind == VarKind::Sum)
        markForm(V.F);
      for (const std::vector<Bound> *List : {&V.Lo, &V.Hi})
        for (const Bound &B : *List) {
          markForm(B.F);
          mark(B.Div);
          mark(B.Or);
        }
    }
    for (const Check &C : D.Checks)
      markForm(C.F);
    for (const Step &S : D.Steps)
      if (S.Kind == StepKind::Require)
        mark(S.Index);
  }

  void markLive() {
    LiveExprs.resize(K.Exprs.size());
    LiveDomains.resize(K.Domains.size());
    LiveAccesses.resize(K.Accesses.size(), Which == Accesses::All);
    for (const Pair &Q : K.Pairs) {
      LiveAccesses[Q.Read] = LiveAccesses[Q.Write] = true;
      for (Id Earlier : Q.After)
        LiveAccesses[Earlier] = true;
    }
    for (size_t I = 0; I < K.Accesses.size(); ++I) {
      const Access &A = K.Accesses[I];
      if (!LiveAccesses[I])
        continue;
      markDomain(A.Domain);
      if (A.Root == RootKind::Param || isHandle(A.Root))
        mark(A.Base);
      if (hasOffset(A))
        markForm(A.Offset);
    }
    for (const Effect &E : K.Effects)
      markDomain(E.Domain);
    for (size_t I = K.Exprs.size(); I-- > 0;)
      if (LiveExprs[I]) {
        mark(K.Exprs[I].A);
        mark(K.Exprs[I].B);
        mark(K.Exprs[I].C);
      }
  }

  static bool hasOffset(const Access &A) {
    return !A.Top && A.Root != RootKind::Unknown;
  }

  /// Constants are folded with the function that evaluates at launch, so both
  /// agree. Poison is never folded: it stays an Insn.
  void numberValues() {
    const size_t N = K.Exprs.size();
    std::vector<uint64_t> Folded(N);
    std::vector<bool> IsConstant(N);
    const std::vector<uint8_t> NoPoison(N);
    std::map<uint64_t, uint32_t> Constants;
    for (size_t I = 0; I < N; ++I) {
      if (!LiveExprs[I])
        continue;
      const Expr &E = K.Exprs[I];
      Insn In = insn(E);
      unsigned Operands = operandCount(E.Opcode);
      bool Foldable =
          E.Opcode == Op::Const || (Operands > 0 && IsConstant[E.A] &&
                                    (Operands < 2 || IsConstant[E.B]) &&
                                    (Operands < 3 || IsConstant[E.C]));
      if (!Foldable)
        continue;
      bool IsPoison = false;
      Folded[I] = evaluate(In, LaunchValues(), Folded.data(), NoPoison.data(),
                           IsPoison);
      if (IsPoison)
        continue;
      IsConstant[I] = true;
      auto [It, New] = Constants.emplace(
          Folded[I], static_cast<uint32_t>(P.Constants.size()));
      if (New)
        P.Constants.push_back(Folded[I]);
    }
    using InsnKey =
        std::tuple<Op, uint8_t, uint8_t, uint32_t, uint32_t, uint32_t, int64_t>;
    std::map<InsnKey, uint32_t> Known;
    ValueOf.assign(N, None);
    for (size_t I = 0; I < N; ++I) {
      if (!LiveExprs[I])
        continue;
      if (IsConstant[I]) {
        ValueOf[I] = Constants.at(Folded[I]);
        continue;
      }
      Insn In = insn(K.Exprs[I]);
      for (uint32_t *Operand : {&In.A, &In.B, &In.C})
        *Operand = *Operand == None ? 0 : ValueOf[*Operand];
      if (In.Opcode == Op::SymbolBytes)
        In.A = K.Exprs[I].Symbol;
      InsnKey Key{In.Opcode, In.Width, In.WidthA, In.A, In.B, In.C, In.Imm};
      auto [It, New] =
          Known.emplace(Key, static_cast<uint32_t>(P.valueCount()));
      if (New)
        P.Insns.push_back(In);
      ValueOf[I] = It->second;
    }
  }

  Insn insn(const Expr &E) const {
    uint8_t WidthA = E.A == None ? E.Width : K.Exprs[E.A].Width;
    return {E.Opcode, E.Width, WidthA, E.A, E.B, E.C, E.Imm};
  }

  void shareDomains() {
    SharedDomain.resize(K.Domains.size());
    for (size_t I = 0; I < K.Domains.size(); ++I) {
      SharedDomain[I] = static_cast<uint32_t>(I);
      for (size_t J = 0; LiveDomains[I] && J < I; ++J)
        if (LiveDomains[J] && SharedDomain[J] == J &&
            K.Domains[J] == K.Domains[I]) {
          SharedDomain[I] = static_cast<uint32_t>(J);
          break;
        }
    }
    DomainOf.assign(K.Domains.size(), None);
  }
  uint32_t domain(Id Index) const { return DomainOf[SharedDomain[Index]]; }

  using VarMap = std::vector<uint32_t>;

  FormRef addForm(const Form &F, const VarMap &Vars) {
    FormRef R{ValueOf[F.Const], static_cast<uint32_t>(P.Terms.size()), 0};
    for (const Term &T : F.Terms)
      P.Terms.push_back({Vars[T.Var], ValueOf[T.Coef]});
    R.End = static_cast<uint32_t>(P.Terms.size());
    return R;
  }

  void addDomain(size_t Index) {
    const Domain &D = K.Domains[Index];
    DomainOf[Index] = static_cast<uint32_t>(P.Domains.size());
    ProgramDomain Out{static_cast<uint32_t>(P.Steps.size()), 0, None, false,
                      false};

    std::vector<bool> InSum(D.Vars.size()), InBound(D.Vars.size());
    for (const Var &V : D.Vars) {
      if (V.Kind == VarKind::Sum)
        for (const Term &T : V.F.Terms) {
          Out.Correlated = Out.Correlated || InSum[T.Var];
          InSum[T.Var] = true;
        }
      for (const std::vector<Bound> *List : {&V.Lo, &V.Hi})
        for (const Bound &B : *List)
          for (const Term &T : B.F.Terms)
            InBound[T.Var] = InBound[T.Var] || !B.Implied;
    }
    for (size_t I = 0; I < D.Vars.size(); ++I)
      Out.BoundCorrelated = Out.BoundCorrelated || (InSum[I] && InBound[I]);

    VarMap Vars, Checks;
    for (const Var &V : D.Vars) // Made of vars before it.
      Vars.push_back(addVar(V, Vars));
    for (const Check &C : D.Checks)
      Checks.push_back(addCheck(C, Vars));
    for (const Step &S : D.Steps)
      P.Steps.push_back({S.Kind, S.Kind == StepKind::Define ? Vars[S.Index]
                                 : S.Kind == StepKind::Check
                                     ? Checks[S.Index]
                                     : ValueOf[S.Index]});
    Out.End = static_cast<uint32_t>(P.Steps.size());
    P.Domains.push_back(Out);
    VarsOf.push_back(std::move(Vars));
    Consumed.push_back(std::move(InSum));
  }

  void addContent(Content &C, const Form &F, const VarMap &Vars) const {
    C.push_back(ValueOf[F.Const]);
    C.push_back(static_cast<int64_t>(F.Terms.size()));
    for (const Term &T : F.Terms) {
      C.push_back(Vars[T.Var]);
      C.push_back(ValueOf[T.Coef]);
    }
  }

  /// At most so many dims has the sum of \p F's terms before any are merged.
  size_t dimsOf(const Form &F, const VarMap &Vars) const {
    size_t Sum = 0;
    for (const Term &T : F.Terms)
      Sum += DimsOf[Vars[T.Var]];
    return Sum;
  }

  /// Without bounds that are the same number as another one of \p List. (Of two
  /// equal forms each counts as a place where a set became larger.)
  std::vector<Bound> withoutRepeated(const std::vector<Bound> &List) const {
    std::vector<Bound> Out;
    for (const Bound &B : List) {
      auto IsSame = [&](const Bound &Other) {
        return Other.F.Terms.empty() && valueOf(Other.Div) == valueOf(B.Div) &&
               valueOf(Other.Or) == valueOf(B.Or) &&
               ValueOf[Other.F.Const] == ValueOf[B.F.Const];
      };
      if (!B.F.Terms.empty() || std::none_of(Out.begin(), Out.end(), IsSame))
        Out.push_back(B);
    }
    return Out;
  }
  uint32_t valueOf(Id E) const { return E == None ? None : ValueOf[E]; }

  uint32_t addVar(const Var &Described, const VarMap &Vars) {
    Var V = Described;
    V.Lo = withoutRepeated(V.Lo);
    V.Hi = withoutRepeated(V.Hi);
    Content Key{static_cast<int64_t>(V.Kind), V.Exact, V.Free,
                static_cast<int64_t>(V.Lo.size())};
    if (V.Kind == VarKind::Sum)
      addContent(Key, V.F, Vars);
    for (const std::vector<Bound> *List : {&V.Lo, &V.Hi})
      for (const Bound &B : *List) {
        addContent(Key, B.F, Vars);
        Key.push_back(valueOf(B.Div));
        Key.push_back(valueOf(B.Or));
        Key.push_back(B.Implied);
      }
    auto [It, New] =
        KnownVars.emplace(std::move(Key), static_cast<uint32_t>(P.Vars.size()));
    if (!New)
      return It->second;
    ProgramVar W{V.Kind, V.Exact, V.Free, false, false, {0, 0, 0}, 0, 0, 0};
    size_t Dims = 1;
    if (V.Kind == VarKind::Sum) {
      Dims = dimsOf(V.F, Vars);
      W.MayWiden = Dims > MaxDims;
      W.F = addForm(V.F, Vars);
    }
    DimsOf.push_back(std::min<size_t>(Dims, MaxDims));
    W.Lo = static_cast<uint32_t>(P.Bounds.size());
    addBounds(V.Lo, Vars);
    W.Hi = static_cast<uint32_t>(P.Bounds.size());
    addBounds(V.Hi, Vars);
    W.End = static_cast<uint32_t>(P.Bounds.size());
    W.Simple = V.Kind == VarKind::Range && V.Lo.size() + V.Hi.size() == 2 &&
               P.Bounds[W.Lo].isValue() && P.Bounds[W.Hi].isValue();
    P.Vars.push_back(W);
    return It->second;
  }

  uint32_t addCheck(const Check &C, const VarMap &Vars) {
    Content Key{C.Lo, C.Hi};
    addContent(Key, C.F, Vars);
    auto [It, New] = KnownChecks.emplace(
        std::move(Key), static_cast<uint32_t>(P.Checks.size()));
    if (New)
      P.Checks.push_back({addForm(C.F, Vars), C.Lo, C.Hi});
    return It->second;
  }

  void addBounds(const std::vector<Bound> &List, const VarMap &Vars) {
    for (const Bound &B : List)
      P.Bounds.push_back(
          {addForm(B.F, Vars), valueOf(B.Div), valueOf(B.Or), B.Implied});
  }

  uint32_t addShape(const Access &A, const VarMap &Vars) {
    ShapeKey Key{A.Width, {}};
    for (const Term &T : A.Offset.Terms)
      Key.second.emplace_back(Vars[T.Var], ValueOf[T.Coef]);
    auto [It, New] =
        ShapeOf.emplace(std::move(Key), static_cast<uint32_t>(P.Shapes.size()));
    if (New) {
      const FormRef F = addForm(A.Offset, Vars);
      P.Shapes.push_back(
          {F.Begin, F.End, A.Width, dimsOf(A.Offset, Vars) > MaxDims});
    }
    return It->second;
  }

  void addAccess(size_t Index) {
    const Access &A = K.Accesses[Index];
    ProgramAccess Out{None,   None,     static_cast<uint32_t>(A.Reason),
                      A.Must, A.LiveIn, A.Kind};
    if (!LiveAccesses[Index]) {
      P.Accesses.push_back(Out);
      return;
    }
    const uint32_t D = domain(A.Domain);
    ProgramGroup G{A.Root, A.Top && A.Root != RootKind::Unknown,
                   true,   None,
                   None,   D,
                   None,   0,
                   0};
    if (A.Root == RootKind::Param || isHandle(A.Root))
      G.Base = ValueOf[A.Base];
    if (A.Root == RootKind::Symbol)
      G.Symbol = A.Symbol;
    if (hasOffset(A)) {
      Out.Const = ValueOf[A.Offset.Const];
      G.Shape = addShape(A, VarsOf[D]);
      for (const Term &T : A.Offset.Terms)
        G.Independent = G.Independent && !Consumed[D][T.Var];
    }
    auto [It, New] =
        GroupOf.emplace(GroupKey(G.Root, G.Top, G.Independent, G.Base, G.Symbol,
                                 G.Domain, G.Shape),
                        static_cast<uint32_t>(P.Groups.size()));
    if (New)
      P.Groups.push_back(G);
    Out.Group = It->second;
    P.Accesses.push_back(Out);
  }
};

} // namespace

Program compile(const Kernel &K, Accesses Which) {
  return Compiler(K, Which).run();
}

} // namespace reprise
