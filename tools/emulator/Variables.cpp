//===- Variables.cpp - Memory of a program's variables --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Variables.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;

namespace reprise::emulator {

static constexpr unsigned SharedSpace = 3, ConstSpace = 4;
static constexpr uint64_t Gap = 256, FunctionBytes = 16;

/// A pointer or its number: a variable or function and a distance; null for
/// others.
static const GlobalObject *objectIn(const DataLayout &DL, const Constant *C,
                                    APInt &Offset) {
  if (auto *E = dyn_cast<ConstantExpr>(C);
      E && E->getOpcode() == Instruction::PtrToInt)
    C = E->getOperand(0);
  if (!C->getType()->isPointerTy())
    return nullptr;
  const Value *Base = C;
  // Through casts between address spaces, which the helper stops at.
  for (;;) {
    APInt Step(DL.getIndexTypeSizeInBits(Base->getType()), 0);
    Base = Base->stripAndAccumulateConstantOffsets(DL, Step, true);
    Offset += Step.sextOrTrunc(64);
    auto *Cast = dyn_cast<AddrSpaceCastOperator>(Base);
    if (!Cast)
      break;
    Base = Cast->getPointerOperand();
  }
  if (auto *Alias = dyn_cast<GlobalAlias>(Base))
    Base = Alias->getAliaseeObject();
  return dyn_cast<GlobalObject>(Base);
}

bool Variables::write(const DataLayout &DL, const Constant *C, uint8_t *To) {
  if (C->isNullValue() || isa<UndefValue>(C))
    return true;
  uint64_t Size = DL.getTypeStoreSize(C->getType());
  if (auto *D = dyn_cast<ConstantDataSequential>(C)) {
    StringRef Raw = D->getRawDataValues();
    std::memcpy(To, Raw.data(), Raw.size());
    return true;
  }
  if (isa<ConstantInt>(C) || isa<ConstantFP>(C)) {
    APInt Bits = isa<ConstantInt>(C)
                     ? cast<ConstantInt>(C)->getValue()
                     : cast<ConstantFP>(C)->getValueAPF().bitcastToAPInt();
    for (uint64_t I = 0; I < Size; ++I)
      To[I] = static_cast<uint8_t>(Bits.extractBitsAsZExtValue(
          std::min<unsigned>(8,
                             Bits.getBitWidth() - static_cast<unsigned>(I) * 8),
          static_cast<unsigned>(I) * 8));
    return true;
  }
  if (auto *S = dyn_cast<ConstantStruct>(C)) {
    const StructLayout *Layout = DL.getStructLayout(S->getType());
    for (unsigned I = 0; I < S->getNumOperands(); ++I)
      if (!write(DL, S->getOperand(I), To + Layout->getElementOffset(I)))
        return false;
    return true;
  }
  if (isa<ConstantArray>(C) || isa<ConstantVector>(C)) {
    for (unsigned I = 0; I < C->getNumOperands(); ++I) {
      auto *E = cast<Constant>(C->getOperand(I));
      if (!write(DL, E, To + I * DL.getTypeAllocSize(E->getType())))
        return false;
    }
    return true;
  }
  APInt Offset(64, 0);
  const GlobalObject *V = objectIn(DL, C, Offset);
  auto It = V ? Addresses.find(V) : Addresses.end();
  if (It == Addresses.end() || Size > 8)
    return false;
  uint64_t Address = It->second + Offset.getZExtValue();
  std::memcpy(To, &Address, Size);
  return true;
}

bool Variables::create(const Module &M) {
  const DataLayout &DL = M.getDataLayout();
  uint64_t Size = 0;
  std::vector<std::pair<const GlobalVariable *, uint64_t>> Places;
  for (const GlobalVariable &V : M.globals()) {
    if (V.getAddressSpace() == SharedSpace || !V.hasInitializer() ||
        V.getName().starts_with("llvm."))
      continue;
    Align A = std::max(V.getAlign().valueOrOne(), Align(16));
    Size = alignTo(Size, A);
    Places.push_back({&V, Size});
    Size += DL.getTypeAllocSize(V.getValueType()) + Gap;
  }
  uint64_t Code = alignTo(Size, Gap);
  Size = Code;
  for (const Function &F : M)
    Size += F.isIntrinsic() ? 0 : FunctionBytes;
  if (!Bytes.reset(Size))
    return false;
  auto Base = reinterpret_cast<uint64_t>(Bytes.data());
  for (const Function &F : M)
    if (!F.isIntrinsic()) {
      Addresses[&F] = Base + Code;
      Code += FunctionBytes;
    }
  for (auto [V, Offset] : Places)
    Addresses[V] = Base + Offset;
  for (auto [V, Offset] : Places)
    if (!write(DL, V->getInitializer(), Bytes.data() + Offset))
      Addresses.erase(V);
  for (auto [V, Offset] : Places)
    if (uint64_t N = DL.getTypeAllocSize(V->getValueType());
        N && Addresses.count(V))
      Symbols.push_back(
          {V->getName().str(), Base + Offset, N,
           V->isConstant() || V->getAddressSpace() == ConstSpace});
  Initial.assign(Bytes.data(), Bytes.data() + Size);
  return true;
}

void Variables::reset() {
  if (!Initial.empty())
    std::memcpy(Bytes.data(), Initial.data(), Initial.size());
}

} // namespace reprise::emulator
