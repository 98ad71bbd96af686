//===- LowerPtx.cpp - Calls that the PTX lifter made ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerMath.h"

using namespace llvm;

namespace reprise::emulator {

bool lowerPtx(Lowering &L, StringRef Name) {
  if (!Name.consume_front("value."))
    return false;
  if (Name == "undefined")
    return L.done(Constant::getNullValue(L.Call->getType()));
  if (Name.consume_front("%"))
    return lowerRegister(L, Name);
  return false;
}

} // namespace reprise::emulator
