//===- Symbolic.cpp - Polynomials, linear forms, atoms --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Symbolic.h"

#include <algorithm>
#include <cassert>

namespace reprise {

static __int128 saturate(__int128 V) {
  return std::clamp(V, -Interval::Infinity, Interval::Infinity);
}

/// Product with saturation; operands are within +-2^100.
static __int128 multiply(__int128 A, __int128 B) {
  __int128 R;
  if (__builtin_mul_overflow(A, B, &R))
    return (A < 0) == (B < 0) ? Interval::Infinity : -Interval::Infinity;
  return saturate(R);
}

Interval Interval::operator+(const Interval &O) const {
  return {saturate(Lo + O.Lo), saturate(Hi + O.Hi)};
}

Interval Interval::operator*(const Interval &O) const {
  auto Corners = {multiply(Lo, O.Lo), multiply(Lo, O.Hi), multiply(Hi, O.Lo),
                  multiply(Hi, O.Hi)};
  return {std::min(Corners), std::max(Corners)};
}

//===----------------------------------------------------------------------===//
// Poly
//===----------------------------------------------------------------------===//

Poly Poly::leaf(Id Expr) {
  Poly P;
  P.Terms[{Expr}] = 1;
  return P;
}

Poly Poly::invalid() {
  Poly P;
  P.Invalid = true;
  return P;
}

std::optional<int64_t> Poly::constant() const {
  if (Invalid)
    return std::nullopt;
  if (Terms.empty())
    return 0;
  if (Terms.size() == 1 && Terms.begin()->first.empty())
    return Terms.begin()->second;
  return std::nullopt;
}

/// Adds Coef to the entry for M; false on overflow.
static bool accumulate(Poly::TermMap &Terms, const Poly::Monomial &M,
                       int64_t Coef) {
  auto [It, New] = Terms.try_emplace(M, Coef);
  if (!New && __builtin_add_overflow(It->second, Coef, &It->second))
    return false;
  if (It->second == 0)
    Terms.erase(It);
  return true;
}

Poly Poly::operator+(const Poly &O) const {
  if (Invalid || O.Invalid)
    return invalid();
  Poly R = *this;
  for (const auto &[M, C] : O.Terms)
    if (!accumulate(R.Terms, M, C))
      return invalid();
  return R;
}

Poly Poly::operator*(const Poly &O) const {
  if (Invalid || O.Invalid)
    return invalid();
  // A product of large sums is of no use to anybody: refuse it.
  if (Terms.size() * O.Terms.size() > 64)
    return invalid();
  Poly R;
  for (const auto &[MA, CA] : Terms)
    for (const auto &[MB, CB] : O.Terms) {
      int64_t C;
      if (__builtin_mul_overflow(CA, CB, &C))
        return invalid();
      Monomial M(MA);
      M.insert(M.end(), MB.begin(), MB.end());
      std::sort(M.begin(), M.end());
      if (!accumulate(R.Terms, M, C))
        return invalid();
    }
  return R;
}

Poly Poly::operator-(const Poly &O) const { return *this + O * Poly(-1); }

std::optional<Poly> Poly::divideExactly(const Poly &Divisor) const {
  if (Invalid || Divisor.Invalid || Divisor.Terms.empty())
    return std::nullopt;
  if (Divisor.Terms.size() == 1) {
    const auto &[DM, DC] = *Divisor.Terms.begin();
    Poly R;
    for (const auto &[M, C] : Terms) {
      if ((C == INT64_MIN && DC == -1) || C % DC != 0)
        return std::nullopt;
      if (!std::includes(M.begin(), M.end(), DM.begin(), DM.end()))
        return std::nullopt;
      Monomial Q;
      std::set_difference(M.begin(), M.end(), DM.begin(), DM.end(),
                          std::back_inserter(Q));
      R.Terms[Q] = C / DC;
    }
    return R;
  }
  if (Terms.empty())
    return Poly(0);
  // Equal up to one factor: take it from the leading terms.
  Poly Lead, DivisorLead;
  Lead.Terms.insert(*Terms.rbegin());
  DivisorLead.Terms.insert(*Divisor.Terms.rbegin());
  auto Factor = Lead.divideExactly(DivisorLead);
  if (Factor && *Factor * Divisor == *this)
    return Factor;
  return std::nullopt;
}

Interval Poly::range(const ExprTable &Exprs) const {
  if (Invalid)
    return Interval::all();
  Interval R = Interval::point(0);
  for (const auto &[M, C] : Terms) {
    Interval T = Interval::point(C);
    for (Id Leaf : M)
      T = T * Exprs.range(Leaf);
    R = R + T;
  }
  return R;
}

Id Poly::emit(ExprTable &Exprs) const {
  assert(!Invalid && "an invalid polynomial has no expression");
  Id Sum = None;
  for (const auto &[M, C] : Terms) {
    Id Product = None;
    for (Id Leaf : M)
      Product = Product == None ? Leaf : Exprs.binary(Op::CMul, Product, Leaf);
    Id Coef = Exprs.constant(C);
    Product = Product == None ? Coef : Exprs.binary(Op::CMul, Product, Coef);
    Sum = Sum == None ? Product : Exprs.binary(Op::CAdd, Sum, Product);
  }
  return Sum == None ? Exprs.constant(0) : Sum;
}

//===----------------------------------------------------------------------===//
// Lin
//===----------------------------------------------------------------------===//

Lin Lin::atom(AtomId A) {
  Lin L;
  L.Terms[A] = Poly(1);
  return L;
}

bool Lin::isValid() const {
  return Const.isValid() &&
         std::all_of(Terms.begin(), Terms.end(),
                     [](const auto &T) { return T.second.isValid(); });
}

Poly Lin::coefficient(AtomId A) const {
  auto It = Terms.find(A);
  return It == Terms.end() ? Poly(0) : It->second;
}

Lin Lin::operator+(const Lin &O) const {
  Lin R = *this;
  R.Const = R.Const + O.Const;
  for (const auto &[A, C] : O.Terms) {
    Poly Sum = R.coefficient(A) + C;
    if (Sum.isZero())
      R.Terms.erase(A);
    else
      R.Terms[A] = Sum;
  }
  R.Checks.insert(O.Checks.begin(), O.Checks.end());
  return R;
}

Lin Lin::operator*(const Poly &P) const {
  Lin R;
  R.Checks = Checks;
  R.Const = Const * P;
  for (const auto &[A, C] : Terms) {
    Poly Product = C * P;
    if (!Product.isZero())
      R.Terms[A] = Product;
  }
  return R;
}

Lin Lin::operator-(const Lin &O) const { return *this + O * Poly(-1); }

//===----------------------------------------------------------------------===//
// AtomTable
//===----------------------------------------------------------------------===//

AtomId AtomTable::add(Atom A) {
  Atoms.push_back(std::move(A));
  return static_cast<AtomId>(Atoms.size() - 1);
}

CheckId AtomTable::addCheck(Lin F, int64_t Lo, int64_t Hi) {
  for (CheckId C = 0; C < Checks.size(); ++C)
    if (Checks[C].Lo == Lo && Checks[C].Hi == Hi && Checks[C].F.sameValue(F) &&
        Checks[C].F.Checks == F.Checks)
      return C;
  Checks.push_back({std::move(F), Lo, Hi});
  return static_cast<CheckId>(Checks.size() - 1);
}

bool AtomTable::discharged(const Lin::CheckSet &List,
                           const ExprTable &Exprs) const {
  return std::all_of(List.begin(), List.end(), [&](CheckId C) {
    const LinCheck &K = Checks[C];
    return range(K.F, Exprs).within(K.Lo, K.Hi) &&
           discharged(K.F.Checks, Exprs);
  });
}

Interval AtomTable::range(const Lin &F, const ExprTable &Exprs) const {
  if (!F.isValid())
    return Interval::all();
  Interval R = F.Const.range(Exprs);
  for (const auto &[A, C] : F.Terms)
    R = R + Atoms[A].Range * C.range(Exprs);
  return R;
}

} // namespace reprise
