//===- Printer.cpp - Expressions and conditions for people ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Printer.h"
#include "KernelAnalysis.h"

#include <algorithm>

namespace reprise {

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

static std::string paramName(const KernelState &S, const Expr &E) {
  auto Member = S.Layout.Members.find(static_cast<uint32_t>(E.Imm));
  if (Member != S.Layout.Members.end())
    return Member->second;
  for (const Param &P : S.Layout.Params) {
    if (E.Imm < P.Offset || E.Imm >= P.Offset + P.Size)
      continue;
    if (P.Kind != REPRISE_PARAM_BYTES && E.Imm == P.Offset)
      return P.Name;
    return P.Name + "@" + std::to_string(E.Imm - P.Offset);
  }
  return "param@" + std::to_string(E.Imm);
}

static const char *infix(Op O) {
  switch (O) {
  case Op::Add:
  case Op::CAdd:
    return " + ";
  case Op::Sub:
  case Op::CSub:
    return " - ";
  case Op::Mul:
  case Op::CMul:
    return "*";
  case Op::UDiv:
  case Op::SDiv:
  case Op::CFloorDiv:
    return " / ";
  case Op::URem:
  case Op::SRem:
    return " % ";
  case Op::And:
    return " & ";
  case Op::Or:
    return " | ";
  case Op::Xor:
    return " ^ ";
  case Op::Shl:
    return " << ";
  case Op::LShr:
  case Op::AShr:
    return " >> ";
  case Op::Eq:
    return " == ";
  case Op::Ne:
    return " != ";
  case Op::ULt:
  case Op::SLt:
    return " < ";
  case Op::ULe:
  case Op::SLe:
    return " <= ";
  default:
    return nullptr;
  }
}

static const char *functionName(Op O) {
  switch (O) {
  case Op::UMin:
  case Op::SMin:
  case Op::CMin:
    return "min";
  case Op::UMax:
  case Op::SMax:
  case Op::CMax:
    return "max";
  case Op::MulHiU:
  case Op::MulHiS:
    return "mulhi";
  default:
    return "?";
  }
}

static bool isBinary(Op O) { return infix(O) != nullptr; }

/// Operand text, in parentheses when it is itself an operation.
static std::string operand(const KernelState &S, Id I) {
  Id Inner = I;
  while (S.Exprs[Inner].Opcode == Op::SExt ||
         S.Exprs[Inner].Opcode == Op::ZExt ||
         S.Exprs[Inner].Opcode == Op::Trunc)
    Inner = S.Exprs[Inner].A;
  std::string Text = printExpr(S, Inner);
  return isBinary(S.Exprs[Inner].Opcode) ? "(" + Text + ")" : Text;
}

static Poly polyOf(const KernelState &S, Id I);

std::string printExpr(const KernelState &S, Id I) {
  const Expr &E = S.Exprs[I];
  switch (E.Opcode) {
  case Op::Const:
    return std::to_string(*S.Exprs.constantValue(I));
  case Op::Param:
    return paramName(S, E);
  case Op::SymbolBytes: {
    const Symbol &Of = S.K.Symbols[E.Symbol];
    if (E.Imm == 0 && E.Width / 8u == Of.Size)
      return Of.Name;
    return Of.Name + "@" + std::to_string(E.Imm);
  }
  case Op::NTid:
    return std::string("blockDim.") + "xyz"[E.Imm];
  case Op::NCtaId:
    return std::string("gridDim.") + "xyz"[E.Imm];
  case Op::DynShared:
    return "sharedBytes";
  case Op::SExt:
  case Op::ZExt:
  case Op::Trunc:
    return printExpr(S, E.A);
  case Op::Add:
  case Op::Sub:
  case Op::Mul:
  case Op::CAdd:
  case Op::CSub:
  case Op::CMul: {
    Poly P = polyOf(S, I);
    if (P == Poly::leaf(I))
      break;
    return printPoly(S, P);
  }
  case Op::Select:
    return "(" + operand(S, E.C) + " ? " + operand(S, E.A) + " : " +
           operand(S, E.B) + ")";
  case Op::SMax:
    if (Poly P = polyOf(S, I); !(P == Poly::leaf(I)))
      return printPoly(S, P);
    break;
  default:
    break;
  }
  if (const char *Sign = infix(E.Opcode))
    return operand(S, E.A) + Sign + operand(S, E.B);
  return std::string(functionName(E.Opcode)) + "(" + printExpr(S, E.A) + ", " +
         printExpr(S, E.B) + ")";
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// Appends a signed summand with its magnitude's text.
static void append(std::string &Sum, bool Negative, const std::string &Text) {
  if (Sum.empty())
    Sum = (Negative ? "-" : "") + Text;
  else
    Sum += (Negative ? " - " : " + ") + Text;
}

static std::string scaled(uint64_t Factor, const std::string &Product) {
  if (Product.empty())
    return std::to_string(Factor);
  if (Factor == 1)
    return Product;
  return std::to_string(Factor) + Product;
}

std::string printPoly(const KernelState &S, const Poly &P) {
  if (!P.isValid())
    return "?";
  std::string Sum;
  for (bool Positive : {true, false})
    for (auto It = P.terms().rbegin(); It != P.terms().rend(); ++It) {
      auto [M, C] = *It;
      if ((C > 0) != Positive)
        continue;
      std::string Product;
      for (Id Leaf : M)
        Product += (Product.empty() ? "" : "*") + operand(S, Leaf);
      append(Sum, C < 0,
             scaled(C < 0 ? 0 - static_cast<uint64_t>(C)
                          : static_cast<uint64_t>(C),
                    Product));
    }
  return Sum.empty() ? "0" : Sum;
}

/// Sums and products become a polynomial, for reading: also those of wrapping
/// arithmetic, as if nothing wrapped.
static Poly polyOf(const KernelState &S, Id I) {
  const Expr &E = S.Exprs[I];
  if (auto C = S.Exprs.constantValue(I))
    return Poly(*C);
  Poly P = Poly::invalid();
  switch (E.Opcode) {
  case Op::Add:
  case Op::CAdd:
    P = polyOf(S, E.A) + polyOf(S, E.B);
    break;
  case Op::Sub:
  case Op::CSub:
    P = polyOf(S, E.A) - polyOf(S, E.B);
    break;
  case Op::Mul:
  case Op::CMul:
    P = polyOf(S, E.A) * polyOf(S, E.B);
    break;
  case Op::SExt:
  case Op::ZExt:
    P = polyOf(S, E.A);
    break;
  case Op::SMax: // max(n, 0), a trip count, is n for the sizes printed for.
    if (S.Exprs.constantValue(E.A) == 0)
      P = polyOf(S, E.B);
    else if (S.Exprs.constantValue(E.B) == 0)
      P = polyOf(S, E.A);
    break;
  default:
    break;
  }
  return P.isValid() ? P : Poly::leaf(I);
}

/// The same for a polynomial's leaves.
static Poly expand(const KernelState &S, const Poly &P) {
  if (!P.isValid())
    return P;
  Poly Sum;
  for (const auto &[M, C] : P.terms()) {
    Poly Product(C);
    for (Id Leaf : M)
      Product = Product * polyOf(S, Leaf);
    Sum = Sum + Product;
  }
  return Sum.isValid() ? Sum : P;
}

std::string printRoot(const KernelState &S, const Access &A) {
  switch (A.Root) {
  case RootKind::Param:
    return printExpr(S, A.Base);
  case RootKind::Symbol:
    return S.K.Symbols[A.Symbol].Name;
  case RootKind::Unknown:
    return "*";
  case RootKind::Texture:
    return "texture " + operand(S, A.Base);
  case RootKind::Surface:
    return "surface " + operand(S, A.Base);
  }
  return "*";
}

std::string printAccess(const KernelState &S, const AnalyzedAccess &X) {
  std::string Root = printRoot(S, X.A);
  if (isHandle(X.A.Root))
    return Root;
  if (!X.precise())
    return X.A.Root == RootKind::Unknown ? "*" : Root + "[*]";
  const Domain &D = S.K.Domains[X.A.Domain];
  std::string Sum;
  for (const Term &T : X.A.Offset.Terms) {
    Poly C = polyOf(S, T.Coef);
    const std::string &Name = D.Vars[T.Var].Name;
    if (auto K = C.constant()) {
      append(Sum, *K < 0,
             scaled(*K < 0 ? 0 - static_cast<uint64_t>(*K)
                           : static_cast<uint64_t>(*K),
                    Name));
      continue;
    }
    std::string Factor = printPoly(S, C);
    if (C.terms().size() > 1)
      Factor = "(" + Factor + ")";
    append(Sum, false, Factor + "*" + Name);
  }
  Poly Const = polyOf(S, X.A.Offset.Const);
  if (!Const.isZero() || Sum.empty()) {
    std::string Text = printPoly(S, Const);
    bool Negative = !Text.empty() && Text[0] == '-' && !Sum.empty();
    append(Sum, Negative, Negative ? Text.substr(1) : Text);
  }
  return Root + "[" + Sum + "]";
}

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

namespace {

/// The ends of forms, as polynomials; invalid where they are not known.
class Ends {
public:
  Ends(KernelState &S, const Domain &D) : S(S), D(D) {}

  Poly end(const Form &F, bool Upper) {
    Poly Sum = polyOf(S, F.Const);
    for (const Term &T : F.Terms) {
      Poly C = polyOf(S, T.Coef);
      bool Positive = std::all_of(C.terms().begin(), C.terms().end(),
                                  [](const auto &M) { return M.second > 0; });
      bool Negative = std::all_of(C.terms().begin(), C.terms().end(),
                                  [](const auto &M) { return M.second < 0; });
      if (!Positive && !Negative)
        return Poly::invalid();
      Sum = Sum + C * end(T.Var, Upper == Positive);
    }
    return Sum;
  }

private:
  Poly end(Id Var, bool Upper) {
    if (++Depth > 32)
      return Poly::invalid();
    const auto &V = D.Vars[Var];
    const auto &Bounds = Upper ? V.Hi : V.Lo;
    // The bound added last comes from the source's guard.
    Poly R = Bounds.empty() ? end(V.F, Upper) : end(Bounds.back(), Upper);
    --Depth;
    return R;
  }

  Poly end(const Bound &B, bool Upper) {
    Poly P = end(B.F, Upper);
    if (B.Div == None || !P.isValid())
      return P;
    Poly Div = polyOf(S, B.Div);
    if (!Upper) // ceil(x / d) is floor((x + d - 1) / d).
      P = P + Div - Poly(1);
    if (auto Q = P.divideExactly(Div))
      return *Q;
    return Poly::leaf(S.Exprs.binary(Op::CFloorDiv, P.emit(S.Exprs), B.Div));
  }

  KernelState &S;
  const Domain &D;
  unsigned Depth = 0;
};

} // namespace

ByteRange rangeOf(KernelState &S, const AnalyzedAccess &X) {
  ByteRange R;
  R.Root = printRoot(S, X.A);
  R.Handle = isHandle(X.A.Root);
  if (!X.precise()) {
    R.Whole = true;
    return R;
  }
  Ends E(S, S.K.Domains[X.A.Domain]);
  R.Lo = expand(S, E.end(X.A.Offset, false));
  R.Hi = expand(S, E.end(X.A.Offset, true) + Poly(X.A.Width));
  R.Whole = !R.Lo.isValid() || !R.Hi.isValid();
  return R;
}

/// A <= B for all non-negative values of the leaves, as far as the signs of
/// the difference's coefficients tell.
static bool atMost(const Poly &A, const Poly &B) {
  Poly D = B - A;
  return D.isValid() &&
         std::all_of(D.terms().begin(), D.terms().end(),
                     [](const auto &T) { return T.second >= 0; });
}

bool ByteRange::merge(const ByteRange &O) {
  if (Root != O.Root || Whole != O.Whole)
    return false;
  if (Whole)
    return true;
  bool LoBelow = atMost(Lo, O.Lo), HiAbove = atMost(O.Hi, Hi);
  if ((!LoBelow && !atMost(O.Lo, Lo)) || (!HiAbove && !atMost(Hi, O.Hi)))
    return false;
  if (!LoBelow)
    Lo = O.Lo;
  if (!HiAbove)
    Hi = O.Hi;
  return true;
}

std::string printRange(const KernelState &S, const ByteRange &R) {
  if (R.Handle)
    return R.Root;
  if (R.Whole)
    return R.Root == "*" ? "any memory" : R.Root + "[*]";
  return R.Root + "[" + printPoly(S, R.Lo) + " .. " + printPoly(S, R.Hi) + ")";
}

} // namespace reprise
