//===- Model.h - The summary of a kernel's global-memory accesses ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The data that the analyzer emits and the runtime evaluates. Plain values,
// no behaviour; `docs/formats.md` gives the JSON form field by field.
//
// Layers, each refers only to earlier ones by index:
//
//   Expr    a number that is the same for all threads of a launch
//   Var     an integer that differs between threads or loop iterations,
//           with bounds; a Sum var is a linear combination of earlier vars
//   Form    Const + sum of Coef * Var, Const and Coef being Exprs
//   Domain  the vars, guards and range checks under which some code runs
//   Access  Base + Offset over a domain, Width bytes
//   Pair    a live-in read and a write that must be shown not to meet
//
// Example, `if (i < n) C[i] = ...` with i = ctaid.x * ntid.x + tid.x:
//
//   exprs   e0 = param(16, 8)  e1 = ntid.x  e2 = nctaid.x  e3 = n - 1 ...
//   domain  v0 = range 0 .. ntid.x - 1            "tid.x"
//           v1 = range 0 .. nctaid.x - 1          "ctaid.x"
//           check  v0 + ntid.x * v1  in  [-2^31, 2^31 - 1]
//           v2 = sum  v0 + ntid.x * v1,  hi <= n - 1    "i"
//   access  write, base e0, offset 4 * v2, width 4
//
// Soundness: the addresses that a Domain and Form describe include every
// address that the code can reach (may). `Access::Must` and `Var::Exact` say
// where the description is also not larger than that (must); they only ever
// strengthen a verdict `clobbers`, never a verdict `idempotent`.
//
// Thread safety: plain data, immutable once built.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_MODEL_H
#define REPRISE_RUNTIME_MODEL_H

#include "reprise/reprise.h"

#include <cstdint>
#include <string>
#include <vector>

namespace reprise {

/// Index into a table of the kernel; None where a field is absent.
using Id = uint32_t;
inline constexpr Id None = ~0u;

/// Operators of uniform expressions.
///
/// Values are bit vectors of `Expr::Width` bits kept zero-extended in 64 bits.
/// The first group wraps exactly as LLVM IR and PTX do. The `C` group works on
/// mathematical integers: operands are 64-bit values read as signed, and a
/// result outside int64_t is *poison*. Poison propagates; whatever depends on
/// it makes the verdict unknown (REPRISE_REASON_ARITHMETIC).
enum class Op : uint8_t {
  Const,     ///< Imm, truncated to Width.
  Param,     ///< Little-endian Width/8 bytes of the argument block at Imm.
  NTid,      ///< blockDim, Imm = 0, 1, 2 for x, y, z; Width 32.
  NCtaId,    ///< gridDim, likewise.
  DynShared, ///< Dynamic shared memory in bytes; Width 32.
  // Wrapping, A and B of Width bits.
  Add,
  Sub,
  Mul,
  MulHiU, ///< High half of the unsigned 2*Width product.
  MulHiS,
  UDiv, ///< Poison when B = 0; so are the three below.
  SDiv, ///< Also poison for MIN / -1.
  URem,
  SRem,
  And,
  Or,
  Xor,
  Shl, ///< Poison when B >= Width; so are the two below.
  LShr,
  AShr,
  UMin,
  UMax,
  SMin,
  SMax,
  // Conversions of A to Width bits.
  ZExt,
  SExt,
  Trunc,
  // Comparisons of A and B; Width 1.
  Eq,
  Ne,
  ULt,
  ULe,
  SLt,
  SLe,
  Select, ///< C ? A : B, C of one bit. Poison of the arm not taken is ignored.
  // Checked integers; Width 64.
  CAdd,
  CSub,
  CMul,
  CFloorDiv, ///< Rounds toward minus infinity; poison when B <= 0.
  CMin,
  CMax,
  /// Little-endian Width/8 bytes at Imm of the `__constant__` variable that
  /// Symbol names, as the host left them; Width 8 to 64. Poison with reason
  /// REPRISE_REASON_UNKNOWN_SYMBOL where the launch does not give them.
  SymbolBytes,
};

/// One node of the uniform expressions of a kernel, in topological order:
/// operands have smaller indices.
struct Expr {
  Op Opcode = Op::Const;
  uint8_t Width = 64; ///< Bits of the result, 1 to 64.
  Id A = None, B = None, C = None;
  int64_t Imm = 0;
  Id Symbol = None; ///< SymbolBytes: index into Kernel::Symbols.

