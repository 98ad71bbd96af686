//===- Texture.h - Texture and surface objects ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_TEXTURE_H
#define REPRISE_TOOLS_DRIVER_TEXTURE_H

#include "Objects.h"
#include "emulator/Emulator.h"

namespace reprise::driver {

class Driver;

/// An object, by the number that kernels get.
struct Texture {
  emulator::LinearTexture Form;
  CUDA_RESOURCE_DESC Resource{};
  CUDA_TEXTURE_DESC Description{};
  CUDA_RESOURCE_VIEW_DESC View{};
  bool HasView = false;
  bool Surface = false;
  ArrayRef Array; ///< Kept alive.
};

/// All of them, in the form that a launch takes.
std::vector<emulator::LinearTexture> boundTextures(Driver &D);

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_TEXTURE_H
