//===- ObjectFollowers.h - Texture and surface objects ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an object is bound to never changes. Linear and pitched memory is bound
// by its bytes, a CUDA array by its handle where it is one that nothing else
// shares memory with; any other may be any array.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_OBJECTFOLLOWERS_H
#define REPRISE_CUDA_OBJECTFOLLOWERS_H

#include "Driver.h"
#include "Guard.h"
#include "State.h"

namespace reprise::cuda {

void enterArray(CUarray Array);
void leaveArray(CUarray Array);
void forgetArrays();
/// False when the object is bound to what is not understood.
bool bindingOf(const CUDA_RESOURCE_DESC &Resource, reprise_binding &Binding);

inline void enterObject(reprise_handle_kind Kind, uint64_t Object,
                        const CUDA_RESOURCE_DESC *Resource) {
  reprise_binding Binding{};
  if (!Resource || !bindingOf(*Resource, Binding))
    return;
  Binding.kind = Kind;
  Binding.handle = Object;
  setBinding(Binding);
}

template <Slot S>
CUresult arrayCreate(CUarray *Array, const CUDA_ARRAY_DESCRIPTOR *Shape) {
  CUresult R = real<S>(arrayCreate<S>)(Array, Shape);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterArray(*Array); });
  return R;
}

template <Slot S>
CUresult array3DCreate(CUarray *Array, const CUDA_ARRAY3D_DESCRIPTOR *Shape) {
  CUresult R = real<S>(array3DCreate<S>)(Array, Shape);
  // Sparse arrays get memory that others may have as well.
  constexpr unsigned Shared =
      CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_DEFERRED_MAPPING;
  if (R == CUDA_SUCCESS && !(Shape->Flags & Shared))
    guarded([&] { enterArray(*Array); });
  return R;
}

template <Slot S> CUresult arrayDestroy(CUarray Array) {
  leaveArray(Array);
  return real<S>(arrayDestroy<S>)(Array);
}

template <Slot S>
CUresult texObjectCreate(CUtexObject *Object,
                         const CUDA_RESOURCE_DESC *Resource,
                         const CUDA_TEXTURE_DESC *Texture,
                         const CUDA_RESOURCE_VIEW_DESC *View) {
  CUresult R = real<S>(texObjectCreate<S>)(Object, Resource, Texture, View);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterObject(REPRISE_HANDLE_TEXTURE, *Object, Resource); });
  return R;
}

template <Slot S> CUresult texObjectDestroy(CUtexObject Object) {
  removeBinding(REPRISE_HANDLE_TEXTURE, Object);
  return real<S>(texObjectDestroy<S>)(Object);
}

template <Slot S>
CUresult surfObjectCreate(CUsurfObject *Object,
                          const CUDA_RESOURCE_DESC *Resource) {
  CUresult R = real<S>(surfObjectCreate<S>)(Object, Resource);
  if (R == CUDA_SUCCESS)
    guarded([&] { enterObject(REPRISE_HANDLE_SURFACE, *Object, Resource); });
  return R;
}

template <Slot S> CUresult surfObjectDestroy(CUsurfObject Object) {
  removeBinding(REPRISE_HANDLE_SURFACE, Object);
  return real<S>(surfObjectDestroy<S>)(Object);
}

} // namespace reprise::cuda

#endif // REPRISE_CUDA_OBJECTFOLLOWERS_H
