//===- DeviceHost.cpp - A benchmark's memory on the GPU -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceHost.h"

#include <algorithm>

using namespace reprise::suites;

namespace reprise::twins {

static CUmodule load(const Gpu &G, const std::string &Ptx) {
  char Log[4096] = "";
  CUjit_option Options[] = {CU_JIT_ERROR_LOG_BUFFER,
                            CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *Values[] = {Log, reinterpret_cast<void *>(sizeof Log)};
  CUmodule M = nullptr;
  CUresult R = G.cuModuleLoadDataEx(&M, Ptx.c_str(), 2, Options, Values);
  G.check(R, "loads the PTX " + std::string(Log));
  return M;
}

DeviceHost::DeviceHost(Gpu &Device, const Benchmark &B, Scale S,
                       const std::string &Ptx, const PtxNames &Names)
    : G(Device), Module(load(Device, Ptx)) {
  constexpr uint64_t Alignment = 512;
  // Some kernels read a little in front of a buffer or behind it.
  constexpr uint64_t Margin = 1 << 20;
  uint64_t Bytes = 0;
  {
    Placement Sizes;
    Sizes.Address = uint64_t(1) << 44;
    Sizes.Contents = false;
    Host H(S, std::move(Sizes));
    B.Launches(H);
    Bytes = H.bytes();
  }
  Placement Where;
  CUdeviceptr Start = G.allocate(Bytes + 2 * Margin + Alignment);
  Where.Address = (Start + Margin) / Alignment * Alignment;
  G.check(G.cuMemsetD8_v2(Start, 0, Bytes + 2 * Margin + Alignment),
          "fills the buffers");
  Where.Texture = [this](const LinearTexture &T, std::span<const uint8_t> C) {
    return texture(T, C);
  };
  Buffers = {Where.Address, Bytes};
  Table.emplace(S, std::move(Where));
  B.Launches(*Table);
  if (Bytes)
    G.check(G.cuMemcpyHtoD_v2(Buffers.Address, Table->content(Buffers.Address),
                              Bytes),
            "copies the contents of buffers");
  for (const std::string &Name : Names.Globals) {
    Range V;
    size_t Size = 0;
    // A variable that nobody else sees has no address for the host.
    if (G.cuModuleGetGlobal_v2(&V.Address, &Size, Module, Name.c_str()) ==
        CUDA_SUCCESS) {
      V.Bytes = Size;
      Variables.push_back(V);
    }
  }
}

CUfunction DeviceHost::function(const std::string &Mangled) const {
  CUfunction F = nullptr;
  if (G.cuModuleGetFunction(&F, Module, Mangled.c_str()) != CUDA_SUCCESS)
    return nullptr;
  return F;
}

void DeviceHost::carryOut(const MemoryStep &M) {
  switch (M.K) {
  case MemoryStep::Kind::Write:
    if (!M.Content.empty())
      G.check(G.cuMemcpyHtoD_v2(M.To, M.Content.data(), M.Content.size()),
              "copies to a buffer");
    return;
  case MemoryStep::Kind::Copy:
    return G.check(G.cuMemcpyDtoD_v2(M.To, M.From, M.Bytes), "copies a buffer");
  case MemoryStep::Kind::Fill:
    return G.check(G.cuMemsetD8_v2(M.To, M.Value, M.Bytes), "fills a buffer");
  case MemoryStep::Kind::Symbol:
    break;
  }
  CUdeviceptr At = 0;
  size_t Size = 0;
  // Optimised away: no kernel reads it.
  if (G.cuModuleGetGlobal_v2(&At, &Size, Module, M.Symbol.c_str()) ==
          CUDA_SUCCESS &&
      !M.Content.empty())
    G.check(
        G.cuMemcpyHtoD_v2(At + M.Offset, M.Content.data(), M.Content.size()),
        "writes " + M.Symbol);
}

//===----------------------------------------------------------------------===//
// Contents
//===----------------------------------------------------------------------===//

void DeviceHost::keep() {
  auto Keep = [&](Range &R) {
    if (!R.Bytes)
      return;
    if (!R.Copy)
      R.Copy = G.allocate(R.Bytes);
    G.check(G.cuMemcpyDtoD_v2(R.Copy, R.Address, R.Bytes), "keeps a buffer");
  };
  Keep(Buffers);
  std::for_each(Variables.begin(), Variables.end(), Keep);
}

void DeviceHost::restore() {
  auto Restore = [&](const Range &R) {
    if (R.Copy)
      G.check(G.cuMemcpyDtoD_v2(R.Address, R.Copy, R.Bytes),
              "restores a buffer");
  };
  Restore(Buffers);
  std::for_each(Variables.begin(), Variables.end(), Restore);
}

std::vector<uint8_t> DeviceHost::content(const HostLaunch &L) const {
  std::vector<DeviceRange> Ranges = *L.Allocations;
  for (const Range &V : Variables)
    Ranges.push_back({V.Address, V.Bytes});
  uint64_t Bytes = 0;
  for (const DeviceRange &R : Ranges)
    Bytes += R.Bytes;
  std::vector<uint8_t> All(Bytes);
  uint8_t *To = All.data();
  for (const DeviceRange &R : Ranges) {
    G.check(G.cuMemcpyDtoH_v2(To, R.Address, R.Bytes), "reads a buffer");
    To += R.Bytes;
  }
  return All;
}

//===----------------------------------------------------------------------===//
// Textures
//===----------------------------------------------------------------------===//

// All are read bit by bit, so floats are integers here.
static CUarray_format formatOf(const LinearTexture &T) {
  switch (T.Bits) {
  case 8:
    return T.Signed ? CU_AD_FORMAT_SIGNED_INT8 : CU_AD_FORMAT_UNSIGNED_INT8;
  case 16:
    return T.Signed ? CU_AD_FORMAT_SIGNED_INT16 : CU_AD_FORMAT_UNSIGNED_INT16;
  default:
    return T.Signed ? CU_AD_FORMAT_SIGNED_INT32 : CU_AD_FORMAT_UNSIGNED_INT32;
  }
}

CUarray DeviceHost::array(const LinearTexture &T, CUarray_format Format,
                          std::span<const uint8_t> Content) {
  CUDA_ARRAY_DESCRIPTOR Form = {};
  Form.Width = T.Elements;
  Form.Height = T.Rows;
  Form.Format = Format;
  Form.NumChannels = T.Channels;
  CUarray A = nullptr;
  G.check(G.cuArrayCreate_v2(&A, &Form), "makes an array");
  if (!T.Rows) {
    G.check(G.cuMemcpyHtoA_v2(A, 0, Content.data(), Content.size()),
            "fills an array");
    return A;
  }
  CUDA_MEMCPY2D Copy = {};
  Copy.srcMemoryType = CU_MEMORYTYPE_HOST;
  Copy.srcHost = Content.data();
  Copy.srcPitch = Content.size() / T.Rows;
  Copy.dstMemoryType = CU_MEMORYTYPE_ARRAY;
  Copy.dstArray = A;
  Copy.WidthInBytes = Copy.srcPitch;
  Copy.Height = T.Rows;
  G.check(G.cuMemcpy2D_v2(&Copy), "fills an array");
  return A;
}

uint64_t DeviceHost::texture(const LinearTexture &T,
                             std::span<const uint8_t> Content) {
  CUDA_RESOURCE_DESC Resource = {};
  CUDA_TEXTURE_DESC How = {};
  CUarray_format Format = formatOf(T);
  if (T.Array) {
    Resource.resType = CU_RESOURCE_TYPE_ARRAY;
    Resource.res.array.hArray = array(T, Format, Content);
    for (CUaddress_mode &Mode : How.addressMode)
      Mode = CU_TR_ADDRESS_MODE_CLAMP;
  } else {
    Resource.resType = CU_RESOURCE_TYPE_LINEAR;
    Resource.res.linear.devPtr = T.Address;
    Resource.res.linear.format = Format;
    Resource.res.linear.numChannels = T.Channels;
    Resource.res.linear.sizeInBytes = Content.size();
  }
  How.filterMode = CU_TR_FILTER_MODE_POINT;
  How.flags = CU_TRSF_READ_AS_INTEGER;
  CUtexObject Texture = 0;
  G.check(G.cuTexObjectCreate(&Texture, &Resource, &How, nullptr),
          "makes a texture");
  return Texture;
}

} // namespace reprise::twins
