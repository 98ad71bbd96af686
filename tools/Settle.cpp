//===- Settle.cpp - What would settle an unknown -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Settle.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

#include <set>

using namespace llvm;

namespace reprise {

namespace {

const Access *accessAt(const Kernel &K, Id I) {
  return I < K.Accesses.size() ? &K.Accesses[I] : nullptr;
}

/// "T.Data" for an access T.Data[1][4i] through a pointer in the struct T.
std::string memberOf(const Access &A, std::string Struct) {
  const StringRef Member =
      StringRef(A.Text).take_until([](char C) { return C == '[' || C == ' '; });
  return Member.starts_with(Struct + ".") ? Member.str() : Struct;
}

/// "argument 2 (d_out)", or what is known where no argument is the root.
std::string rootOf(const Kernel &K, const Access *A) {
  if (!A)
    return "the memory that is accessed";
  if (A->Root == RootKind::Symbol && A->Symbol < K.Symbols.size())
    return "variable " + K.Symbols[A->Symbol].Name;
  if (A->Param < K.Params.size()) {
    std::string Name = K.Params[A->Param].Name;
    if (K.Params[A->Param].Kind == REPRISE_PARAM_BYTES)
      Name = memberOf(*A, std::move(Name));
    return "argument " + std::to_string(A->Param + 1) +
           (Name.empty() ? "" : " (" + Name + ")");
  }
  return "the memory at " + A->Text;
}

std::string bindingOf(const Kernel &K, const Access *A) {
  const char *What =
      A && A->Root == RootKind::Surface ? "surface " : "texture ";
  return "the binding of " + (What + rootOf(K, A));
}

/// A variable's address where it is the root; else contents that the host left.
std::string symbolOf(const Kernel &K, const Access *A) {
  if (A && A->Root == RootKind::Symbol)
    return "the address of " + rootOf(K, A);
  std::string Names;
  for (const Expr &E : K.Exprs)
    if (E.Opcode == Op::SymbolBytes && E.Symbol < K.Symbols.size()) {
      const std::string &Name = K.Symbols[E.Symbol].Name;
      if (!StringRef(Names + ",").contains(" " + Name + ","))
        Names += (Names.empty() ? " " : ", ") + Name;
    }
  return Names.empty() ? "the address of the variable"
                       : "the content of the constant variable" + Names;
}

/// The 32 bits of the argument block that E is, converted or not.
const Expr *wordOf(const Kernel &K, Id E) {
  while (K.Exprs[E].Opcode == Op::ZExt || K.Exprs[E].Opcode == Op::SExt)
    E = K.Exprs[E].A;
  const Expr &X = K.Exprs[E];
  return X.Opcode == Op::Param && X.Width == 32 ? &X : nullptr;
}

/// All such words in E, in no order that means anything.
void addWords(const Kernel &K, Id E, std::set<Id> &Seen,
              std::vector<const Expr *> &Out) {
  if (!Seen.insert(E).second)
    return;
  if (const Expr *Word = wordOf(K, E)) {
    Out.push_back(Word);
    return;
  }
  for (Id Operand : {K.Exprs[E].A, K.Exprs[E].B, K.Exprs[E].C})
    if (Operand != None)
      addWords(K, Operand, Seen, Out);
}

/// "argument 5 (n)", "bytes 4 to 7 of argument 3 (sizes)".
std::string wordName(const Kernel &K, const Expr &Word) {
  for (size_t I = 0; I < K.Params.size(); ++I) {
    const Param &P = K.Params[I];
    if (Word.Imm < P.Offset || Word.Imm >= P.Offset + int64_t{P.Size})
      continue;
    std::string Name = "argument " + std::to_string(I + 1) +
                       (P.Name.empty() ? "" : " (" + P.Name + ")");
    const int64_t First = Word.Imm - P.Offset;
    return P.Size == 4 ? Name
                       : "bytes " + std::to_string(First) + " to " +
                             std::to_string(First + 3) + " of " + Name;
  }
  return "the argument block";
}

/// The factor of V where it is the high half of a product with a number of the
/// launch, which is how code divides by a number that the host prepared.
const Expr *factorOf(const Kernel &K, const Var &V) {
  for (const Bound &B : V.Hi) {
    if (B.Div == None || K.Exprs[B.Div].Opcode != Op::Const ||
        K.Exprs[B.Div].Imm != int64_t{1} << 32)
      continue;
    for (const Term &T : B.F.Terms)
      if (const Expr *Word = wordOf(K, T.Coef))
        return Word;
  }
  return nullptr;
}

/// Which vars depend on the var Of, itself included?
std::vector<bool> dependentOn(const Domain &D, Id Of) {
  std::vector<bool> Result(D.Vars.size());
  Result[Of] = true;
  auto InForm = [&](const Form &F) {
    return any_of(F.Terms, [&](const Term &T) { return Result[T.Var]; });
  };
  auto InBounds = [&](const std::vector<Bound> &List) {
    return any_of(List, [&](const Bound &B) { return InForm(B.F); });
  };
  for (Id V = Of + 1; V < D.Vars.size(); ++V) { // Made of vars before it.
    const Var &X = D.Vars[V];
    Result[V] = InForm(X.F) || InBounds(X.Lo) || InBounds(X.Hi);
  }
  return Result;
}

/// Where the offset of A is made with a division by multiplication: that it is
/// one. By what, the offset tells, which subtracts a multiple of the quotient.
std::string division(const Kernel &K, const Access *A) {
  if (!A || A->Domain >= K.Domains.size())
    return "";
  const Domain &D = K.Domains[A->Domain];
  for (Id V = 0; V < D.Vars.size(); ++V) {
    const Expr *Factor = factorOf(K, D.Vars[V]);
    if (!Factor)
      continue;
    const std::vector<bool> Dependent = dependentOn(D, V);
    for (const Term &T : A->Offset.Terms) {
      if (!Dependent[T.Var])
        continue;
      std::vector<const Expr *> Words;
      std::set<Id> Seen;
      addWords(K, T.Coef, Seen, Words);
      std::string By;
      for (const Expr *Word : Words)
        if (std::string Name = wordName(K, *Word);
            *Word != *Factor && !StringRef(By).contains(Name))
          By += (By.empty() ? "" : " or ") + Name;
      return "that multiplying with " + wordName(K, *Factor) + " divides" +
             (By.empty() ? "" : " by " + By);
    }
  }
  return "";
}

std::string divisionIn(const Kernel &K, const Access *A, const Access *B) {
  std::string Text = division(K, A);
  return Text.empty() ? division(K, B) : Text;
}

std::string apart(const Kernel &K, const Access *Read, const Access *Write) {
  std::string First = rootOf(K, Read), Second = rootOf(K, Write);
  if (Read && Write && First != Second)
    return "that " + First + " and " + Second + " are distinct allocations";
  std::string Text = divisionIn(K, Read, Write);
  return Text + (Text.empty() ? "" : ", and ") +
         "that the bytes read and written in " + First + " do not meet";
}

std::string named(const char *Before, const std::string &Detail) {
  return Detail.empty() ? Before : Before + (" (" + Detail + ")");
}

} // namespace

std::string whatSettles(const Kernel &K, reprise_reason Reason, Id Read,
                        Id Write, const std::string &Detail) {
  const Access *R = accessAt(K, Read), *W = accessAt(K, Write);
  const Access *Culprit = W ? W : R;
  switch (Reason) {
  case REPRISE_REASON_NONE:
    return "";
  case REPRISE_REASON_UNKNOWN_POINTER:
    if (StringRef(Detail).starts_with("table in "))
      return "nothing at launch: the pointer comes from a " + Detail +
             ", of which not every place is followed";
    return "nothing at launch: the pointer lies in memory; passed as an "
           "argument it could be decided";
  case REPRISE_REASON_INDIRECT_OFFSET:
  case REPRISE_REASON_UNKNOWN_ALLOCATION:
    return "the extent of " + rootOf(K, Culprit);
  case REPRISE_REASON_UNRESOLVED_CALL:
    return named("the body of the function that is called", Detail);
  case REPRISE_REASON_INDIRECT_CALL:
    return "nothing at launch: a direct call could be decided";
  case REPRISE_REASON_RECURSION:
    return named("nothing at launch: a loop in place of the recursion could "
                 "be decided",
                 Detail);
  case REPRISE_REASON_INLINE_ASM:
    return named("nothing at launch: the assembly is not understood", Detail);
  case REPRISE_REASON_DEVICE_OUTPUT:
    return "nothing: what was printed cannot be taken back";
  case REPRISE_REASON_DEVICE_ALLOCATION:
    return "nothing: what was allocated or freed on the device stays so";
  case REPRISE_REASON_DEVICE_LAUNCH:
    return "nothing: a kernel that was launched cannot be taken back";
  case REPRISE_REASON_GRID_COMMUNICATION:
    return "nothing: blocks wait for each other through memory";
  case REPRISE_REASON_TEXTURE:
    return bindingOf(K, Culprit);
  case REPRISE_REASON_UNSUPPORTED:
    return named("nothing at launch: the instruction is not modelled", Detail);
  case REPRISE_REASON_TOO_COMPLEX:
    return named("nothing at launch: a limit of the analysis was reached",
                 Detail);
  case REPRISE_REASON_INDEX_MAY_WRAP: {
    std::string Text = divisionIn(K, Culprit, nullptr);
    return Text + (Text.empty() ? "" : ", or ") +
           "arguments and a grid for which no index of " + rootOf(K, Culprit) +
           " wraps";
  }
  case REPRISE_REASON_ARITHMETIC:
    return "arguments for which addresses of " + rootOf(K, Culprit) +
           " neither divide by zero nor overflow";
  case REPRISE_REASON_NULL_POINTER:
    return "that " + rootOf(K, Culprit) + " is not null";
  case REPRISE_REASON_UNKNOWN_SYMBOL:
    return symbolOf(K, Culprit);
  case REPRISE_REASON_MAY_OVERLAP:
    return apart(K, R, W);
  case REPRISE_REASON_BUDGET:
    return apart(K, R, W) + ", which took too many steps to find out";
  case REPRISE_REASON_NO_PTX:
    return "PTX of the kernel in the binary, or the plugin's summary";
  case REPRISE_REASON_ORDER_DEPENDENT:
    return "nothing: the order of threads decides";
  }
  return "";
}

std::vector<Settling> allThatSettles(const Kernel &K) {
  std::vector<Settling> All;
  auto Add = [&](reprise_reason Reason, Id Read, Id Write,
                 const std::string &Detail) {
    Settling S{Reason, whatSettles(K, Reason, Read, Write, Detail)};
    if (!S.Text.empty() && !is_contained(All, S))
      All.push_back(std::move(S));
  };
  for (const Effect &E : K.Effects)
    Add(E.Reason, None, None, E.Detail);
  for (const Pair &P : K.Pairs) {
    if (P.Kind == PairKind::Ordered)
      Add(REPRISE_REASON_ORDER_DEPENDENT, P.Read, P.Write, "");
    for (Id I : {P.Read, P.Write})
      if (const Access *A = accessAt(K, I))
        Add(A->Reason, I, None, A->Detail);
    const Access *R = accessAt(K, P.Read), *W = accessAt(K, P.Write);
    if (P.Kind == PairKind::Test && R && W && rootOf(K, R) == rootOf(K, W) &&
        !divisionIn(K, R, W).empty())
      Add(REPRISE_REASON_MAY_OVERLAP, P.Read, P.Write, "");
  }
  return All;
}

} // namespace reprise
