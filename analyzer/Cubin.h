//===- Cubin.h - Kernels and parameters of machine code -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A cubin is an ELF file of machine 190. Kernels are the functions whose symbol
// has STO_CUDA_ENTRY (0x10) in st_other; device functions have it not. Section
// .nv.info.<kernel> is a list of attributes:
//
//    0  u8 format          1: nothing   2: u8   3: u16   4: size of a payload
//    1  u8 attribute       in formats 1 to 3 the two bytes at 2 are the value
//    2  u16 size or value
//    4  payload (format 4)
//
//   attribute                payload
//   0x0a PARAM_CBANK         u32 symbol, u16 offset in constant bank 0, u16
//   size 0x17 KPARAM_INFO         u32 index, u16 ordinal, u16 offset,
//                            u32: size in bits 18 to 31
//   0x45 KPARAM_INFO_V2      u32 index, u16 ordinal, u16 offset,
//                            u32: size in bits 0 to 15; from 4 KiB of
//                            parameters on
//   0x19 CBANK_PARAM_SIZE    (format 3) bytes of all parameters
//
// The architecture is in e_flags: bits 8 to 15 from ABI version 8 on (CUDA 13),
// bits 0 to 7 before.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_CUBIN_H
#define REPRISE_ANALYZER_CUBIN_H

#include "Container.h"

#include <optional>
#include <vector>

namespace reprise {

struct CubinParam {
  uint32_t Offset = 0, Size = 0; ///< Bytes in the argument block.
  bool operator==(const CubinParam &) const = default;
};

struct CubinKernel {
  std::string Name;
  /// In order; absent when the attributes are missing or contradict each
  /// other, which Problem then says.
  std::optional<std::vector<CubinParam>> Params;
  uint32_t ParamBytes = 0;
  /// Where the block lies in constant bank 0; 0 when there are no parameters.
  uint32_t ParamBase = 0;
  std::string Problem;
};

/// The kernels of a cubin in the order of its symbol table.
llvm::Expected<std::vector<CubinKernel>> readCubin(llvm::StringRef Bytes);

/// Architecture that a cubin's header names; unknown for anything else. The
/// 'f' of a family is not recorded in a cubin.
Arch cubinArch(llvm::StringRef Bytes);

} // namespace reprise

#endif // REPRISE_ANALYZER_CUBIN_H
