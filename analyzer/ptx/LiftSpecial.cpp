//===- LiftSpecial.cpp - Special registers, barriers, ends of PTX as IR ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IntrinsicsNVPTX.h"

using namespace llvm;

namespace reprise::ptx {

static constexpr Intrinsic::ID None = Intrinsic::not_intrinsic;

/// First of three intrinsics for x, y, z.
static Intrinsic::ID indexRegister(StringRef Name, StringRef Suffix) {
  if (Suffix.size() != 1 || Suffix[0] < 'x' || Suffix[0] > 'z')
    return None;
  unsigned D = static_cast<unsigned>(Suffix[0] - 'x');
  static constexpr Intrinsic::ID Tid[] = {Intrinsic::nvvm_read_ptx_sreg_tid_x,
                                          Intrinsic::nvvm_read_ptx_sreg_tid_y,
                                          Intrinsic::nvvm_read_ptx_sreg_tid_z};
  static constexpr Intrinsic::ID Ntid[] = {
      Intrinsic::nvvm_read_ptx_sreg_ntid_x,
      Intrinsic::nvvm_read_ptx_sreg_ntid_y,
      Intrinsic::nvvm_read_ptx_sreg_ntid_z};
  static constexpr Intrinsic::ID Ctaid[] = {
      Intrinsic::nvvm_read_ptx_sreg_ctaid_x,
      Intrinsic::nvvm_read_ptx_sreg_ctaid_y,
      Intrinsic::nvvm_read_ptx_sreg_ctaid_z};
  static constexpr Intrinsic::ID Nctaid[] = {
      Intrinsic::nvvm_read_ptx_sreg_nctaid_x,
      Intrinsic::nvvm_read_ptx_sreg_nctaid_y,
      Intrinsic::nvvm_read_ptx_sreg_nctaid_z};
  return StringSwitch<Intrinsic::ID>(Name)
      .Case("%tid", Tid[D])
      .Case("%ntid", Ntid[D])
      .Case("%ctaid", Ctaid[D])
      .Case("%nctaid", Nctaid[D])
      .Default(None);
}

/// Width of a special register whose value is not modelled; 0: no such one.
static unsigned opaqueRegister(StringRef Name) {
  if (Name.starts_with("%envreg") ||
      Name.starts_with("%reserved_smem_offset") ||
      (Name.starts_with("%pm") && Name.size() > 3 && llvm::isDigit(Name[3])))
    return Name.ends_with("_64") ? 64 : 32;
  return StringSwitch<unsigned>(Name)
      .Cases("%warpid", "%nwarpid", "%smid", "%nsmid", "%clock", 32)
      .Cases("%clock_hi", "%globaltimer_lo", "%globaltimer_hi", 32)
      .Cases("%lanemask_eq", "%lanemask_le", "%lanemask_lt", 32)
      .Cases("%lanemask_ge", "%lanemask_gt", 32)
      .Cases("%total_smem_size", "%aggr_smem_size", "%dynamic_smem_size", 32)
      .Cases("%clusterid", "%nclusterid", "%cluster_ctaid", 32)
      .Cases("%cluster_nctaid", "%cluster_ctarank", "%cluster_nctarank", 32)
      .Cases("%is_explicit_cluster", "%ctaid", "%tid", "%ntid", "%nctaid", 32)
      .Cases("%clock64", "%globaltimer", "%gridid", "%current_graph_exec", 64)
      .Default(0);
}

Value *FunctionLifter::specialRegister(const Operand &O) {
  if (!O.Name.starts_with("%"))
    return nullptr;
  if (Intrinsic::ID Id = indexRegister(O.Name, O.Suffix); Id != None)
    return intrinsic(Id, {}, {});
  if (O.Name == "%laneid")
    return intrinsic(Intrinsic::nvvm_read_ptx_sreg_laneid, {}, {});
  unsigned Width = opaqueRegister(O.Name);
  if (!Width)
    return nullptr;
  if (O.Name == "%is_explicit_cluster")
    Width = 1;
  return external("reprise.ptx.value." + O.Name, intType(Width));
}

bool FunctionLifter::special(const Instruction &I) {
  StringRef Op = I.Opcode;
  if (Op == "ret" || (Op == "exit" && Syntax.IsEntry)) {
    returnNow();
    return true;
  }
  if (Op == "exit" || Op == "trap") {
    external(Op == "exit" ? "llvm.nvvm.exit" : "llvm.trap", B.getVoidTy());
    B.CreateUnreachable();
    return true;
  }
  if (Op == "bar" || Op == "barrier") {
    bool All = I.has("sync") && !I.has("warp") && I.Operands.size() == 1 &&
               I.Operands[0].Kind == OperandKind::Integer &&
               I.Operands[0].Value == 0;
    if (All) {
      intrinsic(Intrinsic::nvvm_barrier0, {}, {});
      return true;
    }
    external("reprise.ptx.value." + spelling(I), B.getVoidTy());
    if (I.has("red") && !I.Operands.empty())
      writeUnknown(I.Operands[0], I);
    return true;
  }
  // Effects on the order of accesses, or on registers, only.
  external("reprise.ptx.value." + spelling(I), B.getVoidTy());
  if (!I.Operands.empty() && I.Operands[0].Kind != OperandKind::Address)
    writeUnknown(I.Operands[0], I);
  return true;
}

} // namespace reprise::ptx
