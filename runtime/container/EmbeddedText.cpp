//===- EmbeddedText.cpp - Texts that lie in device images ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmbeddedText.h"
#include "Elf.h"

#include <algorithm>
#include <charconv>

namespace reprise {

namespace {

void add(std::string_view Text, std::vector<std::string> &Texts) {
  Text = Text.substr(0, Text.find('\0'));
  if (std::find(Texts.begin(), Texts.end(), Text) == Texts.end())
    Texts.emplace_back(Text);
}

bool cubin(std::string_view Bytes, std::string_view Prefix,
           std::vector<std::string> &Texts, std::string &Error) {
  bool Outside = false;
  bool Whole = forEachSymbol(
      Bytes, [&](std::string_view Name, std::string_view Content) {
        if (Name.substr(0, Prefix.size()) != Prefix)
          return;
        if (Content.empty())
          Outside = true;
        else
          add(Content, Texts);
      });
  if (!Whole)
    Error = "the machine code's tables are broken";
  else if (Outside)
    Error = "an array of Reprise lies outside its section";
  return Whole && !Outside;
}

std::string_view trim(std::string_view Text) {
  constexpr std::string_view Space = " \t\n\v\f\r";
  size_t First = Text.find_first_not_of(Space);
  if (First == Text.npos)
    return {};
  return Text.substr(First, Text.find_last_not_of(Space) - First + 1);
}

bool readByte(std::string_view Text, unsigned &Byte) {
  Text = trim(Text);
  int Base = 10;
  if (Text.size() > 2 && Text[0] == '0' && (Text[1] == 'x' || Text[1] == 'X')) {
    Text.remove_prefix(2);
    Base = 16;
  }
  auto [End, Code] =
      std::from_chars(Text.data(), Text.data() + Text.size(), Byte, Base);
  return Code == std::errc() && End == Text.data() + Text.size() && Byte <= 255;
}

/// `.global .align 1 .b8 __reprise_summary_x[3] = {123, 125, 0};`
bool ptx(std::string_view Text, std::string_view Prefix,
         std::vector<std::string> &Texts, std::string &Error) {
  // From statement to statement: no byte is looked at twice.
  for (size_t At = Text.find(Prefix); At != Text.npos;
       At = Text.find(Prefix, At)) {
    std::string_view Rest = Text.substr(At);
    Rest = Rest.substr(0, Rest.find(';'));
    At += Rest.size();
    size_t Open = Rest.find('{'), Close = Rest.find('}');
    if (Open == Rest.npos || Close == Rest.npos || Close < Open)
      continue; // A mention, not the definition.
    std::string_view List = Rest.substr(Open + 1, Close - Open - 1);
    std::string Json;
    while (!trim(List).empty()) {
      size_t Comma = std::min(List.find(','), List.size());
      unsigned Byte = 0;
      if (!readByte(List.substr(0, Comma), Byte)) {
        Error = "summary in PTX is not a list of bytes";
        return false;
      }
      Json.push_back(static_cast<char>(Byte));
      List.remove_prefix(std::min(Comma + 1, List.size()));
    }
    add(Json, Texts);
  }
  return true;
}

} // namespace

bool appendEmbeddedTexts(ImageKind Kind, std::string_view Payload,
                         std::vector<std::string> &Texts, std::string &Error,
                         std::string_view Prefix) {
  switch (Kind) {
  case ImageKind::Ptx:
    return ptx(Payload, Prefix, Texts, Error);
  case ImageKind::Cubin:
    return cubin(Payload, Prefix, Texts, Error);
  case ImageKind::LtoIr:
  case ImageKind::Unknown:
    break;
  }
  return true;
}

} // namespace reprise
