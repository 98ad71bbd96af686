//===- Names.cpp - Spellings of the model's enumerations ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Names.h"

#include <iterator>

namespace reprise {
namespace {

constexpr const char *OpNames[] = {
    "const", "param",  "ntid",      "nctaid", "dynshared", "add",        "sub",
    "mul",   "mulhiu", "mulhis",    "udiv",   "sdiv",      "urem",       "srem",
    "and",   "or",     "xor",       "shl",    "lshr",      "ashr",       "umin",
    "umax",  "smin",   "smax",      "zext",   "sext",      "trunc",      "eq",
    "ne",    "ult",    "ule",       "slt",    "sle",       "select",     "cadd",
    "csub",  "cmul",   "cfloordiv", "cmin",   "cmax",      "symbolbytes"};
static_assert(std::size(OpNames) == static_cast<size_t>(Op::SymbolBytes) + 1);

constexpr const char *VarKindNames[] = {"range", "sum"};
constexpr const char *StepKindNames[] = {"define", "require", "check"};
constexpr const char *RootKindNames[] = {"param", "symbol", "unknown",
                                         "texture", "surface"};
constexpr const char *PairKindNames[] = {"test", "linked", "ordered"};
// Null: no such value.
constexpr const char *AccessKindNames[] = {nullptr, "read", "write", "atomic"};
constexpr const char *ParamKindNames[] = {"bytes", "pointer", "integer",
                                          "float"};
constexpr const char *ClassNames[] = {"unknown", "idempotent", "non-idempotent",
                                      "conditional"};
constexpr const char *VerdictNames[] = {"unknown", "idempotent", "clobbers"};
constexpr const char *StatusNames[] = {
    "ok",     "argument",       "io",       "format", "version", "memory",
    "launch", "argument-block", "capacity", "copy"};

struct ReasonNames {
  const char *Name;
  const char *Text;
};
constexpr ReasonNames Reasons[] = {
    {"none", "There is nothing unknown."},
    {"unknown-pointer", "The address comes from a pointer that was itself "
                        "loaded from memory."},
    {"indirect-offset",
     "The offset depends on loaded data, or on a loop without a known bound."},
    {"unresolved-call", "It calls a function whose body is not at hand."},
    {"indirect-call", "It calls a function through a pointer."},
    {"recursion", "It calls itself, directly or through others."},
    {"inline-asm", "It contains assembly that is not understood."},
    {"device-output", "It prints or asserts, which a re-run would repeat."},
    {"device-allocation", "It allocates or frees device memory."},
    {"device-launch", "It launches another kernel."},
    {"grid-communication", "Its blocks communicate while they run."},
    {"texture", "It reads or writes through a texture or surface handle "
                "whose binding is not known."},
    {"unsupported", "It contains an instruction that is not modelled."},
    {"too-complex", "The analysis reached one of its limits."},
    {"index-may-wrap", "Index arithmetic may wrap around in this launch."},
    {"arithmetic", "Evaluating the summary divides by zero or overflows."},
    {"null-pointer", "A null pointer is accessed."},
    {"unknown-allocation", "No known allocation holds the pointer."},
    {"unknown-symbol", "The address of a device variable, or the content of "
                       "a constant one, is not known."},
    {"may-overlap", "A write and a live-in read may meet; neither that they "
                    "do nor that they do not was proved."},
    {"budget", "The search for a common byte ran out of its budget."},
    {"no-ptx", "No PTX for this image: machine code is not analysed."},
    {"order-dependent", "Which bytes it writes depends on the order of threads "
                        "or on a clock."},
};
static_assert(std::size(Reasons) == REPRISE_REASON_ORDER_DEPENDENT + 1);

template <size_t N, typename Enum>
const char *look(const char *const (&Table)[N], Enum Value) {
  auto Index = static_cast<size_t>(Value);
  return Index < N && Table[Index] ? Table[Index] : "invalid";
}

template <size_t N, typename Enum>
bool find(const char *const (&Table)[N], std::string_view Name, Enum &Out) {
  for (size_t I = 0; I < N; ++I)
    if (Table[I] && Name == Table[I]) {
      Out = static_cast<Enum>(I);
      return true;
    }
  return false;
}

} // namespace

const char *name(Op Value) { return look(OpNames, Value); }
const char *name(VarKind Value) { return look(VarKindNames, Value); }
const char *name(StepKind Value) { return look(StepKindNames, Value); }
const char *name(RootKind Value) { return look(RootKindNames, Value); }
const char *name(PairKind Value) { return look(PairKindNames, Value); }
const char *name(reprise_access_kind Value) {
  return look(AccessKindNames, Value);
}
const char *name(reprise_param_kind Value) {
  return look(ParamKindNames, Value);
}
const char *name(reprise_class Value) { return look(ClassNames, Value); }
const char *name(reprise_verdict Value) { return look(VerdictNames, Value); }
const char *name(reprise_status Value) { return look(StatusNames, Value); }
const char *name(reprise_reason Value) {
  auto Index = static_cast<size_t>(Value);
  return Index < std::size(Reasons) ? Reasons[Index].Name : "invalid";
}
const char *text(reprise_reason Value) {
  auto Index = static_cast<size_t>(Value);
  return Index < std::size(Reasons) ? Reasons[Index].Text : "invalid";
}

bool parseName(std::string_view Name, Op &Out) {
  return find(OpNames, Name, Out);
}
bool parseName(std::string_view Name, VarKind &Out) {
  return find(VarKindNames, Name, Out);
}
bool parseName(std::string_view Name, StepKind &Out) {
  return find(StepKindNames, Name, Out);
}
bool parseName(std::string_view Name, RootKind &Out) {
  return find(RootKindNames, Name, Out);
}
bool parseName(std::string_view Name, PairKind &Out) {
  return find(PairKindNames, Name, Out);
}
bool parseName(std::string_view Name, reprise_access_kind &Out) {
  return find(AccessKindNames, Name, Out);
}
bool parseName(std::string_view Name, reprise_param_kind &Out) {
  return find(ParamKindNames, Name, Out);
}
bool parseName(std::string_view Name, reprise_class &Out) {
  return find(ClassNames, Name, Out);
}
bool parseName(std::string_view Name, reprise_reason &Out) {
  for (size_t I = 0; I < std::size(Reasons); ++I)
    if (Name == Reasons[I].Name) {
      Out = static_cast<reprise_reason>(I);
      return true;
    }
  return false;
}

unsigned operandCount(Op Value) {
  switch (Value) {
  case Op::Const:
  case Op::Param:
  case Op::NTid:
  case Op::NCtaId:
  case Op::DynShared:
  case Op::SymbolBytes:
    return 0;
  case Op::ZExt:
  case Op::SExt:
  case Op::Trunc:
    return 1;
  case Op::Select:
    return 3;
  default:
    return 2;
  }
}

} // namespace reprise
