//===- Symbolic.h - Uniform expressions, polynomials, linear forms --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The analyzer's algebra, three layers:
//
//   ExprTable  hash-consed uniform expressions with machine semantics (wrap),
//              the same nodes that the summary carries
//   Poly       polynomials over 64-bit uniform leaves, in mathematical
//              integers, in canonical form (equal polynomials compare equal)
//   Lin        Poly + sum of Poly * atom, an atom being a number that differs
//              between threads or iterations
//
// Example: 4 * (ctaid.x * ntid.x + tid.x) is the Lin
//   { Const 0, tid.x: 4, ctaid.x: 4 ntid.x }.
//
// Soundness: Poly and Lin never wrap. A coefficient that leaves int64_t makes
// the object invalid (isValid() false), which callers turn into "unknown".
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_SYMBOLIC_H
#define REPRISE_ANALYZER_SYMBOLIC_H

#include "Model.h"

#include <boost/container/flat_map.hpp>
#include <boost/container/flat_set.hpp>
#include <boost/container/small_vector.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reprise {

/// Inclusive interval of mathematical integers. Saturates at +-2^100, which
/// stands for "no bound".
struct Interval {
  __int128 Lo, Hi;
  static constexpr __int128 Infinity = static_cast<__int128>(1) << 100;

  static Interval all() { return {-Infinity, Infinity}; }
  static Interval point(__int128 V) { return {V, V}; }
  bool isPoint() const { return Lo == Hi; }
  bool within(__int128 L, __int128 H) const { return Lo >= L && Hi <= H; }

  Interval operator+(const Interval &O) const;
  Interval operator*(const Interval &O) const;
};

constexpr __int128 powerOfTwo(unsigned N) {
  return static_cast<__int128>(1) << N;
}

/// Hash-consed uniform expressions. Folds constants with the very semantics
/// of `Op`; never folds to a value where the operator would be poison.
class ExprTable {
public:
  Id get(const Expr &E);
  Id constant(int64_t Value, unsigned Width = 64);
  Id param(uint32_t Offset, unsigned Width);
  /// Bytes of a constant variable, by its index in the kernel's symbols.
  Id symbolBytes(Id Symbol, uint64_t Offset, unsigned Width);
  Id ntid(unsigned Dim);
  Id nctaid(unsigned Dim);
  Id unary(Op O, unsigned Width, Id A);
  Id binary(Op O, Id A, Id B);
  Id compare(Op O, Id A, Id B);
  Id select(Id Cond, Id True, Id False);
  /// The negation of a one-bit expression.
  Id logicalNot(Id A);

  const Expr &operator[](Id I) const { return Nodes[I]; }
  size_t size() const { return Nodes.size(); }
  const std::vector<Expr> &nodes() const { return Nodes; }

  /// The value of a constant, sign-extended from its width.
  std::optional<int64_t> constantValue(Id I) const;

  /// Bounds of a 64-bit leaf read as signed, from the hardware's limits and
  /// the widths of conversions. Always an over-approximation.
  Interval range(Id I) const;

private:
  std::vector<Expr> Nodes;
  std::map<std::vector<int64_t>, Id> Index;
};

/// Sorted arrays that begin inside their owner: forms have one to three terms,
/// and an analysis makes millions of them.
template <typename Key, typename Value, size_t Inline>
using SmallMap = boost::container::flat_map<
    Key, Value, std::less<Key>,
    boost::container::small_vector<std::pair<Key, Value>, Inline>>;
template <typename Key, size_t Inline>
using SmallSet =
    boost::container::flat_set<Key, std::less<Key>,
                               boost::container::small_vector<Key, Inline>>;

/// A polynomial with int64_t coefficients over uniform 64-bit leaves read as
/// signed integers.
class Poly {
public:
  /// Sorted leaves, with repetition; empty for the constant term.
  using Monomial = boost::container::small_vector<Id, 2>;
  using TermMap = SmallMap<Monomial, int64_t, 1>;

  Poly() = default;
  Poly(int64_t Value) { // NOLINT(google-explicit-constructor): a literal
    if (Value)
      Terms[{}] = Value;
  }
  static Poly leaf(Id Expr);
  static Poly invalid();

