//===- LiftImpl.h - The lifter's state, shared by its files ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   LiftModule.cpp    variables, signatures, kernel metadata
//   LiftFunction.cpp  bodies: scopes, registers, operands, guards
//   LiftControl.cpp   branches, calls, parameters
//   LiftInteger.cpp   integer arithmetic
//   LiftLogic.cpp     bits, shifts
//   LiftCompare.cpp   comparisons, selection
//   LiftConvert.cpp   mov, cvt, cvta
//   LiftFloat.cpp     floating point
//   LiftMemory.cpp    loads, stores, atomics, asynchronous copies
//   LiftVideo.cpp     video instructions
//   LiftSpecial.cpp   special registers, ends, what is left
//   LiftWarp.cpp      barriers, shuffles, votes
//   LiftOpaque.cpp    what becomes a call
//   LiftDebug.cpp     source places
//   LiftEvidence.cpp  which parameters are pointers
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_LIFTIMPL_H
#define REPRISE_ANALYZER_PTX_LIFTIMPL_H

#include "Syntax.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

#include <functional>
#include <map>
#include <tuple>

namespace reprise::ptx {

/// NVPTX address spaces (LLVM's user guide for NVPTX).
enum AddressSpace : unsigned {
  GenericAS = 0,
  SharedAS = 3,
  ConstAS = 4,
  LocalAS = 5
};

/// An operand type of PTX.
struct Type {
  enum class Kind : uint8_t { Unsigned, Signed, Bits, Float, Pred, Other };
  Kind K = Kind::Other;
  unsigned Width = 0; ///< Bits in all.
  unsigned Lanes = 1;
  bool Brain = false; ///< bf16.

  bool isSigned() const { return K == Kind::Signed; }
  bool isFloat() const { return K == Kind::Float; }
  bool isInteger() const {
    return K == Kind::Unsigned || K == Kind::Signed || K == Kind::Bits;
  }
};
std::optional<Type> typeNamed(StringRef Name);

/// Bytes that a variable takes, 0 for an array of unknown length.
uint64_t byteSize(const Variable &V);
uint64_t alignmentOf(const Variable &V);

/// The loads of parameters, and through them the parameters, whose values
/// serve as addresses. Heuristic in one direction only: a parameter that is
/// wrongly left out makes its accesses unknown; one is never guessed between
/// two candidates.
struct PointerEvidence {
  llvm::StringSet<> Params;    ///< Scalar parameters.
  llvm::StringSet<> Registers; ///< Destinations of ld.param.
};
PointerEvidence findPointers(const Function &F);

class FunctionLifter;

/// What a function's signature became.
struct Signature {
  const Function *Syntax = nullptr;
  llvm::Function *F = nullptr;
  bool Twice = false; ///< Defined again: nobody knows which one holds.
};

class ModuleLifter {
public:
  ModuleLifter(const Module &Syntax, StringRef Name, llvm::LLVMContext &C);
  std::unique_ptr<llvm::Module>
  run(const std::function<bool(const std::string &Entry)> &Wanted);

  llvm::GlobalVariable *variable(const Variable &V, const llvm::Twine &Name);
  llvm::FunctionType *functionType(ArrayRef<Variable> Returns,
                                   ArrayRef<Variable> Params);
  llvm::Type *scalar(const Variable &V);
  /// A harmless or harmful external function, see Lift.h.
  llvm::FunctionCallee external(const llvm::Twine &Name, llvm::Type *Result,
                                ArrayRef<llvm::Value *> Arguments);
  // LiftDebug.cpp
  llvm::DIFile *file(uint32_t Index);
  llvm::DISubprogram *subprogram(StringRef Name, llvm::DIFile *File,
                                 unsigned Line);
  llvm::DISubprogram *inlinedFunction(StringRef Label, uint32_t File);
  void finishDebug();

  const Module &Syntax;
  llvm::LLVMContext &C;
  std::unique_ptr<llvm::Module> M;
  llvm::StringMap<llvm::GlobalVariable *> Variables;
  llvm::StringMap<Signature> Functions;
  std::function<bool(const Instruction &I)> Marked;

private:
  void declare(const Function &F);
  void annotate(const Function &F, llvm::Function *Out);
  void initialize(const Variable &V);
  llvm::Constant *initializer(const Variable &V, uint64_t Bytes);
  llvm::Constant *element(const Initializer &I, unsigned Bits);

