//===- KernelBuilder.h - Summaries for tests, in few words --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds Model.h kernels. Shared by the unit tests and the benchmarks.
//
//   KernelBuilder B("copy");
//   Id To = B.pointer("to"), From = B.pointer("from"), N = B.int32("n");
//   Id D = B.guardedThreads(N);             // i = ctaid.x * ntid.x + tid.x < n
//   Id R = B.access(REPRISE_ACCESS_READ, From, D, B.form(0, {{2, 4}}), 4);
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_KERNELBUILDER_H
#define REPRISE_TEST_KERNELBUILDER_H

#include "Handles.h"
#include "Json.h"
#include "Model.h"

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace reprise::test {

class KernelBuilder {
public:
  Kernel K;

  explicit KernelBuilder(std::string Name = "kernel") {
    K.Name = std::move(Name);
    K.Class = REPRISE_CLASS_CONDITIONAL;
  }

  // Expressions.

  Id expr(Op Opcode, unsigned Width, Id A = None, Id B = None, Id C = None,
          int64_t Imm = 0) {
    K.Exprs.push_back(
        {Opcode, static_cast<uint8_t>(Width), A, B, C, Imm, None});
    return static_cast<Id>(K.Exprs.size() - 1);
  }
  Id constant(int64_t Value, unsigned Width = 64) {
    return expr(Op::Const, Width, None, None, None, Value);
  }
  Id wide(Id E) { return expr(Op::ZExt, 64, E); }
  Id signedWide(Id E) { return expr(Op::SExt, 64, E); }
  Id ntid(int Axis) { return wide(expr(Op::NTid, 32, None, None, None, Axis)); }
  Id nctaid(int Axis) {
    return wide(expr(Op::NCtaId, 32, None, None, None, Axis));
  }
  Id add(Id A, Id B) { return expr(Op::CAdd, 64, A, B); }
  Id addConst(Id A, int64_t B) { return add(A, constant(B)); }

  // Parameters; each returns its 64-bit value.

  Id pointer(const std::string &Name) {
    return param(Name, REPRISE_PARAM_POINTER, 8);
  }
  Id int32(const std::string &Name) {
    return signedWide(param(Name, REPRISE_PARAM_INTEGER, 4));
  }
  Id int64(const std::string &Name) {
    return param(Name, REPRISE_PARAM_INTEGER, 8);
  }

  // Forms, bounds, vars.

  Form form(int64_t Const, std::vector<std::pair<Id, int64_t>> Terms = {}) {
    Form F;
    F.Const = constant(Const);
    for (auto [V, Coef] : Terms)
      F.Terms.push_back({V, constant(Coef)});
    return F;
  }
  static Form formOf(Id Const, std::vector<Term> Terms = {}) {
    return {Const, std::move(Terms)};
  }
  static Bound bound(Id Value) { return {formOf(Value), None}; }

  /// lo <= var <= hi, both expressions.
  static Var range(Id Lo, Id Hi, const std::string &Name = "") {
    Var V;
    V.Kind = VarKind::Range;
    V.Name = Name;
    V.Lo = {bound(Lo)};
    V.Hi = {bound(Hi)};
    V.Exact = true;
    return V;
  }
  Var constRange(int64_t Lo, int64_t Hi) {
    return range(constant(Lo), constant(Hi));
  }
  static Var sum(Form F, const std::string &Name = "") {
    Var V;
    V.Kind = VarKind::Sum;
    V.Name = Name;
    V.F = std::move(F);
    V.Exact = true;
    return V;
  }

  // Domains.

  Id domain() {
    K.Domains.emplace_back();
    return static_cast<Id>(K.Domains.size() - 1);
  }
  Id define(Id D, Var V) {
    Domain &Dom = K.Domains[D];
    Dom.Vars.push_back(std::move(V));
    auto Index = static_cast<Id>(Dom.Vars.size() - 1);
    Dom.Steps.push_back({StepKind::Define, Index});
    return Index;
  }
  void require(Id D, Id E) {
    K.Domains[D].Steps.push_back({StepKind::Require, E});
  }
  void check(Id D, Form F, int64_t Lo, int64_t Hi) {
    Domain &Dom = K.Domains[D];
    Dom.Checks.push_back({std::move(F), Lo, Hi});
    Dom.Steps.push_back(
        {StepKind::Check, static_cast<Id>(Dom.Checks.size() - 1)});
  }

  /// v0 = tid.x, v1 = ctaid.x, v2 = their fused index, checked to fit int32.
  Id threads() {
    Id D = domain(), N = ntid(0);
    define(D, range(constant(0), addConst(N, -1), "tid.x"));
    define(D, range(constant(0), addConst(nctaid(0), -1), "ctaid.x"));
    Form I = formOf(constant(0), {{0, constant(1)}, {1, N}});
    check(D, I, INT32_MIN, INT32_MAX);
    define(D, sum(I, "i"));
    return D;
  }
  /// The same with i <= n - 1.
  Id guardedThreads(Id N) {
    Id D = threads();
    K.Domains[D].Vars[2].Hi = {bound(addConst(N, -1))};
    return D;
  }

  // Accesses.

  Id access(reprise_access_kind Kind, Id Base, Id D, Form Offset,
            uint32_t Width) {
    Access A;
    A.Kind = Kind;
    A.Root = RootKind::Param;
    A.Base = Base;
    A.Domain = D;
    A.Offset = std::move(Offset);
    A.Width = Width;
    A.Must = true;
    K.Accesses.push_back(std::move(A));
    return static_cast<Id>(K.Accesses.size() - 1);
  }
  Id read(Id Base, Id D, Form Offset, uint32_t Width) {
    return access(REPRISE_ACCESS_READ, Base, D, std::move(Offset), Width);
  }
  Id write(Id Base, Id D, Form Offset, uint32_t Width) {
    return access(REPRISE_ACCESS_WRITE, Base, D, std::move(Offset), Width);
  }
  Id top(reprise_access_kind Kind, Id Base, Id D) {
    Id A = access(Kind, Base, D, {}, 0);
    K.Accesses[A].Top = true;
    K.Accesses[A].Must = false;
    K.Accesses[A].Reason = REPRISE_REASON_INDIRECT_OFFSET;
    return A;
  }
  Id unknownRoot(reprise_access_kind Kind, Id D) {
    Id A = access(Kind, None, D, {}, 0);
    K.Accesses[A].Root = RootKind::Unknown;
    K.Accesses[A].Must = false;
    K.Accesses[A].Reason = REPRISE_REASON_UNKNOWN_POINTER;
    return A;
  }
  Id onSymbol(reprise_access_kind Kind, Id Symbol, Id D, Form Offset,
              uint32_t Width) {
    Id A = access(Kind, None, D, std::move(Offset), Width);
    K.Accesses[A].Root = RootKind::Symbol;
    K.Accesses[A].Symbol = Symbol;
    return A;
  }
  /// Through the texture or surface object with the handle Base.
  Id throughHandle(reprise_access_kind Kind, RootKind Root, Id Base, Id D) {
    Id A = top(Kind, Base, D);
    K.Accesses[A].Root = Root;
    K.Accesses[A].Reason = REPRISE_REASON_TEXTURE;
    return A;
  }
  Id symbolBytes(Id Symbol, int64_t Offset, unsigned Width) {
    Id E = expr(Op::SymbolBytes, Width, None, None, None, Offset);
    K.Exprs[E].Symbol = Symbol;
    return E;
  }
  Id symbol(const std::string &Name, uint64_t Size) {
    K.Symbols.push_back({Name, Size});
    return static_cast<Id>(K.Symbols.size() - 1);
  }
  void pair(Id Read, Id Write, PairKind Kind = PairKind::Test) {
    K.Pairs.push_back({Read, Write, Kind, {}});
  }
  /// All pairs of what reads and what writes; an atomic with itself is linked.
  void allPairs() {
    for (Id R = 0; R < K.Accesses.size(); ++R)
      for (Id W = 0; W < K.Accesses.size(); ++W)
        if (K.Accesses[R].Kind != REPRISE_ACCESS_WRITE &&
            K.Accesses[W].Kind != REPRISE_ACCESS_READ)
          pair(R, W, R == W ? PairKind::Linked : PairKind::Test);
  }

private:
  Id param(const std::string &Name, reprise_param_kind Kind, uint32_t Size) {
    uint32_t Offset = (K.ParamBytes + Size - 1) / Size * Size;
    K.Params.push_back({Name, Kind, Offset, Size});
    K.ParamBytes = Offset + Size;
    return expr(Op::Param, Size * 8, None, None, None, Offset);
  }
};

/// to[i] = from[i], decided by the arguments; or to[table[i]] = from[i], which
/// asks what the pointers point into.
inline Kernel copyKernel(std::string Name, bool Scattered) {
  KernelBuilder B(std::move(Name));
  Id From = B.pointer("from"), To = B.pointer("to"), N = B.int32("n");
  Id D = B.guardedThreads(N);
  B.read(From, D, B.formOf(B.constant(0), {{2, B.constant(4)}}), 4);
  if (Scattered)
    B.top(REPRISE_ACCESS_WRITE, To, D);
  else
    B.write(To, D, B.formOf(B.constant(0), {{2, B.constant(4)}}), 4);
  B.allPairs();
  return B.K;
}

/// C[i] = A[i] + B[i] for i < n, on 4-byte elements; parameters A, B, C, n.
inline Kernel vectorAdd() {
  KernelBuilder B("vectorAdd");
  Id PA = B.pointer("A"), PB = B.pointer("B"), PC = B.pointer("C");
  Id D = B.guardedThreads(B.int32("n"));
  B.read(PA, D, B.form(0, {{2, 4}}), 4);
  B.read(PB, D, B.form(0, {{2, 4}}), 4);
  B.write(PC, D, B.form(0, {{2, 4}}), 4);
  B.allPairs();
  return B.K;
}

struct DbFree {
  void operator()(reprise_db *Db) const { reprise_db_free(Db); }
};

/// What is known of memory at a launch.
class MemoryMap {
public:
  std::vector<reprise_range> Ranges;
  std::vector<reprise_symbol> Symbols;
  std::vector<reprise_binding> Bindings;
  std::vector<reprise_content> Contents;
  std::vector<reprise_range> Parts;

  MemoryMap() = default;
  MemoryMap(const MemoryMap &) = delete;
  MemoryMap &operator=(const MemoryMap &) = delete;
  ~MemoryMap() { reprise_allocations_free(Made); }

  reprise_memory_map raw() const {
    return {sizeof(reprise_memory_map),
            Ranges.data(),
            Ranges.size(),
            Symbols.data(),
            Symbols.size(),
            Bindings.data(),
            Bindings.size(),
            Contents.data(),
            Contents.size(),
            Parts.data(),
            Parts.size()};
  }
  /// A new snapshot of the lists as they are now.
  reprise_status make() {
    reprise_allocations_free(Made);
    Made = nullptr;
    reprise_memory_map M = raw();
    return reprise_allocations_create_map(&M, &Made);
  }
  const reprise_allocations *get() {
    if (reprise_status S = make())
      throw std::runtime_error(reprise_status_name(S));
    return Made;
  }

private:
  reprise_allocations *Made = nullptr;
};

/// A kernel loaded through the C interface.
class Loaded {
public:
  explicit Loaded(Kernel K) {
    Module M;
    M.Kernels.push_back(std::move(K));
    std::string Text = writeJson(M);
    reprise_db *Raw = nullptr;
    char Error[512];
    if (reprise_db_load(Text.data(), Text.size(), &Raw, Error, sizeof Error))
      throw std::runtime_error(Error);
    Db.reset(Raw);
  }
  const reprise_kernel *get() const { return reprise_db_kernel(Db.get(), 0); }
  operator const reprise_kernel *() const { return get(); }

private:
  std::unique_ptr<reprise_db, DbFree> Db;
};

/// An argument block, built in the order of the parameters.
class Arguments {
public:
  template <typename T> Arguments &add(T Value) {
    Bytes.resize((Bytes.size() + sizeof(T) - 1) / sizeof(T) * sizeof(T));
    Bytes.resize(Bytes.size() + sizeof(T));
    std::memcpy(Bytes.data() + Bytes.size() - sizeof(T), &Value, sizeof(T));
    return *this;
  }
  Arguments &pointer(uint64_t Value) { return add(Value); }
  Arguments &int32(int32_t Value) { return add(Value); }

  std::vector<unsigned char> Bytes;
};

/// A launch of \p Blocks x \p Threads; the arguments must outlive it.
inline reprise_launch launch(uint32_t Blocks, uint32_t Threads,
                             const Arguments &A) {
  reprise_launch L{};
  L.grid[0] = Blocks;
  L.block[0] = Threads;
  L.grid[1] = L.grid[2] = L.block[1] = L.block[2] = 1;
  L.arguments = A.Bytes.data();
  L.arguments_size = A.Bytes.size();
  return L;
}

inline reprise_result check(const reprise_kernel *K, const reprise_launch &L) {
  reprise_result R;
  reprise_status S = reprise_check(K, &L, &R);
  if (S != REPRISE_OK)
    throw std::runtime_error(reprise_status_name(S));
  return R;
}

} // namespace reprise::test

#endif // REPRISE_TEST_KERNELBUILDER_H
