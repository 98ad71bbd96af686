//===- ParamLayout.cpp - Where arguments lie in the block -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "llvm/IR/DataLayout.h"

using namespace llvm;

namespace reprise {

ParamLayout ParamLayout::of(const Function &F, const KernelEntry &Entry) {
  const std::vector<std::string> &Names = Entry.ParamNames;
  ParamLayout Result;
  const DataLayout &DL = F.getDataLayout();
  uint64_t Offset = 0;
  for (const Argument &A : F.args()) {
    Type *T = A.hasByValAttr() ? A.getParamByValType() : A.getType();
    Align Alignment = DL.getABITypeAlign(T);
    if (A.hasByValAttr())
      if (MaybeAlign Given = A.getParamAlign())
        Alignment = std::max(Alignment, *Given);
    Offset = alignTo(Offset, Alignment);
    Param P;
    P.Name = A.getArgNo() < Names.size() ? Names[A.getArgNo()]
                                         : "arg" + std::to_string(A.getArgNo());
    P.Offset = static_cast<uint32_t>(Offset);
    P.Size = static_cast<uint32_t>(DL.getTypeStoreSize(T));
    P.Kind = A.hasByValAttr()         ? REPRISE_PARAM_BYTES
             : T->isPointerTy()       ? REPRISE_PARAM_POINTER
             : T->isIntegerTy()       ? REPRISE_PARAM_INTEGER
             : T->isFloatingPointTy() ? REPRISE_PARAM_FLOAT
                                      : REPRISE_PARAM_BYTES;
    if (A.hasByValAttr() && A.getArgNo() < Entry.Members.size())
      for (const auto &[Inside, Name] : Entry.Members[A.getArgNo()])
        Result.Members[P.Offset + Inside] = P.Name + Name;
    Offset += P.Size;
    Result.Params.push_back(std::move(P));
  }
  Result.Bytes = static_cast<uint32_t>(Offset);
  return Result;
}

} // namespace reprise