  std::optional<llvm::DIBuilder> Debug;
  llvm::DICompileUnit *Unit = nullptr;
  std::map<uint32_t, llvm::DIFile *> Files;
  std::map<std::pair<std::string, uint32_t>, llvm::DISubprogram *> Inlined;
};

/// Lifts one body. Functions named after opcodes return false when they do not
/// know the form at hand; the instruction is then unknown.
class FunctionLifter {
public:
  FunctionLifter(ModuleLifter &Parent, const Function &Syntax,
                 llvm::Function *F);
  /// False with Problem set when the structure makes no sense.
  bool run();
  Diagnostic Problem;

  using Lifter = bool (FunctionLifter::*)(const Instruction &);
  /// What lifts each opcode.
  static const llvm::StringMap<Lifter> &table();

private:
  using Value = llvm::Value;

  /// What a name means inside the function.
  struct Symbol {
    enum class Kind : uint8_t { Register, Memory, Global } K;
    unsigned Width = 0; ///< Register: bits. Memory: bits of the element.
    llvm::Value *Where = nullptr; ///< Alloca, byval argument or variable.
    Space In = Space::None;
  };
  struct Range {
    unsigned Width;
    uint32_t Count;
  };
  struct Scope {
    llvm::StringMap<Symbol> Names;
    llvm::StringMap<Range> Ranges;
    unsigned Id = 0;
  };

  // LiftFunction.cpp
  bool statement(const Statement &S);
  bool guarded(const Instruction &I);
  void dispatch(const Instruction &I);
  bool tryLift(const Instruction &I);
  void declareVariable(const Variable &V);
  Symbol *find(StringRef Name);
  Symbol *registerNamed(StringRef Name);
  llvm::AllocaInst *newAlloca(llvm::Type *T, const llvm::Twine &Name);
  Value *undefined(unsigned Width);
  bool fail(Location Loc, const llvm::Twine &Text);

  /// The operand as Width bits; null when it has no such value.
  Value *read(const Operand &O, unsigned Width, bool Signed = false);
  Value *read(const Operand &O, const Type &T) {
    return read(O, T.Width, T.isSigned());
  }
  Value *literal(const Operand &O, unsigned Width);
  Value *readFloat(const Operand &O, const Type &T);
  Value *predicate(const Operand &O);
  Value *symbolAddress(const Symbol &S, unsigned Width);
  unsigned widthOf(const Operand &O);
  bool write(const Operand &O, Value *V, bool Signed = false);
  Value *resize(Value *V, unsigned Width, bool Signed);
  Value *asBits(Value *V);
  llvm::Type *floatType(const Type &T);
  llvm::IntegerType *intType(unsigned Width) { return B.getIntNTy(Width); }
  llvm::ConstantInt *constant(unsigned Width, uint64_t V) {
    return llvm::ConstantInt::get(intType(Width), V);
  }

  // LiftOpaque.cpp
  Value *intrinsic(llvm::Intrinsic::ID Id, ArrayRef<llvm::Type *> Overloads,
                   ArrayRef<Value *> Arguments);
  Value *external(const llvm::Twine &Name, llvm::Type *Result,
                  ArrayRef<Value *> Arguments = {});
  Value *pure(const llvm::Twine &Name, llvm::Type *Result,
              ArrayRef<Value *> Arguments);
  /// Width bits that the opcode tells, from all operands but the first.
  bool named(const Instruction &I, unsigned Width);
  /// The call @reprise.ptx.<Name>([Pointer,] operands), results and all.
  bool opaque(const Instruction &I, const llvm::Twine &Name,
              Value *Pointer = nullptr);
  bool flatten(const Operand &O, Space In, unsigned LiteralWidth,
               llvm::SmallVectorImpl<Value *> &To);
  void unknown(const Instruction &I);
  void writeUnknown(const Operand &O, const Instruction &I);
  void mark(const Instruction &I);
  static std::string spelling(const Instruction &I);
  static std::string atLine(const Instruction &I);

  // LiftControl.cpp
  bool prepareLabels();
  void prepareParams();
  llvm::BasicBlock *label(StringRef Name);
  void enter(llvm::BasicBlock *Block);
  bool branch(const Instruction &I);
  bool branchIndexed(const Instruction &I);
  bool call(const Instruction &I);
  void returnNow();
  Value *argument(const Operand &O, const Variable &V);
  bool storeResult(const Operand &O, Value *Result);

