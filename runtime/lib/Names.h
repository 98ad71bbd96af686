//===- Names.h - Spellings of the model's enumerations --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One table per enumeration; the JSON format and the C interface share them.
// The *Name functions never return null ("invalid" outside the enumeration);
// the parse functions return false and leave Out alone for other spellings.
// Thread safety: pure functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_NAMES_H
#define REPRISE_RUNTIME_NAMES_H

#include "Model.h"

#include <string_view>

namespace reprise {

const char *name(Op Value);
const char *name(VarKind Value);
const char *name(StepKind Value);
const char *name(RootKind Value);
const char *name(PairKind Value);
const char *name(reprise_access_kind Value);
const char *name(reprise_param_kind Value);
const char *name(reprise_class Value);
const char *name(reprise_verdict Value);
const char *name(reprise_reason Value);
const char *name(reprise_status Value);
/// One sentence for people.
const char *text(reprise_reason Value);

bool parseName(std::string_view Name, Op &Out);
bool parseName(std::string_view Name, VarKind &Out);
bool parseName(std::string_view Name, StepKind &Out);
bool parseName(std::string_view Name, RootKind &Out);
bool parseName(std::string_view Name, PairKind &Out);
bool parseName(std::string_view Name, reprise_access_kind &Out);
bool parseName(std::string_view Name, reprise_param_kind &Out);
bool parseName(std::string_view Name, reprise_class &Out);
bool parseName(std::string_view Name, reprise_reason &Out);

/// How many operands (A, B, C) the operator takes.
unsigned operandCount(Op Value);

/// Whether the operator uses Expr::Imm.
inline bool hasImm(Op Value) {
  return operandCount(Value) == 0 && Value != Op::DynShared;
}

} // namespace reprise

#endif // REPRISE_RUNTIME_NAMES_H
