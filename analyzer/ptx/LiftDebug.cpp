//===- LiftDebug.cpp - Source places of PTX as debug locations ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfoMetadata.h"

using namespace llvm;

namespace reprise::ptx {

DIFile *ModuleLifter::file(uint32_t Index) {
  DIFile *&F = Files[Index];
  if (F)
    return F;
  if (!Debug)
    Debug.emplace(*M);
  StringRef Name = "?"; // Debug information must not be without a name.
  for (const SourceFile &S : Syntax.Files)
    if (S.Index == Index && !S.Name.empty())
      Name = S.Name;
  F = Debug->createFile(Name, "");
  if (!Unit)
    Unit = Debug->createCompileUnit(dwarf::DW_LANG_C_plus_plus, F, "", false,
                                    "", 0);
  return F;
}

DISubprogram *ModuleLifter::subprogram(StringRef Name, DIFile *File,
                                       unsigned Line) {
  DISubroutineType *T =
      Debug->createSubroutineType(Debug->getOrCreateTypeArray({}));
  return Debug->createFunction(File, Name, Name, File, Line, T, Line,
                               DINode::FlagZero,
                               DISubprogram::SPFlagDefinition);
}

DISubprogram *ModuleLifter::inlinedFunction(StringRef Label, uint32_t File) {
  DISubprogram *&S = Inlined[{Label.str(), File}];
  if (!S)
    S = subprogram(Label, file(File), 0);
  return S;
}

void ModuleLifter::finishDebug() {
  if (!Debug)
    return;
  Debug->finalize();
  M->addModuleFlag(llvm::Module::Warning, "Debug Info Version",
                   DEBUG_METADATA_VERSION);
}

/// A place in the function's own code, or where something was inlined into it.
DILocation *FunctionLifter::location(uint32_t File, uint32_t Line,
                                     uint32_t Column) {
  DILocation *&L = Places[{File, Line, Column}];
  if (L)
    return L;
  DIFile *In = Parent.file(File);
  if (!F->getSubprogram())
    F->setSubprogram(Parent.subprogram(F->getName(), In, Line));
  DILocalScope *Scope = F->getSubprogram();
  if (Scope->getFile() != In)
    Scope = DILexicalBlockFile::get(C, Scope, In, 0);
  return L = DILocation::get(C, Line, Column, Scope);
}

void FunctionLifter::place(const SourcePlace &P) {
  if (!P.Inlined) {
    B.SetCurrentDebugLocation(location(P.File, P.Line, P.Column));
    return;
  }
  DILocation *At = location(P.AtFile, P.AtLine, P.AtColumn);
  DILocation *L = DILocation::get(
      C, P.Line, P.Column, Parent.inlinedFunction(P.Function, P.File), At);
  // Later places may say that they are inlined here.
  Places[{P.File, P.Line, P.Column}] = L;
  B.SetCurrentDebugLocation(L);
}

} // namespace reprise::ptx
