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

/// Registers without a suffix that LLVM has an intrinsic for.
static Intrinsic::ID plainRegister(StringRef Name) {
  return StringSwitch<Intrinsic::ID>(Name)
      .Case("%laneid", Intrinsic::nvvm_read_ptx_sreg_laneid)
      .Case("%warpid", Intrinsic::nvvm_read_ptx_sreg_warpid)
      .Case("%nwarpid", Intrinsic::nvvm_read_ptx_sreg_nwarpid)
      .Case("%smid", Intrinsic::nvvm_read_ptx_sreg_smid)
      .Case("%nsmid", Intrinsic::nvvm_read_ptx_sreg_nsmid)
      .Case("%gridid", Intrinsic::nvvm_read_ptx_sreg_gridid)
      .Case("%clock", Intrinsic::nvvm_read_ptx_sreg_clock)
      .Case("%clock64", Intrinsic::nvvm_read_ptx_sreg_clock64)
      .Case("%globaltimer", Intrinsic::nvvm_read_ptx_sreg_globaltimer)
      .Case("%lanemask_eq", Intrinsic::nvvm_read_ptx_sreg_lanemask_eq)
      .Case("%lanemask_le", Intrinsic::nvvm_read_ptx_sreg_lanemask_le)
      .Case("%lanemask_lt", Intrinsic::nvvm_read_ptx_sreg_lanemask_lt)
      .Case("%lanemask_ge", Intrinsic::nvvm_read_ptx_sreg_lanemask_ge)
      .Case("%lanemask_gt", Intrinsic::nvvm_read_ptx_sreg_lanemask_gt)
      .Case("%cluster_ctarank", Intrinsic::nvvm_read_ptx_sreg_cluster_ctarank)
      .Case("%cluster_nctarank", Intrinsic::nvvm_read_ptx_sreg_cluster_nctarank)
      .Default(None);
}

/// Width of a special register that LLVM has no intrinsic for; 0: no such one.
static unsigned otherRegister(StringRef Name) {
  if (Name.starts_with("%envreg") ||
      Name.starts_with("%reserved_smem_offset") ||
      (Name.starts_with("%pm") && Name.size() > 3 && llvm::isDigit(Name[3])))
    return Name.ends_with("_64") ? 64 : 32;
  return StringSwitch<unsigned>(Name)
      .Cases("%clock_hi", "%globaltimer_lo", "%globaltimer_hi", 32)
      .Cases("%total_smem_size", "%aggr_smem_size", "%dynamic_smem_size", 32)
      .Cases("%clusterid", "%nclusterid", "%cluster_ctaid", 32)
      .Cases("%cluster_nctaid", "%ctaid", "%tid", "%ntid", "%nctaid", 32)
      .Case("%is_explicit_cluster", 1)
      .Case("%current_graph_exec", 64)
      .Default(0);
}

Value *FunctionLifter::specialRegister(const Operand &O) {
  if (!O.Name.starts_with("%"))
    return nullptr;
  if (Intrinsic::ID Id = indexRegister(O.Name, O.Suffix); Id != None)
    return intrinsic(Id, {}, {});
  if (Intrinsic::ID Id = plainRegister(O.Name); Id != None)
    return intrinsic(Id, {}, {});
  unsigned Width = otherRegister(O.Name);
  if (!Width)
    return nullptr;
  std::string Name = O.Name.str();
  if (!O.Suffix.empty())
    Name += "." + O.Suffix.str();
  return external("reprise.ptx.value." + Name, intType(Width));
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
  if (Op == "membar" || (Op == "fence" && !I.has("proxy::async"))) {
    StringRef Level = I.Modifiers.empty() ? StringRef() : I.Modifiers.back();
    intrinsic(Level == "cta" ? Intrinsic::nvvm_membar_cta
              : Level == "gl" || Level == "gpu" || Level == "cluster"
                  ? Intrinsic::nvvm_membar_gl
                  : Intrinsic::nvvm_membar_sys,
              {}, {});
    return true;
  }
  if (Op == "isspacep" && I.Operands.size() == 2)
    return named(I, 1);
  // Effects on the order of accesses, or on registers, only.
  return opaque(I, "value." + spelling(I));
}

} // namespace reprise::ptx
