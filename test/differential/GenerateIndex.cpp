//===- GenerateIndex.cpp - Indices, conditions and values of random kernels
//===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <algorithm>

namespace reprise::differential {

Type Generator::indexType() {
  return R.of({Type::I32, Type::I32, Type::I32, Type::U32, Type::I64});
}

int Generator::pick(bool Pointer) {
  std::vector<int> Of;
  for (size_t I = 0; I < K.Params.size(); ++I)
    if (K.Params[I].Pointer == Pointer)
      Of.push_back(static_cast<int>(I));
  return Of[R.below(Of.size())];
}

/// Programs mostly read some buffers and write others.
int Generator::pointer(bool Reads) {
  int First = pick(true), Other = pick(true);
  if (R.percent(Tidy ? 3 : 25))
    return First;
  if (Tidy && K.Params[1].Pointer) {
    if (Reads)
      return 0;
    return First ? First : std::max(Other, 1);
  }
  return Reads ? std::min(First, Other) : std::max(First, Other);
}

Expr Generator::scalar() {
  int I = pick(false);
  return {E::Kind::Scalar, K.Params[static_cast<size_t>(I)].T, "", I, {}};
}

Expr Generator::divisor() {
  for (size_t I = 0; I < K.Params.size(); ++I)
    if (K.Params[I].Divisor && R.percent(60)) {
      feature("symbolic divisor");
      return {E::Kind::Scalar, K.Params[I].T, "", static_cast<int64_t>(I), {}};
    }
  return constant(R.of<int64_t>({2, 3, 4, 5, 7, 8, 10, 16, 24}));
}

Expr Generator::anyVar() {
  if (R.percent(60))
    return var(Ids[R.below(Ids.size())]);
  return var(Scope[R.below(Scope.size())]);
}

Expr Generator::stride() {
  if (R.percent(25)) {
    feature("symbolic stride");
    return scalar();
  }
  return constant(R.of<int64_t>({1, 2, 2, 3, 4, 5, 8, -1}));
}

/// A number that threads have of their own.
Expr Generator::index(unsigned Depth) {
  Type T = indexType();
  switch (Depth > 2 ? 0 : R.below(20)) {
  default:
    return anyVar();
  case 4:
  case 5:
  case 6:
    return binary("+", T, binary("*", T, anyVar(), stride()),
                  constant(R.between(-3, 9)));
  case 7:
  case 8: { // Rows and columns.
    E Row = var(Ids[K.Dims > 1 ? 1 : 0]);
    E Sum = binary("+", T, binary("*", T, Row, stride()), anyVar());
    return K.Dims < 3
               ? Sum
               : binary("+", T, Sum, binary("*", T, var(Ids[2]), stride()));
  }
  case 9:
    return binary("+", T, index(Depth + 1), anyVar());
  case 10:
  case 11: {
    feature("div and mod");
    E X = index(Depth + 1), D = divisor();
    switch (R.below(4)) {
    case 0:
      return binary("/", T, X, D);
    case 1:
      return binary("%", T, X, D);
    case 2: // A transposition of digits.
      return binary("+", T, binary("*", T, binary("%", T, X, D), stride()),
                    binary("/", T, X, D));
    default:
      return binary("+", T, binary("*", T, binary("/", T, X, D), D),
                    binary("%", T, X, D));
    }
  }
  case 12: {
    feature("min and max");
    E N = R.percent(50) ? scalar() : constant(R.between(1, 40));
    return binary(R.percent(60) ? "min" : "max", T, index(Depth + 1), N);
  }
  case 13:
    feature("select");
    return {E::Kind::Select,
            T,
            "",
            0,
            {condition(Depth + 1), index(Depth + 1), index(Depth + 1)}};
  case 14: {
    feature("indirect");
    E Data{E::Kind::Load, Type::I32, "", pointer(true), {index(Depth + 1)}};
    if (R.percent(85))
      Data = binary("&", T, Data, constant(R.of<int64_t>({7, 15, 31, 63})));
    return R.percent(50) ? Data : binary("+", T, Data, anyVar());
  }
  case 15: {
    feature("narrow casts");
    Type Small = R.of({Type::U8, Type::I16, Type::I8});
    return cast(
        Small,
        binary("+", T, binary("*", T, anyVar(), stride()),
               constant(R.of<int64_t>({0, 100, 120, 250, 32760, 65530}))));
  }
  case 16: {
    feature("near a wrap");
    Type W = R.of({Type::I32, Type::U32});
    E Far = R.percent(30)
                ? scalar()
                : constant(R.of<int64_t>(
                      {0x7ffffff0, 0x7fffffe8, 0xfffffff0, 0xffffffe0, -5}));
    E X = binary("+", W, anyVar(), Far);
    switch (R.below(4)) {
    case 0:
      return binary("-", W, X, Far);
    case 1:
      return binary("%", W, X, constant(R.of<int64_t>({16, 24, 60})));
    case 2:
      return binary("&", W, X, constant(63));
    default:
      return binary(
          ">>", W,
          binary("*", W, anyVar(),
                 constant(R.of<int64_t>({0x10000000, 0x4000000, 0x40000000}))),
          constant(24));
    }
  }
  case 17:
    feature("reversed");
    return binary("-", T, R.percent(60) ? scalar() : constant(40),
                  index(Depth + 1));
  case 18:
    feature("device function");
    return {E::Kind::Call, Type::I32, R.percent(50) ? "fmad" : "fclamp", 0, {}};
  case 19:
    feature("bit operations");
    return binary(R.of({"&", "^", "|", ">>", "<<"}), T, index(Depth + 1),
                  constant(R.of<int64_t>({1, 2, 3, 4})));
  }
}

Expr Generator::full(E I) {
  // Calls get their operands here, where all of them are in scope.
  if (I.K == E::Kind::Call && I.Kids.empty()) {
    I.Kids = {anyVar(), R.percent(50) ? scalar() : constant(3)};
    if (I.Op == "fmad")
      I.Kids.push_back(anyVar());
  }
  for (E &Kid : I.Kids)
    Kid = full(std::move(Kid));
  return I;
}

Expr Generator::anyIndex() { return full(index()); }

Expr Generator::condition(unsigned Depth) {
  if (Depth < 2 && R.percent(20)) {
    E Both = compare(R.percent(70) ? "&&" : "||", Type::I32,
                     condition(Depth + 1), condition(Depth + 1));
    return Both;
  }
  Type T =
      R.of({Type::I32, Type::I32, Type::U32, Type::I64, Type::I16, Type::U8});
  if (T == Type::U32 || T == Type::U8)
    feature("unsigned guard");
  if (bytesOf(T) < 4)
    feature("narrow guard");
  const char *Op = R.of({"<", "<", "<", "<=", ">", ">=", "==", "!="});
  if (R.percent(8)) {
    feature("guard on data");
    return compare(Op, T,
                   {E::Kind::Load, Type::I32, "", pointer(true), {anyVar()}},
                   constant(R.between(0, 20)));
  }
  if (R.percent(10)) {
    feature("guard on arguments");
    return compare(Op, T, scalar(), constant(R.between(-2, 20)));
  }
  E Left = R.percent(70) ? anyVar() : full(index(1));
  return compare(Op, T, Left,
                 R.percent(65) ? scalar() : constant(R.between(0, 30)));
}

Expr Generator::value() {
  if (R.percent(35))
    return {E::Kind::Load, Type::I32, "", pointer(true), {anyIndex()}};
  if (R.percent(25))
    return binary("+", Type::I32,
                  {E::Kind::Load, Type::I32, "", pointer(true), {anyIndex()}},
                  {E::Kind::Load, Type::I32, "", pointer(true), {anyIndex()}});
  if (K.Shared && R.percent(40))
    return shared();
  return R.percent(60) ? anyVar() : constant(R.between(0, 31));
}

Expr Generator::shared() {
  return {E::Kind::Shared,
          Type::I32,
          "",
          0,
          {binary("&", Type::I32, anyIndex(), constant(K.Shared - 1))}};
}

/// Quotients and remainders of what may be negative.
Expr Generator::digits() {
  feature("div and mod");
  Type T = R.of({Type::I32, Type::I32, Type::U32, Type::I64});
  E X = binary("-", T, anyVar(), constant(R.between(0, 12)));
  return binary("+", T, binary(R.percent(50) ? "/" : "%", T, X, divisor()),
                constant(R.between(0, 12)));
}

} // namespace reprise::differential
