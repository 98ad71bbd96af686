//===- GridPrint.cpp - printf and assertions ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grid.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cstdio>
#include <cstring>

using namespace llvm;

namespace reprise::emulator {

/// Output of one launch that is kept.
static constexpr size_t MostOutput = 1 << 20;

/// The text at Address, as far as it lies in memory of the device or in the
/// program's own constants.
static std::string textAt(const Memory &Mem, uint64_t Address) {
  const Region *R = Mem.find(Address);
  if (!R)
    return "";
  const char *P = atAddress<const char>(Address);
  return std::string(P, strnlen(P, R->End - Address));
}

/// One conversion of a format: "%-8.3f" with an argument at Where.
static std::string printOne(const std::string &Spec, const Memory &Mem,
                            uint64_t &Where, uint64_t End) {
  char Kind = Spec.back();
  bool Long = Spec.find('l') != std::string::npos ||
              Spec.find('z') != std::string::npos ||
              Spec.find('j') != std::string::npos ||
              Spec.find('t') != std::string::npos;
  bool Wide = Long || StringRef("feEgGaAsp").contains(Kind);
  size_t Size = Wide ? 8 : 4;
  Where = alignTo(Where, Size);
  uint64_t Bits = 0;
  if (Where + Size <= End)
    std::memcpy(&Bits, atAddress<const void>(Where), Size);
  Where += Size;
  std::string Plain;
  for (char C : Spec)
    if (!StringRef("lhzjtL").contains(C))
      Plain += C;
  char Buffer[512];
  auto Print = [&](auto Value, const char *Length) {
    std::string Full = Plain;
    Full.insert(Full.size() - 1, Length);
    std::snprintf(Buffer, sizeof(Buffer), Full.c_str(), Value);
    return std::string(Buffer);
  };
  if (Kind == 's')
    return Print(textAt(Mem, Bits).c_str(), "");
  if (Kind == 'p')
    return Print(atAddress<void>(Bits), "");
  if (StringRef("feEgGaA").contains(Kind))
    return Print(bit_cast<double>(Bits), "");
  if (Kind == 'd' || Kind == 'i')
    return Print(Long ? static_cast<long long>(Bits)
                      : static_cast<long long>(static_cast<int32_t>(Bits)),
                 "ll");
  if (Kind == 'c')
    return Print(static_cast<int>(Bits), "");
  return Print(static_cast<unsigned long long>(Bits), "ll");
}

static std::string format(const Memory &Mem, const std::string &Text,
                          uint64_t Arguments) {
  std::string Out;
  const Region *R = Arguments ? Mem.find(Arguments) : nullptr;
  uint64_t End = R ? R->End : 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Text[I] != '%') {
      Out += Text[I];
      continue;
    }
    if (I + 1 < Text.size() && Text[I + 1] == '%') {
      Out += '%';
      ++I;
      continue;
    }
    size_t Last = Text.find_first_of("diouxXeEfFgGaAcsp", I + 1);
    std::string Spec =
        Last == std::string::npos ? "" : Text.substr(I, Last - I + 1);
    if (Spec.empty() || Spec.size() > 24 ||
        Spec.find_first_not_of("%+- #0123456789.lhzjtdiouxXeEfFgGaAcsp") !=
            std::string::npos) {
      Out += '%';
      continue;
    }
    Out += printOne(Spec, Mem, Arguments, End);
    I = Last;
  }
  return Out;
}

uint32_t Grid::print(uint64_t Format, uint64_t Arguments) {
  if (Out.Output.size() < MostOutput)
    Out.Output += format(Mem, textAt(Mem, Format), Arguments);
  return 0;
}

void Grid::assertFailed(uint64_t Message, uint64_t File, uint32_t Line,
                        uint64_t Function) {
  fault(FaultKind::Trap, callSite(), 0, 0,
        textAt(Mem, File) + ":" + std::to_string(Line) + ": " +
            textAt(Mem, Function) + ": assertion `" + textAt(Mem, Message) +
            "' failed");
  leave();
}

} // namespace reprise::emulator
