//===- Printable.cpp - Text of unknown origin, made safe to show ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"

using namespace llvm;

namespace reprise {

static std::string escaped(unsigned char Byte) {
  switch (Byte) {
  case '\n':
    return "\\n";
  case '\t':
    return "\\t";
  case '\r':
    return "\\r";
  default:
    return {'\\', 'x', hexdigit(Byte >> 4, /*LowerCase=*/true),
            hexdigit(Byte & 15, /*LowerCase=*/true)};
  }
}

std::string printable(StringRef Text, bool KeepLines) {
  auto Plain = [&](char C) { return isPrint(C) || (KeepLines && C == '\n'); };
  if (all_of(Text, Plain))
    return Text.str();
  std::string Out;
  while (!Text.empty()) {
    size_t Size = 1;
    if (Plain(Text[0])) {
      Out += Text[0];
    } else if (isASCII(Text[0])) {
      Out += escaped(Text[0]);
    } else {
      const auto *From = reinterpret_cast<const UTF8 *>(Text.data());
      const UTF8 *Next = From;
      UTF32 Character = 0;
      if (convertUTF8Sequence(&Next, From + Text.size(), &Character,
                              strictConversion) != conversionOK) {
        Out += escaped(Text[0]);
      } else {
        Size = Next - From;
        Out += sys::unicode::isPrintable(Character)
                   ? Text.take_front(Size).str()
                   : "\\u{" + utohexstr(Character, /*LowerCase=*/true) + "}";
      }
    }
    Text = Text.drop_front(Size);
  }
  return Out;
}

} // namespace reprise