  bool operator==(const Expr &) const = default;
};

/// Coef * Var; Coef is the index of a 64-bit Expr read as signed.
struct Term {
  Id Var = None;
  Id Coef = None;
  bool operator==(const Term &) const = default;
};

/// Const + sum of Terms, in mathematical integers. Vars are distinct and all
/// terms refer to vars of the same domain. An overflow of int64_t while a Form
/// is evaluated counts as poison.
struct Form {
  Id Const = None; ///< Index of a 64-bit Expr.
  std::vector<Term> Terms;
  bool operator==(const Form &) const = default;
};

/// One side of a var's range: F / Div, where Div is None (1) or a 64-bit Expr
/// that must be positive (else poison). As an upper bound it stands for
/// floor(max(F) / Div), as a lower bound for ceil(min(F) / Div), max and min
/// taken over the hulls of the vars in F.
///
/// Or, where present, is a 64-bit Expr that the bound may not be tighter than:
/// an upper bound is max(floor(max(F) / Div), Or), a lower bound min(.., Or).
/// (`max(i - 1, 0)` is at most max(max(i) - 1, 0); a loop that tests at its end
/// runs once whatever its bound.)
struct Bound {
  Form F;
  Id Div = None;
  Id Or = None;
  /// Another var of the domain is cut exactly to what this bound says of its
  /// own one, so a loose value here makes no set larger. (The iterations of a
  /// grid-stride loop: what counts is `i < n`.)
  bool Implied = false;
  bool operator==(const Bound &) const = default;
};

enum class VarKind : uint8_t {
  Range, ///< Takes integers from the largest Lo to the smallest Hi.
  Sum,   ///< Takes the values of F, cut to the largest Lo and smallest Hi.
};

/// A number that differs between threads, blocks or iterations. Inclusive
/// bounds; a Range has at least one Lo and one Hi, a Sum may have none. A var
/// whose bounds are empty makes its domain empty.
///
/// A Sum *consumes* its terms: Forms later in the domain use the Sum instead.
/// Using both is sound but loses their correlation, so no set that does it is
/// exact (the analyzer clears Exact there).
struct Var {
  VarKind Kind = VarKind::Range;
  std::string Name; ///< For people: "tid.x", "i", "k@12".
  Form F;           ///< Sum only.
  std::vector<Bound> Lo, Hi;
  /// Every value in the described set is really taken by some thread, for
  /// each combination of the other vars. Lo and Hi whose Form has a hull
  /// wider than one point make the runtime treat the var as not exact.
  bool Exact = false;
  /// Each execution has some value here: the var says nothing about which
  /// executions there are (loaded data, quotients). It may still be empty.
  bool Free = false;
  bool operator==(const Var &) const = default;
};

enum class StepKind : uint8_t {
  Define,  ///< Defines the next var (Index into Domain::Vars, ascending).
  Require, ///< Uniform guard: domain is empty unless Expr Index is non-zero.
  Check,   ///< Check Index into Domain::Checks must hold, else unknown.
};

/// The hull of F lies in [Lo, Hi]; F is over vars defined by earlier steps.
/// It states that an affine reading of wrapping arithmetic is valid (design:
/// never assume no-wrap). Failing gives REPRISE_REASON_INDEX_MAY_WRAP.
struct Check {
  Form F;
  int64_t Lo = 0, Hi = 0;
  bool operator==(const Check &) const = default;
};

struct Step {
  StepKind Kind = StepKind::Define;
  Id Index = None;
  bool operator==(const Step &) const = default;
};

/// The executions of a piece of code: all assignments to Vars. Steps are
/// evaluated in order; the first one that proves the domain empty stops the
/// evaluation (later checks are then not needed: nothing is executed).
struct Domain {
  std::vector<Var> Vars;
  std::vector<Check> Checks;
  std::vector<Step> Steps;
  bool operator==(const Domain &) const = default;
};

enum class RootKind : uint8_t {
  Param,   ///< Base is a pointer from the argument block or a constant.
  Symbol,  ///< A __device__ variable, Symbol names it.
  Unknown, ///< Any byte of global memory.
  /// What the texture object with handle Base is bound to. Always Top: any byte
  /// of it, by the hardware's own bounds checks and not by A1. Caches are not
  /// coherent with writes of the launch, so a read is always live-in.
  Texture,
  Surface, ///< The same for a surface object; may be written.
};

/// Base is a handle, not an address.
constexpr bool isHandle(RootKind K) {
  return K == RootKind::Texture || K == RootKind::Surface;
}

struct SourceLoc {
  std::string File; ///< Empty where there is no debug information.
  uint32_t Line = 0, Column = 0;
  bool operator==(const SourceLoc &) const = default;
};

/// A load, store, atomic, copy, ... of global memory, made by each execution
/// in Domain.
struct Access {
  reprise_access_kind Kind = REPRISE_ACCESS_READ;
  RootKind Root = RootKind::Unknown;
  /// Param: 64-bit Expr, the pointer's value. Texture, Surface: the handle's.
  Id Base = None;
  Id Param = None;  ///< Index of the parameter that names the root, or None.
  Id Symbol = None; ///< Symbol: index into Kernel::Symbols.
  Id Domain = None;
  /// Any byte of the allocation that Base points into (A1), or of the symbol.
  bool Top = false;
  Form Offset;        ///< Bytes from Base; unused when Top or Root is Unknown.
  uint32_t Width = 0; ///< Bytes per execution, > 0 unless Top.
  /// Each execution in Domain really happens (and, for Offset forms with
  /// exact vars, touches exactly these addresses).
  bool Must = false;
  /// Reads: may see a value from before the launch. False when rule R2 or
  /// one of its kin proved otherwise; Rule names it.
  bool LiveIn = true;
  std::string Rule;
  /// Why Top or Unknown: REPRISE_REASON_NONE for precise accesses.
  reprise_reason Reason = REPRISE_REASON_NONE;
  std::string Detail; ///< For Reason, e.g. the callee's name.
  std::string Text;   ///< Symbolic address for people, e.g. "C[4i]".
  SourceLoc Loc;
  bool operator==(const Access &) const = default;
};

enum class PairKind : uint8_t {
  /// Clobbers if the two sets of addresses meet.
  Test,
  /// Whenever Write executes, Read executes too and touches the same bytes
  /// (an atomic with itself, `x[i] += 1`): clobbers if Write's domain is not
  /// empty and Write is Must; unknown if not empty and not Must.
  Linked,
  /// Read is Write, which writes. Whether or where it does so depends on the
  /// order of threads or the clock: a stopped run may leave bytes that the
  /// re-run does not write. Unknown (ORDER_DEPENDENT) unless its domain is
  /// empty; all that it may write has to be saved.
  Ordered,
};

/// A live-in read (or atomic) and a write (or atomic). Pairs that the analyzer
/// proved disjoint for every launch are left out.
struct Pair {
  Id Read = None, Write = None;
  PairKind Kind = PairKind::Test;
  /// Writes that come before Read in the program and could have replaced what
  /// it reads. The pair proves a clobber only when each of them is disjoint
  /// from Read; otherwise it makes the verdict unknown (MAY_OVERLAP).
  std::vector<Id> After;
  bool operator==(const Pair &) const = default;
};

/// Something that re-running cannot repeat or that hides accesses: printf,
/// device malloc, grid-wide synchronisation, ... Unknown whenever the domain
/// is not empty.
struct Effect {
  reprise_reason Reason = REPRISE_REASON_NONE;
  Id Domain = None;
  std::string Detail;
  SourceLoc Loc;
  bool operator==(const Effect &) const = default;
};

struct Param {
  std::string Name;
  reprise_param_kind Kind = REPRISE_PARAM_BYTES;
  uint32_t Offset = 0, Size = 0; ///< Bytes in the argument block.
  bool operator==(const Param &) const = default;
};

struct Symbol {
  std::string Name;  ///< Mangled, as the driver's module lookup takes it.
  uint64_t Size = 0; ///< Bytes; 0 when unknown (an extern array).
  bool operator==(const Symbol &) const = default;
};

struct Kernel {
  std::string Name; ///< Mangled.
  std::string Demangled;
  SourceLoc Loc;
  reprise_class Class = REPRISE_CLASS_UNKNOWN;
  std::string Condition;          ///< For people, empty unless conditional.
  std::vector<std::string> Notes; ///< Proofs and what stands in the way.
  std::vector<Param> Params;
  uint32_t ParamBytes = 0; ///< Size of the argument block.
  std::vector<Symbol> Symbols;
  std::vector<Expr> Exprs;
  std::vector<Domain> Domains;
  std::vector<Access> Accesses;
  std::vector<Pair> Pairs;
  std::vector<Effect> Effects;
  /// Launch limits that the code states and the analysis relied on;
  /// a launch outside them is invalid. 0: none.
  uint32_t ReqNTid[3] = {0, 0, 0};
  /// Content hashes of the PTX images that this was computed from, sorted;
  /// empty when that is not recorded.
  std::vector<std::string> Images;
  bool operator==(const Kernel &) const = default;
};

/// The summaries of one device image (or of several, in a database).
struct Module {
  std::string Producer; ///< Tool and version.
  std::string Source;   ///< Name of the translation unit, may be empty.
  std::string Target;   ///< Architecture, e.g. "sm_80".
  std::vector<Kernel> Kernels;
  bool operator==(const Module &) const = default;
};

} // namespace reprise

#endif // REPRISE_RUNTIME_MODEL_H
