//===- Coverage.cpp - Which opcodes were compared -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Coverage.h"
#include "ptx/Lift.h"
#include "ptx/Parser.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace reprise::opcodes {

void Coverage::add(StringRef Ptx) {
  ptx::Module M = ptx::parse(Ptx);
  for (const ptx::Function &F : M.Functions)
    for (const ptx::Statement &S : F.Body) {
      if (S.K != ptx::Statement::Kind::Instruction)
        continue;
      const ptx::Instruction &I = S.instruction();
      std::string Form;
      for (StringRef Modifier : I.Modifiers)
        Form += "." + Modifier.str();
      Forms[I.Opcode.str()].insert(Form);
    }
}

Error Coverage::readElsewhere(const std::string &Path,
                              const std::string &Root) {
  auto Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return createStringError(Buffer.getError(), "cannot read %s", Path.c_str());
  SmallVector<StringRef> Lines;
  (*Buffer)->getBuffer().split(Lines, '\n', -1, false);
  for (StringRef Line : Lines) {
    auto [Opcode, Rest] = Line.split(' ');
    if (Opcode.starts_with("#") || Opcode.empty())
      continue;
    auto [File, Why] = Rest.ltrim().split(' ');
    auto Text = MemoryBuffer::getFile(Root + "/" + File.str());
    if (!Text)
      return createStringError(Text.getError(), "%s names %s, cannot read it",
                               Path.c_str(), File.str().c_str());
    Regex Word("(^|[^a-z0-9_])" + Opcode.str() + "([^a-z0-9_]|$)");
    if (!Word.match((*Text)->getBuffer()))
      return createStringError("%s says that %s is checked in %s, which does "
                               "not name it",
                               Path.c_str(), Opcode.str().c_str(),
                               File.str().c_str());
    Elsewhere[Opcode.str()] = {File.str(), Why.ltrim().str()};
  }
  return Error::success();
}

size_t Coverage::forms() const {
  size_t N = 0;
  for (const auto &[Opcode, Of] : Forms)
    N += Of.size();
  return N;
}

void Coverage::print(raw_ostream &OS) const {
  for (const auto &[Opcode, Of] : Forms) {
    OS << formatv("{0,-14} {1,4} ", Opcode, Of.size());
    for (const std::string &Form : Of)
      OS << " " << (Form.empty() ? "(plain)" : Form);
    OS << "\n";
  }
  for (const auto &[Opcode, At] : Elsewhere)
    OS << formatv("{0,-14}    -  {1}: {2}\n", Opcode, At.File, At.Why);
}

std::vector<std::string> Coverage::problems() const {
  std::vector<std::string> Found;
  std::set<std::string> Known;
  for (const std::string &Opcode : ptx::knownOpcodes()) {
    Known.insert(Opcode);
    bool Here = Forms.count(Opcode), There = Elsewhere.count(Opcode);
    if (!Here && !There)
      Found.push_back(Opcode + " is compared by no kernel; add one, or say in "
                               "elsewhere.txt where it is checked");
    if (Here && There)
      Found.push_back(Opcode + " is compared; take it out of elsewhere.txt");
  }
  for (const auto &[Opcode, Of] : Forms)
    if (!Known.count(Opcode))
      Found.push_back("nvcc emits " + Opcode +
                      ", which the lifter does not know");
  for (const auto &[Opcode, At] : Elsewhere)
    if (!Known.count(Opcode))
      Found.push_back("elsewhere.txt names " + Opcode +
                      ", which the lifter does not know");
  return Found;
}

} // namespace reprise::opcodes
