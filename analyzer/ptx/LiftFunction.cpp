//===- LiftFunction.cpp - Bodies of PTX functions as IR -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"
#include "ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

FunctionLifter::FunctionLifter(ModuleLifter &Parent, const Function &Syntax,
                               llvm::Function *F)
    : Parent(Parent), Syntax(Syntax), F(F), C(Parent.C), B(Parent.C) {}

bool FunctionLifter::fail(Location Loc, const Twine &Text) {
  Problem = {Loc, Text.str()};
  return false;
}

bool FunctionLifter::run() {
  Entry = BasicBlock::Create(C, "entry", F);
  BasicBlock *First = BasicBlock::Create(C, "", F);
  B.SetInsertPoint(First);
  Scopes.emplace_back();
  NextScope = 1;
  Evidence = findPointers(Syntax);
  if (!prepareLabels())
    return false;
  prepareParams();
  for (const Statement &S : Syntax.Body)
    if (!statement(S))
      return false;
  if (!B.GetInsertBlock()->getTerminator())
    returnNow();
  IRBuilder<>(Entry).CreateBr(First);
  for (BasicBlock &Block : *F)
    if (!Block.getTerminator())
      new UnreachableInst(C, &Block);
  return true;
}

bool FunctionLifter::statement(const Statement &S) {
  switch (S.K) {
  case Statement::Kind::Instruction:
    return guarded(S.instruction());
  case Statement::Kind::Label:
    enter(label(S.Label));
    return true;
  case Statement::Kind::Variable:
    declareVariable(S.variable());
    return true;
  case Statement::Kind::BlockBegin:
    Scopes.emplace_back();
    Scopes.back().Id = NextScope++;
    return true;
  case Statement::Kind::BlockEnd:
    Scopes.pop_back();
    return true;
  case Statement::Kind::Place:
    place(S.place());
    return true;
  case Statement::Kind::Targets:
  case Statement::Kind::Prototype:
    return true; // See prepareLabels.
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

/// True for what only computes a value, so that a guard may become a select.
static bool isPure(const Instruction &I) {
  return StringSwitch<bool>(I.Opcode)
      .Cases("add", "sub", "mul", "mad", "mov", "and", "or", "xor", "not", true)
      .Cases("shl", "shr", "selp", "setp", "min", "max", "neg", "abs", true)
      .Cases("cvt", "cvta", "fma", "shf", "lop3", "prmt", "bfe", "bfi", true)
      .Default(false);
}

bool FunctionLifter::guarded(const Instruction &I) {
  // Code behind a jump that no label leads to.
  if (B.GetInsertBlock()->getTerminator())
    B.SetInsertPoint(BasicBlock::Create(C, "", F));
  if (Syntax.IsEntry && Parent.Marked && Parent.Marked(I))
    mark(I);
  if (I.Guard.empty() || I.Opcode == "bra") {
    dispatch(I);
    return true;
  }
  Operand P;
  P.Kind = OperandKind::Name;
  P.Name = I.Guard;
  P.Negated = I.GuardNegated;
  Value *Condition = predicate(P);
  if (isPure(I)) {
    Guard = Condition;
    dispatch(I);
    Guard = nullptr;
    return true;
  }
  BasicBlock *Then = BasicBlock::Create(C, "", F);
  BasicBlock *After = BasicBlock::Create(C, "", F);
  B.CreateCondBr(Condition, Then, After);
  B.SetInsertPoint(Then);
  dispatch(I);
  if (!B.GetInsertBlock()->getTerminator())
    B.CreateBr(After);
  B.SetInsertPoint(After);
  return true;
}

void FunctionLifter::dispatch(const Instruction &I) {
  Types.clear();
  for (StringRef M : I.Modifiers)
    if (auto T = typeNamed(M))
      Types.push_back(*T);
  if (!tryLift(I))
    unknown(I);
}

const StringMap<FunctionLifter::Lifter> &FunctionLifter::table() {
  static const StringMap<Lifter> Table = [] {
    StringMap<Lifter> T;
    auto Add = [&](Lifter L, std::initializer_list<const char *> Names) {
      for (const char *N : Names)
        T[N] = L;
    };
    Add(&FunctionLifter::integer,
        {"add", "sub", "mul", "mad", "addc", "subc", "madc", "mul24", "mad24",
         "div", "rem", "abs", "neg", "min", "max", "sad", "dp4a", "dp2a"});
    Add(&FunctionLifter::floating,
        {"fma", "copysign", "rcp", "sqrt", "rsqrt", "sin", "cos", "lg2", "ex2",
         "tanh", "testp"});
    Add(&FunctionLifter::video,
        {"vadd",      "vsub",      "vabsdiff", "vmin",  "vmax",  "vset",
         "vshl",      "vshr",      "vmad",     "vadd2", "vsub2", "vavrg2",
         "vabsdiff2", "vmin2",     "vmax2",    "vset2", "vadd4", "vsub4",
         "vavrg4",    "vabsdiff4", "vmin4",    "vmax4", "vset4"});
    Add(&FunctionLifter::logic,
        {"and", "or", "xor", "not", "cnot", "shl", "shr", "shf", "lop3", "prmt",
         "bfe", "bfi", "bfind", "brev", "clz", "popc", "szext", "bmsk", "fns"});
    Add(&FunctionLifter::comparison, {"setp", "set"});
    Add(&FunctionLifter::selection, {"selp", "slct"});
    Add(&FunctionLifter::move, {"mov"});
    Add(&FunctionLifter::convert, {"cvt"});
    Add(&FunctionLifter::convertAddress, {"cvta", "mapa", "getctarank"});
    Add(&FunctionLifter::branch, {"bra"});
    Add(&FunctionLifter::branchIndexed, {"brx"});
    Add(&FunctionLifter::call, {"call"});
    Add(&FunctionLifter::memory, {"ld",       "ldu",           "st",
                                  "atom",     "red",           "cp",
                                  "prefetch", "prefetchu",     "ldmatrix",
                                  "stmatrix", "wmma",          "multimem",
                                  "tex",      "tld4",          "suld",
                                  "sust",     "sured",         "txq",
                                  "suq",      "istypep",       "mbarrier",
                                  "discard",  "applypriority", "movmatrix"});
    Add(&FunctionLifter::special,
        {"ret", "exit", "trap", "brkpt", "membar", "fence", "nanosleep",
         "griddepcontrol", "setmaxnreg", "wgmma", "pmevent", "createpolicy",
         "isspacep", "stacksave", "stackrestore", "alloca", "mma", "elect"});
    Add(&FunctionLifter::warp,
        {"bar", "barrier", "shfl", "vote", "match", "activemask", "redux"});
    return T;
  }();
  return Table;
}

bool FunctionLifter::tryLift(const Instruction &I) {
  auto It = table().find(I.Opcode);
  if (It == table().end())
    return false;
  return (this->*It->second)(I);
}

std::vector<std::string> knownOpcodes() {
  std::vector<std::string> Names;
  for (StringRef Name : FunctionLifter::table().keys())
    Names.push_back(Name.str());
  sort(Names);
  return Names;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

AllocaInst *FunctionLifter::newAlloca(llvm::Type *T, const Twine &Name) {
  return new AllocaInst(T, 0, Name, Entry);
}

/// What a register holds that was never written: one value for all of them.
Value *FunctionLifter::undefined(unsigned Width) {
  Value *&V = Undefined[Width];
  if (!V)
    V = CallInst::Create(
        Parent.external("reprise.ptx.value.undefined", intType(Width), {}), "",
        Entry);
  return V;
}

void FunctionLifter::declareVariable(const Variable &V) {
  unsigned Bits = typeNamed(V.Type).value_or(Type()).Width;
  Scope &S = Scopes.back();
  if (V.In == Space::Reg && V.Vector == 1 && !V.IsArray) {
    Bits = Bits ? Bits : 64;
    if (V.Range) {
      S.Ranges[V.Name] = {Bits, *V.Range};
      return;
    }
    AllocaInst *A = newAlloca(intType(Bits), V.Name);
    new StoreInst(undefined(Bits), A, Entry);
    S.Names[V.Name] = {Symbol::Kind::Register, Bits, A, V.In};
    return;
  }
  if (V.In == Space::Reg || V.In == Space::Local || V.In == Space::Param) {
    auto *T = ArrayType::get(B.getInt8Ty(), byteSize(V));
    AllocaInst *A = newAlloca(T, V.Name);
    A->setAlignment(Align(alignmentOf(V)));
    S.Names[V.Name] = {Symbol::Kind::Memory, Bits, A, V.In};
    return;
  }
  S.Names[V.Name] = {Symbol::Kind::Global, Bits,
                     Parent.variable(V, F->getName() + "." + V.Name), V.In};
}

FunctionLifter::Symbol *FunctionLifter::find(StringRef Name) {
  // `%r12` of `.reg %r<100>` gets its alloca when it is first named.
  StringRef Prefix = Name.rtrim("0123456789");
  StringRef Digits = Name.substr(Prefix.size());
  for (Scope &S : reverse(Scopes)) {
    if (auto It = S.Names.find(Name); It != S.Names.end())
      return &It->second;
    if (Digits.empty() || S.Ranges.empty())
      continue;
    auto It = S.Ranges.find(Prefix);
    uint32_t N;
    if (It == S.Ranges.end() || Digits.getAsInteger(10, N) ||
        N >= It->second.Count)
      continue;
    unsigned Bits = It->second.Width;
    AllocaInst *A = newAlloca(intType(Bits), "");
    new StoreInst(undefined(Bits), A, Entry);
    return &(S.Names[Name] = {Symbol::Kind::Register, Bits, A, Space::Reg});
  }
  if (auto It = Parent.Variables.find(Name); It != Parent.Variables.end()) {
    Space In = It->second->getAddressSpace() == SharedAS  ? Space::Shared
               : It->second->getAddressSpace() == ConstAS ? Space::Const
                                                          : Space::Global;
    return &(Scopes[0].Names[Name] = {Symbol::Kind::Global, 0, It->second, In});
  }
  return nullptr;
}

FunctionLifter::Symbol *FunctionLifter::registerNamed(StringRef Name) {
  Symbol *S = find(Name);
  return S && S->K == Symbol::Kind::Register ? S : nullptr;
}

unsigned FunctionLifter::widthOf(const Operand &O) {
  if (O.Kind != OperandKind::Name || !O.Suffix.empty())
    return 0;
  Symbol *S = registerNamed(O.Name);
  return S ? S->Width : 0;
}

/// The variable's address in its own space.
Value *FunctionLifter::symbolAddress(const Symbol &S, unsigned Width) {
  Value *P = S.Where;
  if (S.In == Space::Local)
    P = B.CreateAddrSpaceCast(P, PointerType::get(C, LocalAS));
  return resize(B.CreatePtrToInt(P, B.getInt64Ty()), Width, false);
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Value *FunctionLifter::resize(Value *V, unsigned Width, bool Signed) {
  return Signed ? B.CreateSExtOrTrunc(V, intType(Width))
                : B.CreateZExtOrTrunc(V, intType(Width));
}

Value *FunctionLifter::asBits(Value *V) {
  if (V->getType()->isIntegerTy())
    return V;
  return B.CreateBitCast(
      V, intType(static_cast<unsigned>(
             V->getType()->getPrimitiveSizeInBits().getFixedValue())));
}

Value *FunctionLifter::literal(const Operand &O, unsigned Width) {
  if (O.Kind == OperandKind::Integer)
    return ConstantInt::get(C, APInt(64, O.Value).sextOrTrunc(Width));
  // A literal of one precision where the other is wanted.
  if (O.Kind == OperandKind::Single && Width == 64)
    return constant(64, bit_cast<uint64_t>(static_cast<double>(
                            bit_cast<float>(static_cast<uint32_t>(O.Value)))));
  if (O.Kind == OperandKind::Double && Width == 32)
    return constant(
        32, bit_cast<uint32_t>(static_cast<float>(bit_cast<double>(O.Value))));
  return constant(Width, Width < 64
                             ? O.Value & maskTrailingOnes<uint64_t>(Width)
                             : O.Value);
}

Value *FunctionLifter::read(const Operand &O, unsigned Width, bool Signed) {
  switch (O.Kind) {
  case OperandKind::Integer:
  case OperandKind::Single:
  case OperandKind::Double:
    return literal(O, Width);
  case OperandKind::Name:
    break;
  case OperandKind::Vector: { // {lo, hi} as one value.
    if (O.Elements.empty() || Width % O.Elements.size())
      return nullptr;
    unsigned Part = Width / static_cast<unsigned>(O.Elements.size());
    Value *All = constant(Width, 0);
    for (unsigned I = 0; I < O.Elements.size(); ++I) {
      Value *V = read(O.Elements[I], Part);
      if (!V)
        return nullptr;
      All = B.CreateOr(All, B.CreateShl(resize(V, Width, false), I * Part));
    }
    return All;
  }
  default:
    return nullptr;
  }
  if (Value *V = specialRegister(O))
    return resize(V, Width, Signed);
  if (!O.Suffix.empty()) // Parts of a register, elements of an array.
    return nullptr;
  Symbol *S = find(O.Name);
  if (!S) {
    auto It = Parent.Functions.find(O.Name);
    if (It == Parent.Functions.end())
      return nullptr;
    return resize(B.CreatePtrToInt(It->second.F, B.getInt64Ty()), Width, false);
  }
  Value *V;
  if (S->K == Symbol::Kind::Register) {
    V = B.CreateLoad(intType(S->Width), S->Where);
    if (O.Negated)
      V = B.CreateNot(V);
    return resize(V, Width, Signed);
  }
  V = symbolAddress(*S, Width);
  return O.Value ? B.CreateAdd(V, constant(Width, O.Value)) : V;
}

Value *FunctionLifter::predicate(const Operand &O) {
  if (Value *V = read(O, 1))
    return V;
  return external("reprise.ptx.value.predicate", B.getInt1Ty());
}

bool FunctionLifter::write(const Operand &O, Value *V, bool Signed) {
  if (!V)
    return false;
  V = asBits(V);
  if (O.Kind == OperandKind::Sink)
    return true;
  if (O.Kind == OperandKind::Vector) { // {lo, hi} from one value.
    unsigned Width = V->getType()->getIntegerBitWidth();
    if (O.Elements.empty() || Width % O.Elements.size())
      return false;
    unsigned Part = Width / static_cast<unsigned>(O.Elements.size());
    for (unsigned I = 0; I < O.Elements.size(); ++I)
      if (!write(O.Elements[I],
                 B.CreateTrunc(B.CreateLShr(V, I * Part), intType(Part))))
        return false;
    return true;
  }
  if (O.Kind == OperandKind::Pair)
    return write(O.Elements[0], V, Signed);
  Symbol *S = O.Kind == OperandKind::Name && O.Suffix.empty()
                  ? registerNamed(O.Name)
                  : nullptr;
  if (!S)
    return false;
  V = resize(V, S->Width, Signed);
  if (Guard)
    V = B.CreateSelect(Guard, V, B.CreateLoad(intType(S->Width), S->Where));
  B.CreateStore(V, S->Where);
  return true;
}

} // namespace reprise::ptx
