//===- Kernel.h - Random kernels as small trees ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel that the generator makes, the printer prints as CUDA, and the
// reducer takes apart. Trees are values: a copy is independent.
//
// Every expression has a type and is printed with the casts that make it so,
// whatever its operands became: any subtree may be replaced by any other.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_KERNEL_H
#define REPRISE_TEST_DIFFERENTIAL_KERNEL_H

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace reprise::differential {

enum class Type : uint8_t { I8, U8, I16, I32, U32, I64, U64, Int2, Int4 };
unsigned bytesOf(Type T);
const char *nameOf(Type T);

/// What accesses go to that name no parameter: Load's Value, Stmt's Buffer. All
/// have elements of type int.
enum Memory : int {
  OwnArray = -2, ///< A local array; indices are taken modulo its length.
  Variable = -3, ///< The kernel's `__device__` variable.
  Chosen = -4,   ///< A pointer that is one of two, chosen by threads.
  Loaded = -5,   ///< A pointer out of the table that a parameter points to.
  Image = -6     ///< The texture that a parameter is the handle of; loads only.
};
inline constexpr int OwnElements = 16, VariableElements = 128;
inline constexpr int TableEntries = 4;
/// Threads of a block that have elements of their own.
inline constexpr uint32_t MostOwners = 96;

struct Expr {
  enum class Kind : uint8_t {
    Const,   ///< Value.
    Scalar,  ///< Parameter number Value.
    Var,     ///< Local variable number Value.
    Special, ///< threadIdx.x .. z, blockIdx, blockDim, gridDim: Value 0 .. 11.
    Binary,  ///< Op on two operands, in T.
    Compare, ///< Op on two operands, both converted to T; a truth value.
    Select,  ///< Condition, then, else.
    Cast,    ///< To T.
    Load,    ///< Of parameter number Value, or of a Memory, at an index.
    Shared,  ///< Of the block's array, at an index; "odd": of bytes.
    Call     ///< Of device function Op.
  };
  Kind K = Kind::Const;
  Type T = Type::I32;
  std::string Op;
  int64_t Value = 0;
  std::vector<Expr> Kids;
};

struct Stmt {
  enum class Kind : uint8_t {
    Let,         ///< Variable Var of type T is E[0].
    Assign,      ///< To a variable that Let has made.
    Store,       ///< Parameter Buffer at E[0] becomes E[1]; Op "=" or "+=".
    Put,         ///< The same through a device function.
    Atomic,      ///< Op on parameter Buffer at E[0] with E[1].
    SharedStore, ///< The block's array at E[0] becomes E[1]; "odd": of bytes.
    If,          ///< E[0]; Body, Else.
    For,         ///< Var of type T from E[0] while Var Op E[1], by E[2].
    While,       ///< E[0], at most 64 times; Body.
    Barrier,
    Return,   ///< If E[0].
    Break,    ///< The same. Out of the innermost For or While.
    Continue, ///< If E[0]; in a For.
    Switch    ///< E[0] is 0: Body, which goes on into Else if Used; 1: Else.
  };
  Kind K = Kind::Barrier;
  Type T = Type::I32;
  std::string Op;
  int Var = -1;
  int Buffer = -1;   ///< A parameter or a Memory.
  bool Used = false; ///< Atomic: its old value is stored to Var. Switch.
  std::vector<Expr> E;
  std::vector<Stmt> Body, Else;
};

struct Param {
  bool Pointer = false;
  Type T = Type::I32;
  bool InStruct = false; ///< A member of the struct parameter, the last one.
  bool Const = false;    ///< Printed `const T *__restrict__`; proves nothing.
  bool Divisor = false;  ///< Launches give it values from 1 to 40.
  bool Big = false;      ///< Launches often give it values near a wrap.
  bool Table = false;    ///< Points to pointers to int.
  bool Image = false;    ///< The handle of a texture over ints.
};

struct Kernel {
  std::string Name;
  std::vector<Param> Params;
  std::vector<Stmt> Body;
  int Vars = 0;
  int Shared = 0;             ///< Elements (int) of the block's array.
  bool DynamicShared = false; ///< Launches give it its size.
  int Odd = 0;                ///< Bytes of the block's array of bytes.
  /// StopGenerator.h made it: launches give threads room of their own.
  bool Owned = false;
  int Dims = 1;
  bool HasOwnArray = false, HasVariable = false;
  int Table = -1; ///< The parameter that Loaded goes through.
  bool TableByThread = false;
  int Image = -1; ///< The parameter that is the texture's handle.
  /// What Chosen is, parameters or Memory: the first one if ChosenIf.
  bool HasChosen = false;
  int ChosenFrom[2] = {-1, -1};
  Expr ChosenIf;
  /// What is in it, for the table of false negatives.
  std::set<std::string> Features;
};

/// "a0", "n3" or "s.n3".
std::string paramName(const Kernel &K, size_t Index);

/// Of the kernel's `__device__` variable.
inline std::string variableName(const Kernel &K) { return "v_" + K.Name; }

/// Where the parameters lie in the argument block; a struct's members are
/// inside of it. Returns the size of the block.
size_t layOut(const Kernel &K, std::vector<size_t> &Offsets);

/// What every file needs before its kernels. With Plain it stands on CUDA's own
/// headers, otherwise on clang alone.
std::string prelude(bool Plain);
/// What kernels of generateForStops need behind it.
std::string stopPrelude(bool Plain);
/// The kernel as CUDA.
std::string print(const Kernel &K);

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_KERNEL_H
