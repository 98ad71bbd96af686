//===- InlinePtx.cpp - Inline assembly as functions -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InlinePtx.h"

#include "ptx/Lift.h"
#include "ptx/Parser.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Linker/Linker.h"

#include <map>

using namespace llvm;

namespace reprise::emulator {

namespace {

constexpr char Prefix[] = "reprise_asm_";

/// An operand of the assembly text, $0 first.
struct AsmOperand {
  bool Output = false;
  int Tied = -1; ///< An input that begins in this output's register.
  unsigned Bits = 0;
  const ConstantInt *Immediate = nullptr;
};

unsigned bitsOf(const DataLayout &DL, Type *T) {
  if (!T->isIntegerTy() && !T->isFloatingPointTy() && !T->isPointerTy() &&
      !T->isVectorTy())
    return 0;
  auto Bits = static_cast<unsigned>(DL.getTypeSizeInBits(T));
  return Bits == 16 || Bits == 32 || Bits == 64 ? Bits : 0;
}

SmallVector<Type *, 4> resultTypes(const CallInst &Call) {
  if (auto *S = dyn_cast<StructType>(Call.getType()))
    return SmallVector<Type *, 4>(S->elements());
  if (Call.getType()->isVoidTy())
    return {};
  return {Call.getType()};
}

/// False when an operand is none that a register or a literal can be.
bool readOperands(const CallInst &Call, std::vector<AsmOperand> &Operands) {
  const DataLayout &DL = Call.getDataLayout();
  auto *Asm = cast<InlineAsm>(Call.getCalledOperand());
  SmallVector<Type *, 4> Results = resultTypes(Call);
  unsigned Result = 0, Argument = 0;
  for (const InlineAsm::ConstraintInfo &C : Asm->ParseConstraints()) {
    if (C.Type == InlineAsm::isClobber)
      continue;
    if (C.Type == InlineAsm::isLabel || C.isIndirect)
      return false;
    AsmOperand O;
    O.Output = C.Type == InlineAsm::isOutput;
    Type *T;
    if (O.Output) {
      if (Result >= Results.size())
        return false;
      T = Results[Result++];
    } else {
      Value *V = Call.getArgOperand(Argument++);
      T = V->getType();
      StringRef Code = C.Codes.empty() ? "" : StringRef(C.Codes[0]);
      if (unsigned N; !Code.empty() && !Code.getAsInteger(10, N))
        O.Tied = static_cast<int>(N);
      else if (Code == "n" || Code == "i")
        O.Immediate = dyn_cast<ConstantInt>(V);
    }
    O.Bits = bitsOf(DL, T);
    if (!O.Bits && !O.Immediate)
      return false;
    Operands.push_back(O);
  }
  return Result == Results.size();
}

std::string registerName(const std::vector<AsmOperand> &Operands, unsigned N) {
  if (N >= Operands.size())
    return "%reprise_none";
  const AsmOperand &O = Operands[N];
  if (O.Immediate)
    return toString(O.Immediate->getValue(), 10, /*Signed=*/true);
  return "%reprise" + std::to_string(O.Tied >= 0 ? O.Tied : int(N));
}

/// The text with registers in the places of $0, ${1:q}, ...
std::string substitute(StringRef Text,
                       const std::vector<AsmOperand> &Operands) {
  std::string Out;
  while (!Text.empty()) {
    size_t At = Text.find('$');
    Out += Text.substr(0, At).str();
    if (At == StringRef::npos)
      break;
    Text = Text.substr(At + 1);
    if (Text.consume_front("$")) {
      Out += '$';
      continue;
    }
    bool Braces = Text.consume_front("{");
    unsigned N = 0;
    if (Text.consumeInteger(10, N)) {
      // $( and $), as some front ends write braces; or a name such as $L1.
      if (!Text.empty() && (Text[0] == '(' || Text[0] == ')')) {
        Out += Text[0] == '(' ? '{' : '}';
        Text = Text.drop_front();
      } else {
        Out += Braces ? "${" : "$";
      }
      continue;
    }
    if (Braces)
      Text = Text.substr(std::min(Text.find('}'), Text.size() - 1) + 1);
    Out += registerName(Operands, N);
  }
  return Out;
}

std::string functionText(const std::vector<AsmOperand> &Operands,
                         StringRef Body, const std::string &Name) {
  std::string Results, Params, Code, Before, After;
  for (unsigned N = 0; N < Operands.size(); ++N) {
    const AsmOperand &O = Operands[N];
    if (O.Immediate)
      continue;
    std::string Type = ".b" + std::to_string(O.Bits), Id = std::to_string(N);
    std::string Register = registerName(Operands, N);
    if (O.Tied < 0)
      Code += "  .reg " + Type + " " + Register + ";\n";
    if (O.Output) {
      Results += (Results.empty() ? "" : ", ") + (".param " + Type) + " r" + Id;
      After += "  st.param" + Type + " [r" + Id + "], " + Register + ";\n";
    } else {
      Params += (Params.empty() ? "" : ", ") + (".param " + Type) + " p" + Id;
      Before += "  ld.param" + Type + " " + Register + ", [p" + Id + "];\n";
    }
  }
  return ".visible .func " + (Results.empty() ? "" : "(" + Results + ") ") +
         Name + "(" + Params + ")\n{\n" + Code + Before + "  {\n" +
         substitute(Body, Operands) + "\n;  }\n" + After + "  ret;\n}\n";
}

/// The call of F in place of the assembly.
void replaceCall(CallInst &Call, Function &F,
                 const std::vector<AsmOperand> &Operands) {
  IRBuilder<> B(&Call);
  SmallVector<Type *, 4> Results = resultTypes(Call);
  SmallVector<Value *, 8> Arguments;
  SmallVector<AllocaInst *, 4> Slots;
  if (Results.size() > 1) {
    IRBuilder<> Top(&*Call.getFunction()->getEntryBlock().begin());
    for (Type *T : Results) {
      Slots.push_back(Top.CreateAlloca(T));
      Arguments.push_back(Slots.back());
    }
  }
  unsigned Given = 0;
  for (const AsmOperand &O : Operands) {
    if (O.Output)
      continue;
    Value *V = Call.getArgOperand(Given++);
    if (O.Immediate)
      continue;
    Type *T = B.getIntNTy(O.Bits);
    Arguments.push_back(V->getType()->isPointerTy() ? B.CreatePtrToInt(V, T)
                                                    : B.CreateBitCast(V, T));
  }
  Value *R = B.CreateCall(&F, Arguments);
  auto Cast = [&](Value *V, Type *T) {
    return T->isPointerTy() ? B.CreateIntToPtr(V, T) : B.CreateBitCast(V, T);
  };
  if (Results.size() == 1) {
    Call.replaceAllUsesWith(Cast(R, Results[0]));
  } else if (!Results.empty()) {
    Value *All = PoisonValue::get(Call.getType());
    for (unsigned N = 0; N < Results.size(); ++N)
      All = B.CreateInsertValue(All, B.CreateLoad(Results[N], Slots[N]), N);
    Call.replaceAllUsesWith(All);
  }
  Call.eraseFromParent();
}

} // namespace

void liftInlineAssembly(Module &M) {
  struct Site {
    CallInst *Call;
    std::vector<AsmOperand> Operands;
    std::string Name;
  };
  std::vector<Site> Sites;
  SmallVector<CallInst *, 8> Empty;         ///< They only keep values alive.
  std::map<std::string, std::string> Names; // By text without the name.
  std::string Text = ".version 9.0\n.target sm_100a\n.address_size 64\n";
  for (Function &F : M)
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallInst>(&I);
      if (!Call || !Call->isInlineAsm())
        continue;
      StringRef Body =
          cast<InlineAsm>(Call->getCalledOperand())->getAsmString();
      if (Body.trim().empty() && Call->getType()->isVoidTy()) {
        Empty.push_back(Call);
        continue;
      }
      Site S{Call, {}, ""};
      if (!readOperands(*Call, S.Operands))
        continue;
      std::string &Name = Names[functionText(S.Operands, Body, "")];
      if (Name.empty()) {
        Name = Prefix + std::to_string(Names.size());
        Text += functionText(S.Operands, Body, Name);
      }
      S.Name = Name;
      Sites.push_back(std::move(S));
    }
  for (CallInst *Call : Empty)
    Call->eraseFromParent();
  if (Sites.empty())
    return;
  ptx::Module Syntax = ptx::parse(Text);
  std::unique_ptr<Module> Lifted =
      ptx::lift(Syntax, "inline assembly", M.getContext());
  StripDebugInfo(*Lifted);
  Lifted->setDataLayout(M.getDataLayout());
  Lifted->setTargetTriple(M.getTargetTriple());
  if (Linker::linkModules(M, std::move(Lifted)))
    return;
  for (Site &S : Sites)
    if (Function *F = M.getFunction(S.Name); F && !F->isDeclaration())
      replaceCall(*S.Call, *F, S.Operands);
}

} // namespace reprise::emulator