  bool isValid() const { return !Invalid; }
  bool isZero() const { return !Invalid && Terms.empty(); }
  std::optional<int64_t> constant() const;
  const TermMap &terms() const { return Terms; }

  Poly operator+(const Poly &O) const;
  Poly operator-(const Poly &O) const;
  Poly operator-() const { return Poly(0) - *this; }
  Poly operator*(const Poly &O) const;
  bool operator==(const Poly &O) const = default;
  std::strong_ordering operator<=>(const Poly &O) const = default;

  /// Quotient when this is exactly Divisor times a polynomial. Handles
  /// divisors of one term; others only when equal up to a constant factor.
  std::optional<Poly> divideExactly(const Poly &Divisor) const;

  /// Value bounds given the leaves' ranges.
  Interval range(const ExprTable &Exprs) const;

  /// An Expr (checked arithmetic, 64 bits) with this value.
  Id emit(ExprTable &Exprs) const;

private:
  TermMap Terms; ///< No zero coefficients.
  bool Invalid = false;
};

using AtomId = uint32_t;
inline constexpr AtomId NoAtom = ~0u;
using CheckId = uint32_t;

/// A linear form over atoms, together with the range checks under which it
/// equals the machine value that it stands for.
struct Lin {
  Poly Const;
  using TermMap = SmallMap<AtomId, Poly, 2>;
  using CheckSet = SmallSet<CheckId, 4>;

  /// Also needs what \p O needs. For whoever takes a part of O: even a number
  /// without terms may hold only under conditions, when its terms cancelled.
  void require(const Lin &O) {
    Checks.insert(O.Checks.begin(), O.Checks.end());
  }

  TermMap Terms; ///< No zero coefficients.
  CheckSet Checks;

  Lin() = default;
  Lin(Poly C) : Const(std::move(C)) {} // NOLINT: a constant form
  static Lin atom(AtomId A);

  bool isValid() const;
  bool isUniform() const { return Terms.empty(); }
  /// Coefficient of A, zero when absent.
  Poly coefficient(AtomId A) const;

  Lin operator+(const Lin &O) const;
  Lin operator-(const Lin &O) const;
  Lin operator*(const Poly &P) const;
  /// Same value; checks are not compared.
  bool sameValue(const Lin &O) const {
    return Const == O.Const && Terms == O.Terms;
  }
};

/// F states a fact: Lo <= F <= Hi must hold for affine readings that depend
/// on it. F's own checks come first.
struct LinCheck {
  Lin F;
  int64_t Lo, Hi;
};

/// As Bound of the model, over atoms.
struct LinBound {
  Lin F;
  std::optional<Poly> Div;
  std::optional<Poly> Or;
};

enum class AtomKind : uint8_t {
  Thread,   ///< A component of threadIdx or blockIdx.
  Loop,     ///< Iteration number of a loop, from 0.
  Quotient, ///< floor(Num / Den).
  Digit,    ///< Num mod Den, in 0 .. Den - 1.
  Bounded,  ///< Any value within Lo and Hi (min, max).
  Opaque,   ///< A machine value that is not understood (loaded data, ...).
};

struct Atom {
  AtomKind Kind = AtomKind::Opaque;
  std::string Name;
  std::vector<LinBound> Lo, Hi;
  /// Constant bounds, for discharging checks offline.
  Interval Range = Interval::all();
  Lin Num; ///< Quotient and Digit.
  Poly Den;
  /// Atoms that Lo, Hi and Num refer to come earlier in the table.
};

/// The atoms and checks of one kernel.
class AtomTable {
public:
  AtomId add(Atom A);
  const Atom &operator[](AtomId A) const { return Atoms[A]; }
  Atom &operator[](AtomId A) { return Atoms[A]; }
  size_t size() const { return Atoms.size(); }

  CheckId addCheck(Lin F, int64_t Lo, int64_t Hi);
  const LinCheck &check(CheckId C) const { return Checks[C]; }

  /// True when Checks hold for all launches.
  bool discharged(const Lin::CheckSet &Checks, const ExprTable &Exprs) const;

  /// Constant bounds of F over all launches.
  Interval range(const Lin &F, const ExprTable &Exprs) const;

private:
  std::vector<Atom> Atoms;
  std::vector<LinCheck> Checks;
};

} // namespace reprise

#endif // REPRISE_ANALYZER_SYMBOLIC_H
