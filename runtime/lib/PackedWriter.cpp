//===- PackedWriter.cpp - Module to the compact form ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Packed.h"
#include "PackedFields.h"

#include <unordered_map>

namespace reprise {
namespace {

void fixed(std::string &Out, uint64_t Value, unsigned Bytes) {
  for (unsigned I = 0; I < Bytes; ++I)
    Out.push_back(static_cast<char>(Value >> (8 * I)));
}

/// Each different string once, numbered in order of first use.
class Strings {
public:
  uint32_t number(const std::string &Text) {
    auto [It, New] = Known.emplace(Text, static_cast<uint32_t>(Known.size()));
    if (New) {
      All += Text;
      fixed(Ends, All.size(), 8);
    }
    return It->second;
  }

  std::string All, Ends;

private:
  std::unordered_map<std::string, uint32_t> Known;
};

class Writer {
public:
  Writer(std::string &Into, Strings &Texts) : Out(Into), Texts(Texts) {}

  void natural(uint64_t Value) {
    for (; Value >= 0x80; Value >>= 7)
      Out.push_back(static_cast<char>(Value | 0x80));
    Out.push_back(static_cast<char>(Value));
  }
  void integer(int64_t Value) { // Sign last, so that small ones are short.
    uint64_t Bits = static_cast<uint64_t>(Value);
    natural(Value < 0 ? ~(Bits << 1) : Bits << 1);
  }
  void id(Id Value) { natural(Value == None ? 0 : uint64_t{Value} + 1); }
  void flag(bool Value) { natural(Value); }
  template <typename Enum> void choice(Enum Value, Enum) {
    natural(static_cast<uint64_t>(Value));
  }
  void text(const std::string &Text) { natural(Texts.number(Text)); }
  template <typename T, typename Fn>
  void list(const std::vector<T> &Elements, Fn Each) {
    natural(Elements.size());
    for (const T &E : Elements)
      Each(E);
  }

private:
  std::string &Out;
  Strings &Texts;
};

} // namespace

std::string writePacked(const Module &M) {
  Strings Texts;
  std::string Head, Table, Records;
  for (const std::string *Text : {&M.Producer, &M.Source, &M.Target})
    fixed(Head, Texts.number(*Text), 4);
  fixed(Head, 0, 4);
  Writer W(Records, Texts);
  for (const Kernel &K : M.Kernels) {
    size_t Begin = Records.size();
    kernelFields(W, K);
    imageFields(W, K);
    fixed(Table, Begin, 8);
    fixed(Table, Records.size() - Begin, 4);
    fixed(Table, Texts.number(K.Name), 4);
  }
  std::string File("\x7fREPRISE");
  fixed(File, PackedMajor, 4);
  fixed(File, PackedMinor, 4);
  fixed(File,
        40 + Head.size() + Table.size() + Texts.Ends.size() + Texts.All.size() +
            Records.size(),
        8);
  fixed(File, M.Kernels.size(), 4);
  fixed(File, Texts.Ends.size() / 8, 4);
  fixed(File, Texts.All.size(), 8);
  return File + Head + Table + Texts.Ends + Texts.All + Records;
}

} // namespace reprise
