//===- Linker.cpp - Linking at run time -----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One input of PTX is handed through, which is what programs do that want the
// linker's options. Several would have to become one program.
//
//===----------------------------------------------------------------------===//

#include "Module.h"

#include "llvm/Support/MemoryBuffer.h"

struct CUlinkState_st {
  std::string Ptx;
};

namespace reprise::driver {

/// Programs hold links for a moment; they need no table in the driver.
static Handles<CUlinkState_st> &links() {
  static auto &Links = *new Handles<CUlinkState_st>;
  return Links;
}

template <typename F> static CUresult withLink(CUlinkState Handle, F Body) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    std::lock_guard Guard(D.Lock);
    auto Link = links().find(Handle);
    return Link ? Body(D, *Link) : CUDA_ERROR_INVALID_HANDLE;
  });
}

static CUresult add(CUlinkState Handle, ChosenImage Image) {
  return withLink(Handle, [&](Driver &, CUlinkState_st &Link) {
    if (Image.Error)
      return Image.Error;
    if (!Link.Ptx.empty())
      return refuse("linking several inputs");
    Link.Ptx = std::move(Image.Ptx);
    return CUDA_SUCCESS;
  });
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuLinkCreate_v2(unsigned, CUjit_option *, void **,
                             CUlinkState *Result) {
  return inContext([&](Driver &D, const ContextRef &) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    std::lock_guard Guard(D.Lock);
    *Result = links().add(std::make_shared<CUlinkState_st>());
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuLinkAddData_v2(CUlinkState Handle, CUjitInputType Type,
                              void *Data, size_t Bytes, const char *Name,
                              unsigned, CUjit_option *, void **) {
  return withDriver([&](Driver &D) -> CUresult {
    if (!Data || !Bytes)
      return CUDA_ERROR_INVALID_VALUE;
    if (Type != CU_JIT_INPUT_PTX && Type != CU_JIT_INPUT_FATBINARY)
      return refuse("linking other inputs than PTX");
    llvm::StringRef Given(static_cast<const char *>(Data), Bytes);
    return add(Handle, choosePtx(Given, Name ? Name : "an input", D.Target));
  });
}

EMULATED_API cuLinkAddFile_v2(CUlinkState Handle, CUjitInputType Type,
                              const char *Path, unsigned Count,
                              CUjit_option *Options, void **Values) {
  if (!Path)
    return CUDA_ERROR_INVALID_VALUE;
  auto File = llvm::MemoryBuffer::getFile(Path);
  if (!File)
    return CUDA_ERROR_FILE_NOT_FOUND;
  return cuLinkAddData_v2(
      Handle, Type, const_cast<char *>((*File)->getBufferStart()),
      (*File)->getBufferSize(), Path, Count, Options, Values);
}

/// The image is the text; it stays until the link is destroyed.
EMULATED_API cuLinkComplete(CUlinkState Handle, void **Image, size_t *Bytes) {
  return withLink(Handle, [&](Driver &, CUlinkState_st &Link) {
    if (!Image || Link.Ptx.empty())
      return CUDA_ERROR_INVALID_VALUE;
    *Image = Link.Ptx.data();
    if (Bytes)
      *Bytes = Link.Ptx.size() + 1;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuLinkDestroy(CUlinkState Handle) {
  return withLink(Handle, [&](Driver &, CUlinkState_st &) {
    links().remove(Handle);
    return CUDA_SUCCESS;
  });
}
