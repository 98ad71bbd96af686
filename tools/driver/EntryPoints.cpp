//===- EntryPoints.cpp - Functions by name, errors by number --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#pragma clang diagnostic ignored "-Wdeprecated-declarations"

using namespace reprise::driver;

namespace {

struct Entry {
  const char *Name;
  int Version;
  bool PerThread;
  void *Address;
};

struct ErrorName {
  int Number;
  const char *Name;
};

} // namespace

/// Sorted by name, plain forms first, then by version (Generate.cpp).
static const Entry Entries[] = {
#include "DriverEntries.inc"
};

static constexpr ErrorName Errors[] = {
#include "DriverErrors.inc"
};

/// The newest form of Name that a program for Version knows. Known tells
/// whether there is any.
static void *find(std::string_view Name, int Version, bool PerThread,
                  bool &Known) {
  void *Best = nullptr, *BestPerThread = nullptr;
  for (const Entry *E = std::ranges::lower_bound(
           Entries, Name, {},
           [](const Entry &Each) { return std::string_view(Each.Name); });
       E != std::end(Entries) && E->Name == Name; ++E) {
    Known = true;
    if (E->Version <= Version)
      (E->PerThread ? BestPerThread : Best) = E->Address;
  }
  return PerThread && BestPerThread ? BestPerThread : Best;
}

// cuGetProcAddress works before cuInit: that is how cuInit itself is found.
EMULATED_API cuGetProcAddress_v2(const char *Name, void **Result, int Version,
                                 cuuint64_t Flags,
                                 CUdriverProcAddressQueryResult *Status) {
  if (!Name || !Result)
    return CUDA_ERROR_INVALID_VALUE;
  bool Known = false;
  *Result = find(Name, Version,
                 Flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM, Known);
  if (Status)
    *Status = *Result ? CU_GET_PROC_ADDRESS_SUCCESS
              : Known ? CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT
                      : CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
  return *Result || Status ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

EMULATED_API cuGetProcAddress(const char *Name, void **Result, int Version,
                              cuuint64_t Flags) {
  return cuGetProcAddress_v2(Name, Result, Version, Flags, nullptr);
}

/// Tables that NVIDIA does not document. Without them a static cudart refuses
/// to work (docs/limits.md).
EMULATED_API cuGetExportTable(const void **Table, const CUuuid *) {
  if (!Table)
    return CUDA_ERROR_INVALID_VALUE;
  *Table = nullptr;
  Driver::sayOnce("cuGetExportTable",
                  "the CUDA runtime asks for tables that only NVIDIA's driver "
                  "has: link the program with a shared cudart (nvcc -cudart "
                  "shared) and let it find the one beside this driver");
  return CUDA_ERROR_NOT_FOUND;
}

EMULATED_API cuGetErrorName(CUresult Error, const char **Text) {
  if (!Text)
    return CUDA_ERROR_INVALID_VALUE;
  auto It = std::ranges::lower_bound(Errors, static_cast<int>(Error), {},
                                     &ErrorName::Number);
  bool Found = It != std::end(Errors) && It->Number == Error;
  *Text = Found ? It->Name : nullptr;
  return Found ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

/// "CUDA_ERROR_INVALID_VALUE" -> "invalid value".
static std::string worded(std::string_view Name) {
  constexpr std::string_view Prefix = "CUDA_";
  constexpr std::string_view Longer = "CUDA_ERROR_";
  Name.remove_prefix(Name.starts_with(Longer) ? Longer.size() : Prefix.size());
  std::string Text;
  for (char C : Name)
    Text += C == '_'               ? ' '
            : C >= 'A' && C <= 'Z' ? static_cast<char>(C - 'A' + 'a')
                                   : C;
  return Text;
}

EMULATED_API cuGetErrorString(CUresult Error, const char **Text) {
  const char *Name = nullptr;
  if (CUresult E = cuGetErrorName(Error, Text ? &Name : nullptr)) {
    if (Text)
      *Text = nullptr;
    return E;
  }
  // Never destroyed: exit handlers may call.
  static auto &Lock = *new std::mutex;
  static auto &Texts = *new std::map<int, std::string>;
  std::lock_guard Guard(Lock);
  auto [It, New] = Texts.try_emplace(Error);
  if (New)
    It->second = worded(Name);
  *Text = It->second.c_str();
  return CUDA_SUCCESS;
}
