//===- Arguments.cpp - Launch values on the command line ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace reprise {

template <typename... Parts>
static Error bad(const char *Format, const Parts &...P) {
  return createStringError(std::errc::invalid_argument, Format, P...);
}

/// Writes the low bytes of Value.
static void store(MutableArrayRef<uint8_t> Out, const APInt &Value) {
  for (size_t I = 0; I < Out.size(); ++I)
    Out[I] = static_cast<uint8_t>(
        Value.extractBitsAsZExtValue(8, static_cast<unsigned>(8 * I)));
}

static bool parseInteger(StringRef Text, APInt &Value) {
  bool Negative = Text.consume_front("-");
  if (Text.empty() || !isDigit(Text[0]) || Text.getAsInteger(0, Value))
    return false;
  Value = Value.zext(std::max(Value.getBitWidth() + 1, 160u));
  if (Negative)
    Value.negate();
  return true;
}

static Error storeHex(MutableArrayRef<uint8_t> Out, StringRef Digits,
                      const std::string &Name) {
  std::string Bytes;
  if (!tryGetFromHex(Digits, Bytes) || Digits.size() % 2)
    return bad("argument '%s': hex: takes pairs of hexadecimal digits",
               Name.c_str());
  if (Bytes.size() != Out.size())
    return bad("argument '%s' has %zu bytes, hex: gives %zu", Name.c_str(),
               Out.size(), Bytes.size());
  std::copy(Bytes.begin(), Bytes.end(), Out.begin());
  return Error::success();
}

static Error storeFloat(MutableArrayRef<uint8_t> Out, StringRef Text,
                        const std::string &Name) {
  const fltSemantics *Semantics = Out.size() == 8   ? &APFloat::IEEEdouble()
                                  : Out.size() == 4 ? &APFloat::IEEEsingle()
                                  : Out.size() == 2 ? &APFloat::IEEEhalf()
                                                    : nullptr;
  if (!Semantics)
    return bad("argument '%s' has %zu bytes; give it as hex:...", Name.c_str(),
               Out.size());
  APFloat Value(*Semantics);
  auto Status = Value.convertFromString(Text, APFloat::rmNearestTiesToEven);
  if (!Status) {
    consumeError(Status.takeError());
    return bad("argument '%s': '%s' is not a number", Name.c_str(),
               Text.str().c_str());
  }
  store(Out, Value.bitcastToAPInt());
  return Error::success();
}

static Error storeInteger(MutableArrayRef<uint8_t> Out, StringRef Text,
                          const std::string &Name) {
  APInt Value;
  if (!parseInteger(Text, Value))
    return bad("argument '%s': '%s' is not an integer", Name.c_str(),
               Text.str().c_str());
  unsigned Bits = static_cast<unsigned>(Out.size() * 8);
  bool Fits =
      Value.isNegative() ? Value.isSignedIntN(Bits) : Value.isIntN(Bits);
  if (!Fits)
    return bad("argument '%s': %s does not fit %u bits", Name.c_str(),
               Text.str().c_str(), Bits);
  store(Out, Value.sextOrTrunc(std::max(Bits, 160u)));
  return Error::success();
}

Expected<std::vector<uint8_t>>
packArguments(const Kernel &K, const std::vector<std::string> &Values) {
  if (Values.size() != K.Params.size()) {
    std::string Names;
    for (const Param &P : K.Params)
      Names += (Names.empty() ? "" : ", ") + P.Name;
    return bad("%s takes %zu arguments (%s), %zu were given with --arg",
               K.Demangled.c_str(), K.Params.size(), Names.c_str(),
               Values.size());
  }
  std::vector<uint8_t> Block(K.ParamBytes);
  for (size_t I = 0; I < Values.size(); ++I) {
    const Param &P = K.Params[I];
    auto Out = MutableArrayRef<uint8_t>(Block).slice(P.Offset, P.Size);
    StringRef Text = Values[I];
    Error E = Text.consume_front("hex:")      ? storeHex(Out, Text, P.Name)
              : P.Kind == REPRISE_PARAM_FLOAT ? storeFloat(Out, Text, P.Name)
              : P.Kind == REPRISE_PARAM_BYTES
                  ? bad("argument '%s' is a struct of %u bytes; give it as "
                        "hex:...",
                        P.Name.c_str(), P.Size)
                  : storeInteger(Out, Text, P.Name);
    if (E)
      return std::move(E);
  }
  return Block;
}

Expected<std::array<uint32_t, 3>> parseDimensions(StringRef Text,
                                                  const char *Option) {
  std::array<uint32_t, 3> Result = {1, 1, 1};
  SmallVector<StringRef, 3> Parts;
  Text.split(Parts, ',');
  bool Ok = !Text.empty() && Parts.size() <= 3;
  for (size_t I = 0; Ok && I < Parts.size(); ++I)
    Ok = !Parts[I].getAsInteger(0, Result[I]);
  if (!Ok)
    return bad("%s takes X[,Y[,Z]], not '%s'", Option, Text.str().c_str());
  return Result;
}

Expected<reprise_range> parseRange(StringRef Text, const char *Option) {
  reprise_range R = {0, 0};
  auto [Base, Size] = Text.split(':');
  if (Base.getAsInteger(0, R.address) || Size.getAsInteger(0, R.size))
    return bad("%s takes BASE:SIZE in bytes, not '%s'", Option,
               Text.str().c_str());
  return R;
}

Expected<LaunchRecord::Binding> parseBinding(StringRef Text,
                                             reprise_handle_kind Kind) {
  LaunchRecord::Binding B;
  B.Kind = Kind;
  auto [Handle, Where] = Text.split('=');
  bool Ok = !Handle.getAsInteger(0, B.Handle) && B.Handle;
  if (Where.consume_front("array")) {
    Ok = Ok && (Where.empty() ||
                (Where.consume_front(":") && !Where.getAsInteger(0, B.Array)));
  } else {
    auto [Base, Size] = Where.split(':');
    Ok = Ok && !Base.getAsInteger(0, B.Address) &&
         !Size.getAsInteger(0, B.Size) && B.Size;
  }
  const char *Option = Kind == REPRISE_HANDLE_TEXTURE ? "texture" : "surface";
  if (!Ok)
    return bad("--%s takes HANDLE=BASE:SIZE in bytes, or HANDLE=array[:NUMBER],"
               " not '%s'",
               Option, Text.str().c_str());
  return B;
}

Expected<LaunchRecord::Content> parseContent(StringRef Text) {
  LaunchRecord::Content C;
  auto [Where, Hex] = Text.rsplit('=');
  auto [Name, Offset] = Where.split('+');
  C.Name = Name.str();
  std::string Bytes;
  if (Name.empty() || Hex.empty() || Hex.size() % 2 ||
      !tryGetFromHex(Hex, Bytes) ||
      (!Offset.empty() && Offset.getAsInteger(0, C.Offset)))
    return bad("--content takes NAME=HEX or NAME+OFFSET=HEX, not '%s'",
               Text.str().c_str());
  C.Bytes.assign(Bytes.begin(), Bytes.end());
  return C;
}

} // namespace reprise
