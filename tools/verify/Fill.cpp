//===- Fill.cpp - What a buffer holds -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fill.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"

#include <optional>
#include <random>

using namespace llvm;

namespace reprise {

template <typename... Parts> static Error failure(const Parts &...P) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           (Twine("") + ... + P));
}

Expected<ElementType> parseElementType(StringRef Name) {
  using K = ElementType::Kind;
  using Result = std::optional<ElementType>;
  auto T = StringSwitch<Result>(Name)
               .Cases("char", "int8", Result({K::Signed, 1}))
               .Cases("uchar", "uint8", "byte", Result({K::Unsigned, 1}))
               .Cases("short", "int16", Result({K::Signed, 2}))
               .Cases("ushort", "uint16", Result({K::Unsigned, 2}))
               .Cases("int", "int32", Result({K::Signed, 4}))
               .Cases("uint", "uint32", Result({K::Unsigned, 4}))
               .Cases("long", "int64", Result({K::Signed, 8}))
               .Cases("ulong", "uint64", Result({K::Unsigned, 8}))
               .Case("half", Result({K::Float, 2}))
               .Case("float", Result({K::Float, 4}))
               .Case("double", Result({K::Float, 8}))
               .Case("ptr", Result({K::Pointer, 8}))
               .Default(std::nullopt);
  if (!T)
    return failure("'", Name,
                   "' is no type; there are char, short, int, long, with u in "
                   "front or as int8 to uint64, half, float, double and ptr");
  return *T;
}

namespace {

using Resolver = function_ref<Expected<uint64_t>(StringRef)>;

class Filler {
public:
  Filler(ElementType Type, uint64_t Seed, Resolver ByName)
      : T(Type), Random(Seed), Resolve(ByName) {}

  Expected<uint64_t> parse(StringRef Text) {
    if (T.K == ElementType::Kind::Float) {
      auto V = number(Text);
      if (!V)
        return V.takeError();
      return bits(*V);
    }
    APInt Value;
    StringRef Digits = Text;
    bool Negative = Digits.consume_front("-");
    if (Digits.getAsInteger(0, Value)) {
      if (T.K == ElementType::Kind::Pointer)
        return Resolve(Text);
      return failure("'", Text, "' is not an integer");
    }
    Value = Value.zext(std::max(Value.getBitWidth() + 1, 65u));
    if (Negative)
      Value.negate();
    if (Negative ? !Value.isSignedIntN(8 * T.Bytes)
                 : !Value.isIntN(8 * T.Bytes))
      return failure("'", Text, "' does not fit ", Twine(8 * T.Bytes), " bits");
    return Value.trunc(64).getZExtValue();
  }

  /// A double in the element's format.
  uint64_t bits(double Value) const {
    APFloat V(Value);
    bool Lost = false;
    V.convert(T.Bytes == 8   ? APFloat::IEEEdouble()
              : T.Bytes == 4 ? APFloat::IEEEsingle()
                             : APFloat::IEEEhalf(),
              APFloat::rmNearestTiesToEven, &Lost);
    return V.bitcastToAPInt().getZExtValue();
  }

  uint64_t iota(uint64_t I) const {
    return T.K == ElementType::Kind::Float ? bits(static_cast<double>(I)) : I;
  }

  /// "" or "LOW,HIGH".
  Error setLimits(StringRef Limits) {
    if (Limits.empty())
      return Error::success();
    auto [Low, High] = Limits.split(',');
    if (T.K == ElementType::Kind::Float) {
      auto A = number(Low);
      if (!A)
        return A.takeError();
      auto B = number(High);
      if (!B)
        return B.takeError();
      From = *A;
      Width = *B - *A;
      return Error::success();
    }
    auto A = parse(Low);
    if (!A)
      return A.takeError();
    auto B = parse(High);
    if (!B)
      return B.takeError();
    if (T.K == ElementType::Kind::Signed
            ? static_cast<int64_t>(*A) > static_cast<int64_t>(*B)
            : *A > *B)
      return failure("'", Limits, "' has its limits in the wrong order");
    First = *A;
    Count = *B - *A + 1; // 0: all there are.
    return Error::success();
  }

  uint64_t random() {
    // No distribution of the standard library: they differ between libraries.
    uint64_t R = Random();
    if (T.K == ElementType::Kind::Float)
      return bits(From + Width * static_cast<double>(R >> 11) * 0x1p-53);
    return First + (Count ? R % Count : R);
  }

private:
  static Expected<double> number(StringRef Text) {
    double V = 0;
    if (Text.getAsDouble(V))
      return failure("'", Text, "' is not a number");
    return V;
  }

  ElementType T;
  std::mt19937_64 Random;
  Resolver Resolve;
  double From = 0, Width = 1;
  uint64_t First = 0, Count = 0;
};

} // namespace

Error fill(MutableArrayRef<uint8_t> Out, ElementType T, StringRef Init,
           uint64_t Seed, Resolver Resolve) {
  auto [How, Value] = Init.split('=');
  size_t Count = Out.size() / T.Bytes;
  Filler F(T, Seed, Resolve);
  auto Put = [&](size_t I, uint64_t V) {
    uint8_t Bytes[8];
    support::endian::write64le(Bytes, V);
    std::copy_n(Bytes, T.Bytes, Out.begin() + I * T.Bytes);
  };
  std::fill(Out.begin(), Out.end(), 0);
  if (Init == "zero")
    return Error::success();
  if (Init == "iota") {
    for (size_t I = 0; I < Count; ++I)
      Put(I, F.iota(I));
    return Error::success();
  }
  if (Init == "random" || How == "random") {
    if (Error E = F.setLimits(Value))
      return E;
    for (size_t I = 0; I < Count; ++I)
      Put(I, F.random());
    return Error::success();
  }
  if (How == "const") {
    auto V = F.parse(Value);
    if (!V)
      return V.takeError();
    for (size_t I = 0; I < Count; ++I)
      Put(I, *V);
    return Error::success();
  }
  if (How == "list") {
    SmallVector<StringRef> Values;
    Value.split(Values, ',');
    if (Values.size() > Count)
      return failure(Twine(Values.size()), " values do not fit ", Twine(Count),
                     " elements");
    for (size_t I = 0; I < Values.size(); ++I) {
      auto V = F.parse(Values[I]);
      if (!V)
        return V.takeError();
      Put(I, *V);
    }
    return Error::success();
  }
  if (How == "file") {
    auto File = MemoryBuffer::getFile(Value, false, false);
    if (!File)
      return failure("cannot read ", Value, ": ", File.getError().message());
    StringRef Bytes = (*File)->getBuffer();
    if (Bytes.size() > Out.size())
      return failure(Value, " has ", Twine(Bytes.size()), " bytes, more than ",
                     Twine(Out.size()));
    std::copy(Bytes.begin(), Bytes.end(), Out.begin());
    return Error::success();
  }
  return failure("'", Init,
                 "' is no content; there are zero, iota, random[=LOW,HIGH], "
                 "const=VALUE, list=VALUE,... and file=PATH");
}

} // namespace reprise
