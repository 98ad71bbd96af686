//===- JsonReader.cpp - JSON to Module ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Json.h"
#include "JsonNode.h"
#include "Validate.h"

namespace reprise {
namespace {

std::string optionalText(const Node &N, const char *Key) {
  return N.has(Key) ? N.field(Key).text() : std::string();
}

Id optionalId(const Node &N, const char *Key) {
  return N.has(Key) ? N.field(Key).id() : None;
}

Expr readExpr(const Node &N) {
  N.needArray(2, 5);
  Expr E;
  E.Opcode = N.element(0).enumerator<Op>("an operator");
  E.Width = static_cast<uint8_t>(N.element(1).natural(64));
  size_t Next = 2;
  const bool HasSymbol = E.Opcode == Op::SymbolBytes;
  size_t Count =
      2 + operandCount(E.Opcode) + (hasImm(E.Opcode) ? 1 : 0) + HasSymbol;
  N.needArray(Count, Count);
  if (HasSymbol)
    E.Symbol = N.element(Next++).id();
  if (hasImm(E.Opcode))
    E.Imm = N.element(Next++).integer();
  Id *Operands[] = {&E.A, &E.B, &E.C};
  for (unsigned I = 0; I < operandCount(E.Opcode); ++I)
    *Operands[I] = N.element(Next++).id();
  return E;
}

/// Reads [const, [[var, coef], ...], ...]; the caller checks the length.
Form readFormPart(const Node &N) {
  Form F;
  F.Const = N.element(0).id();
  readList(N.element(1), F.Terms, [](const Node &T) {
    T.needArray(2, 2);
    return Term{T.element(0).id(), T.element(1).id()};
  });
  return F;
}

Form readForm(const Node &N) {
  N.needArray(2, 2);
  return readFormPart(N);
}

Bound readBound(const Node &N) {
  N.needArray(2, 5);
  Bound B;
  B.F = readFormPart(N);
  auto Optional = [&](size_t I) {
    return N.J.size() <= I || N.J[I].is_null() ? None : N.element(I).id();
  };
  B.Div = Optional(2);
  B.Or = Optional(3);
  B.Implied = N.J.size() > 4 && N.element(4).boolean();
  return B;
}

Var readVar(const Node &N) {
  N.needObject();
  Var V;
  V.Kind = N.field("kind").enumerator<VarKind>("a var kind");
  V.Name = optionalText(N, "name");
  if (V.Kind == VarKind::Sum)
    V.F = readForm(N.field("f"));
  else if (N.has("f"))
    N.field("f").fail("a range has no form");
  readList(N.field("lo"), V.Lo, readBound);
  readList(N.field("hi"), V.Hi, readBound);
  V.Exact = N.field("exact").boolean();
  V.Free = N.has("free") && N.field("free").boolean();
  return V;
}

Check readCheck(const Node &N) {
  N.needObject();
  Check C;
  C.F = readForm(N.field("f"));
  C.Lo = N.field("lo").integer();
  C.Hi = N.field("hi").integer();
  return C;
}

Step readStep(const Node &N) {
  N.needArray(2, 2);
  return {N.element(0).enumerator<StepKind>("a step kind"), N.element(1).id()};
}

Domain readDomain(const Node &N) {
  N.needObject();
  Domain D;
  readList(N.field("vars"), D.Vars, readVar);
  readList(N.field("checks"), D.Checks, readCheck);
  readList(N.field("steps"), D.Steps, readStep);
  return D;
}

SourceLoc readLoc(const Node &Parent) {
  SourceLoc L;
  if (!Parent.has("loc"))
    return L;
  Node N = Parent.field("loc");
  N.needArray(3, 3);
  L.File = N.element(0).text();
  L.Line = N.element(1).natural32();
  L.Column = N.element(2).natural32();
  return L;
}

reprise_reason optionalReason(const Node &N) {
  return N.has("reason")
             ? N.field("reason").enumerator<reprise_reason>("a reason")
             : REPRISE_REASON_NONE;
}

Access readAccess(const Node &N) {
  N.needObject();
  Access A;
  A.Kind = N.field("kind").enumerator<reprise_access_kind>("an access kind");
  A.Root = N.field("root").enumerator<RootKind>("a root kind");
  A.Base = optionalId(N, "base");
  A.Param = optionalId(N, "param");
  A.Symbol = optionalId(N, "symbol");
  A.Domain = N.field("domain").id();
  A.Top = N.field("top").boolean();
  if (N.has("offset"))
    A.Offset = readForm(N.field("offset"));
  A.Width = N.field("width").natural32();
  A.Must = N.field("must").boolean();
  A.LiveIn = N.field("live_in").boolean();
  A.Rule = optionalText(N, "rule");
  A.Reason = optionalReason(N);
  A.Detail = optionalText(N, "detail");
  A.Text = optionalText(N, "text");
  A.Loc = readLoc(N);
  return A;
}

Pair readPair(const Node &N) {
  N.needArray(3, 4);
  Pair P;
  P.Kind = N.element(0).enumerator<PairKind>("a pair kind");
  P.Read = N.element(1).id();
  P.Write = N.element(2).id();
  if (N.J.size() == 4)
    readList(N.element(3), P.After, [](const Node &A) { return A.id(); });
  return P;
}

Effect readEffect(const Node &N) {
  N.needObject();
  Effect E;
  E.Reason = N.field("reason").enumerator<reprise_reason>("a reason");
  E.Domain = N.field("domain").id();
  E.Detail = optionalText(N, "detail");
  E.Loc = readLoc(N);
  return E;
}

Param readParam(const Node &N) {
  N.needObject();
  Param P;
  P.Name = optionalText(N, "name");
  P.Kind = N.field("kind").enumerator<reprise_param_kind>("a parameter kind");
  P.Offset = N.field("offset").natural32();
  P.Size = N.field("size").natural32();
  return P;
}

Symbol readSymbol(const Node &N) {
  N.needObject();
  Symbol S;
  S.Name = N.field("name").text();
  S.Size = N.field("size").natural(UINT64_MAX);
  return S;
}

Kernel readKernel(const Node &N) {
  N.needObject();
  Kernel K;
  K.Name = N.field("name").text();
  K.Demangled = optionalText(N, "demangled");
  K.Loc = readLoc(N);
  K.Class = N.field("class").enumerator<reprise_class>("a class");
  K.Condition = optionalText(N, "condition");
  if (N.has("notes"))
    readList(N.field("notes"), K.Notes,
             [](const Node &Note) { return Note.text(); });
  readList(N.field("params"), K.Params, readParam);
  K.ParamBytes = N.field("param_bytes").natural32();
  readList(N.field("symbols"), K.Symbols, readSymbol);
  readList(N.field("exprs"), K.Exprs, readExpr);
  readList(N.field("domains"), K.Domains, readDomain);
  readList(N.field("accesses"), K.Accesses, readAccess);
  readList(N.field("pairs"), K.Pairs, readPair);
  readList(N.field("effects"), K.Effects, readEffect);
  if (N.has("images"))
    readList(N.field("images"), K.Images,
             [](const Node &Each) { return Each.text(); });
  if (N.has("req_ntid")) {
    Node R = N.field("req_ntid");
    R.needArray(3, 3);
    for (size_t I = 0; I < 3; ++I)
      K.ReqNTid[I] = R.element(I).natural32();
  }
  return K;
}

reprise_status readDocument(const Json &Document, Module &M,
                            std::string &Error) {
  Node N{Document};
  N.needObject();
  if (N.field("format").text() != "reprise-summary")
    N.field("format").fail("is not 'reprise-summary'");
  Node Version = N.field("version");
  Version.needObject();
  uint32_t Major = Version.field("major").natural32();
  Version.field("minor").natural32();
  if (Major == 0)
    Version.field("major").fail("is zero");
  if (Major > FormatMajor) {
    Error = "version.major: " + std::to_string(Major) +
            " is newer than this reader, which knows " +
            std::to_string(FormatMajor);
    return REPRISE_ERROR_VERSION;
  }
  Module Result;
  Result.Producer = optionalText(N, "producer");
  Result.Source = optionalText(N, "source");
  Result.Target = optionalText(N, "target");
  readList(N.field("kernels"), Result.Kernels, readKernel);
  if (!validateModule(Result, Error))
    return REPRISE_ERROR_FORMAT;
  M = std::move(Result);
  return REPRISE_OK;
}

} // namespace

reprise_status readJson(std::string_view Text, Module &M, std::string &Error) {
  try {
    Json Document = Json::parse(Text.begin(), Text.end());
    return readDocument(Document, M, Error);
  } catch (Malformed &E) {
    Error = std::move(E.Message);
  } catch (const nlohmann::json::exception &E) {
    Error = std::string("document: is not JSON: ") + E.what();
  }
  return REPRISE_ERROR_FORMAT;
}

} // namespace reprise