  // LiftInteger.cpp
  bool integer(const Instruction &I);
  bool addition(const Instruction &I, const Type &T);
  bool multiplication(const Instruction &I, const Type &T);
  bool multiply24(const Instruction &I, const Type &T);
  bool division(const Instruction &I, const Type &T);
  bool dotProduct(const Instruction &I);
  bool lanes(const Instruction &I, const Type &T);
  Value *product(const Instruction &I, const Type &T);
  void setCarry(Value *V);
  Value *carry();

  // LiftLogic.cpp
  bool logic(const Instruction &I);
  bool shift(const Instruction &I, const Type &T);
  bool funnelShift(const Instruction &I);
  bool lookup(const Instruction &I);
  Value *lookupTable(ArrayRef<Operand> O);
  bool permute(const Instruction &I);
  bool bitField(const Instruction &I, const Type &T);
  bool sizeAndMask(const Instruction &I, const Type &T);
  bool countBits(const Instruction &I, const Type &T);

  // LiftCompare.cpp
  bool comparison(const Instruction &I);
  bool selection(const Instruction &I);
  Value *compare(const Instruction &I, const Type &T, Value *X, Value *Y);
  bool compareLanes(const Instruction &I, const Type &T);

  // LiftConvert.cpp
  bool move(const Instruction &I);
  bool convert(const Instruction &I);
  bool convertAddress(const Instruction &I);
  Value *saturate(Value *V, const Type &From, const Type &To);
  bool convertToInteger(const Instruction &I, const Type &From, const Type &To);

  // LiftFloat.cpp
  bool floating(const Instruction &I);
  bool testProperty(const Instruction &I);
  Value *flushed(Value *V, const Type &T);

  // LiftVideo.cpp
  bool video(const Instruction &I);
  bool videoLanes(const Instruction &I, unsigned Count);
  Value *videoOperand(const Operand &O, bool Signed);
  bool videoResult(const Instruction &I, Value *R);

  // LiftMemory.cpp
  bool memory(const Instruction &I);
  bool load(const Instruction &I);
  bool store(const Instruction &I);
  bool atomic(const Instruction &I);
  bool asyncCopy(const Instruction &I);
  bool bulkCopy(const Instruction &I);
  bool matrixAccess(const Instruction &I);
  Value *address(const Operand &O, Space In);
  llvm::Type *accessType(const Instruction &I, Type &Element, unsigned &Count);

  // LiftWarp.cpp
  bool warp(const Instruction &I);
  bool barrier(const Instruction &I);
  bool shuffle(const Instruction &I);
  bool vote(const Instruction &I);
  bool match(const Instruction &I);

  // LiftSpecial.cpp
  bool special(const Instruction &I);
  Value *specialRegister(const Operand &O);

  // LiftDebug.cpp
  void place(const SourcePlace &P);
  llvm::DILocation *location(uint32_t File, uint32_t Line, uint32_t Column);

  ModuleLifter &Parent;
  const Function &Syntax;
  llvm::Function *F;
  llvm::LLVMContext &C;
  llvm::IRBuilder<> B;
  llvm::BasicBlock *Entry = nullptr;
  PointerEvidence Evidence;
  llvm::SmallVector<Scope, 4> Scopes;
  unsigned NextScope = 0;
  std::map<std::pair<unsigned, StringRef>, llvm::BasicBlock *> Labels;
  llvm::StringMap<const TargetList *> Targets;
  llvm::StringMap<const Prototype *> Prototypes;
  llvm::StringMap<unsigned> ScalarParams; ///< Entry: index of the argument.
  std::map<unsigned, Value *> Undefined;
  Value *Guard = nullptr; ///< Of a select-able instruction.
  llvm::AllocaInst *Carry = nullptr;
  std::vector<Type> Types; ///< Types among the instruction's modifiers.
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, llvm::DILocation *> Places;
};

/// Which space an instruction's modifiers name; None is generic.
Space spaceOf(const Instruction &I);
/// All that they name, in order.
llvm::SmallVector<Space, 2> spacesOf(const Instruction &I);
/// "rz", "rm", "rp": the modifiers that change rounding; also .ftz and .sat.
bool isPlainFloat(const Instruction &I);

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_LIFTIMPL_H
