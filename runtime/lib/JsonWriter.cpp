//===- JsonWriter.cpp - Module to JSON
//-------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Json.h"
#include "Names.h"

#include <nlohmann/json.hpp>

namespace reprise {
namespace {

using Json = nlohmann::ordered_json;

Json write(const Expr &E) {
  Json J = Json::array({name(E.Opcode), E.Width});
  if (E.Opcode == Op::SymbolBytes)
    J.push_back(E.Symbol);
  if (hasImm(E.Opcode))
    J.push_back(E.Imm);
  const Id Operands[] = {E.A, E.B, E.C};
  for (unsigned I = 0; I < operandCount(E.Opcode); ++I)
    J.push_back(Operands[I]);
  return J;
}

Json write(const Form &F) {
  Json Terms = Json::array();
  for (const Term &T : F.Terms)
    Terms.push_back(Json::array({T.Var, T.Coef}));
  return Json::array({F.Const, std::move(Terms)});
}

Json write(const Bound &B) {
  Json J = write(B.F);
  auto Optional = [](Id I) { return I == None ? Json(nullptr) : Json(I); };
  const bool More = B.Or != None || B.Implied;
  if (B.Div != None || More)
    J.push_back(Optional(B.Div));
  if (More) {
    J.push_back(Optional(B.Or));
    J.push_back(B.Implied);
  }
  return J;
}

// The types are found by argument-dependent lookup, these are not.
Json write(const Var &V);
Json write(const Check &C);
Json write(const Step &S);
Json write(const Domain &D);
Json write(const Access &A);
Json write(const Pair &P);
Json write(const Effect &E);
Json write(const Param &P);
Json write(const Symbol &S);
Json write(const Kernel &K);

template <typename T> Json writeList(const std::vector<T> &List) {
  Json J = Json::array();
  for (const T &Entry : List)
    J.push_back(write(Entry));
  return J;
}

Json write(const Var &V) {
  Json J = Json::object();
  J["kind"] = name(V.Kind);
  J["name"] = V.Name;
  if (V.Kind == VarKind::Sum)
    J["f"] = write(V.F);
  J["lo"] = writeList(V.Lo);
  J["hi"] = writeList(V.Hi);
  J["exact"] = V.Exact;
  if (V.Free)
    J["free"] = true;
  return J;
}

Json write(const Check &C) {
  Json J = Json::object();
  J["f"] = write(C.F);
  J["lo"] = C.Lo;
  J["hi"] = C.Hi;
  return J;
}

Json write(const Step &S) { return Json::array({name(S.Kind), S.Index}); }

Json write(const Domain &D) {
  Json J = Json::object();
  J["vars"] = writeList(D.Vars);
  J["checks"] = writeList(D.Checks);
  J["steps"] = writeList(D.Steps);
  return J;
}

void writeLoc(Json &J, const SourceLoc &L) {
  if (!(L == SourceLoc()))
    J["loc"] = Json::array({L.File, L.Line, L.Column});
}

void writeText(Json &J, const char *Key, const std::string &Value) {
  if (!Value.empty())
    J[Key] = Value;
}

void writeId(Json &J, const char *Key, Id Value) {
  if (Value != None)
    J[Key] = Value;
}

Json write(const Access &A) {
  Json J = Json::object();
  J["kind"] = name(A.Kind);
  J["root"] = name(A.Root);
  writeId(J, "base", A.Base);
  writeId(J, "param", A.Param);
  writeId(J, "symbol", A.Symbol);
  J["domain"] = A.Domain;
  J["top"] = A.Top;
  if (A.Offset.Const != None)
    J["offset"] = write(A.Offset);
  J["width"] = A.Width;
  J["must"] = A.Must;
  J["live_in"] = A.LiveIn;
  writeText(J, "rule", A.Rule);
  if (A.Reason != REPRISE_REASON_NONE)
    J["reason"] = name(A.Reason);
  writeText(J, "detail", A.Detail);
  writeText(J, "text", A.Text);
  writeLoc(J, A.Loc);
  return J;
}

Json write(const Pair &P) {
  Json J = Json::array({name(P.Kind), P.Read, P.Write});
  if (!P.After.empty())
    J.push_back(P.After);
  return J;
}

Json write(const Effect &E) {
  Json J = Json::object();
  J["reason"] = name(E.Reason);
  J["domain"] = E.Domain;
  writeText(J, "detail", E.Detail);
  writeLoc(J, E.Loc);
  return J;
}

Json write(const Param &P) {
  Json J = Json::object();
  J["name"] = P.Name;
  J["kind"] = name(P.Kind);
  J["offset"] = P.Offset;
  J["size"] = P.Size;
  return J;
}

Json write(const Symbol &S) {
  Json J = Json::object();
  J["name"] = S.Name;
  J["size"] = S.Size;
  return J;
}

Json write(const Kernel &K) {
  Json J = Json::object();
  J["name"] = K.Name;
  writeText(J, "demangled", K.Demangled);
  writeLoc(J, K.Loc);
  J["class"] = name(K.Class);
  writeText(J, "condition", K.Condition);
  if (!K.Notes.empty())
    J["notes"] = K.Notes;
  J["params"] = writeList(K.Params);
  J["param_bytes"] = K.ParamBytes;
  J["symbols"] = writeList(K.Symbols);
  J["exprs"] = writeList(K.Exprs);
  J["domains"] = writeList(K.Domains);
  J["accesses"] = writeList(K.Accesses);
  J["pairs"] = writeList(K.Pairs);
  J["effects"] = writeList(K.Effects);
  if (K.ReqNTid[0] || K.ReqNTid[1] || K.ReqNTid[2])
    J["req_ntid"] = Json::array({K.ReqNTid[0], K.ReqNTid[1], K.ReqNTid[2]});
  if (!K.Images.empty())
    J["images"] = K.Images;
  return J;
}

/// One table entry per line: readable, and small diffs.
void appendPretty(std::string &Out, const Json &J, int Depth) {
  const std::string Indent(static_cast<size_t>(Depth) * 2 + 2, ' ');
  auto Replace = Json::error_handler_t::replace;
  bool Tables = false;
  for (const Json &Child : J)
    Tables |= Child.is_array() && !Child.empty() && Child[0].is_structured();
  bool List = J.is_array() && !J.empty() && J[0].is_structured();
  if (!List && !(J.is_object() && Tables)) {
    Out += J.dump(-1, ' ', false, Replace);
    return;
  }
  Out += List ? "[" : "{";
  bool First = true;
  for (auto It = J.begin(); It != J.end(); ++It) {
    Out += First ? "\n" : ",\n";
    First = false;
    Out += Indent;
    if (!List)
      Out += Json(It.key()).dump() + ": ";
    if (List && Depth > 2)
      Out += It->dump(-1, ' ', false, Replace);
    else
      appendPretty(Out, *It, Depth + 1);
  }
  Out += "\n" + Indent.substr(2) + (List ? "]" : "}");
}

} // namespace

std::string writeJson(const Module &M, bool Pretty) {
  Json J = Json::object();
  J["format"] = "reprise-summary";
  J["version"] = {{"major", FormatMajor}, {"minor", FormatMinor}};
  J["producer"] = M.Producer;
  J["source"] = M.Source;
  J["target"] = M.Target;
  J["kernels"] = writeList(M.Kernels);
  if (!Pretty)
    return J.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string Out;
  appendPretty(Out, J, 0);
  return Out + "\n";
}

} // namespace reprise
