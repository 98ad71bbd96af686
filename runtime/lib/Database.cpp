//===- Database.cpp - The kernels of a loaded summary ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Database.h"
#include "Handles.h"
#include "Json.h"

#include <algorithm>
#include <utility>

namespace reprise {

Database::~Database() {
  for (size_t I = 0; I < Count; ++I)
    delete Entries[I].Kernel.load();
}

static std::unique_ptr<reprise_kernel> handleOf(Kernel K) {
  return std::make_unique<reprise_kernel>(std::move(K));
}

reprise_status Database::load(std::string Given, std::string &Error) {
  Bytes = std::move(Given);
  return isPacked(Bytes) ? loadPacked(Error) : loadJson(Error);
}

reprise_status Database::loadPacked(std::string &Error) {
  if (reprise_status Status = File.open(Bytes, Error))
    return Status;
  std::vector<std::pair<std::string_view, size_t>> Names(File.size());
  for (size_t I = 0; I < Names.size(); ++I)
    Names[I] = {File.name(I), I};
  std::sort(Names.begin(), Names.end());
  for (size_t I = 1; I < Names.size(); ++I)
    if (Names[I].first == Names[I - 1].first) {
      Error = "compact summary: kernel '" + std::string(Names[I].first) +
              "' occurs twice";
      return REPRISE_ERROR_FORMAT;
    }
  Entries = std::make_unique<Entry[]>(Names.size());
  Count = Names.size();
  for (size_t I = 0; I < Count; ++I)
    std::tie(Entries[I].Name, Entries[I].Record) = Names[I];
  return REPRISE_OK;
}

reprise_status Database::loadJson(std::string &Error) {
  Module M;
  if (reprise_status Status = readJson(Bytes, M, Error))
    return Status;
  std::string().swap(Bytes);
  std::sort(M.Kernels.begin(), M.Kernels.end(),
            [](const Kernel &A, const Kernel &B) { return A.Name < B.Name; });
  Entries = std::make_unique<Entry[]>(M.Kernels.size());
  Count = M.Kernels.size();
  for (size_t I = 0; I < Count; ++I) {
    const reprise_kernel *Handle = handleOf(std::move(M.Kernels[I])).release();
    Entries[I].Name = Handle->Model.Name;
    Entries[I].Kernel = Handle;
  }
  return REPRISE_OK;
}

reprise_status Database::get(size_t I, const reprise_kernel *&Out,
                             std::string &Error) const {
  Entry &E = Entries[I];
  Out = E.Kernel.load(std::memory_order_acquire);
  if (Out)
    return REPRISE_OK;
  Kernel K;
  if (reprise_status Status = File.kernel(E.Record, K, Error))
    return Status;
  // Of threads that come here together one wins; the others take its handle, so
  // that a kernel has one address.
  std::unique_ptr<const reprise_kernel> Own = handleOf(std::move(K));
  if (E.Kernel.compare_exchange_strong(Out, Own.get(),
                                       std::memory_order_acq_rel))
    Out = Own.release();
  return REPRISE_OK;
}

size_t Database::find(std::string_view Name) const {
  const Entry *End = Entries.get() + Count;
  const Entry *It = std::lower_bound(
      Entries.get() + 0, Entries.get() + Count, Name,
      [](const Entry &E, std::string_view Wanted) { return E.Name < Wanted; });
  return It != End && It->Name == Name ? static_cast<size_t>(It - Entries.get())
                                       : Count;
}

} // namespace reprise
