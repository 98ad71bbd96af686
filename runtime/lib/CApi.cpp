//===- CApi.cpp - The C interface -----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks arguments, keeps exceptions inside, and calls what does the work.
//
//===----------------------------------------------------------------------===//

#include "Backup.h"
#include "CheckOnce.h"
#include "Decide.h"
#include "Handles.h"
#include "Memo.h"
#include "Names.h"
#include "Parts.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#ifndef REPRISE_VERSION
#define REPRISE_VERSION "0.1.0"
#endif

using namespace reprise;

struct reprise_memo {
  explicit reprise_memo(size_t Entries) : Table(Entries) {}
  Memo Table;
};

namespace {

/// Runs \p Body; a failed allocation becomes REPRISE_ERROR_MEMORY.
template <typename Fn> reprise_status guarded(Fn &&Body) noexcept {
  try {
    return Body();
  } catch (...) { // bad_alloc and length_error are all that can come.
    return REPRISE_ERROR_MEMORY;
  }
}

void report(char *Error, size_t Size, const char *Message) {
  if (Error && Size > 0)
    std::snprintf(Error, Size, "%s", Message);
}

reprise_status loadBytes(std::string Bytes, reprise_db **Db, char *Error,
                         size_t ErrorSize) {
  auto Result = std::make_unique<reprise_db>();
  std::string Message;
  reprise_status Status = Result->Kernels.load(std::move(Bytes), Message);
  if (Status != REPRISE_OK) {
    report(Error, ErrorSize, Message.c_str());
    return Status;
  }
  *Db = Result.release();
  return REPRISE_OK;
}

/// Null when the kernel's record is broken.
const reprise_kernel *kernelAt(const reprise_db &Db, size_t I) {
  const reprise_kernel *Kernel = nullptr;
  guarded([&] {
    std::string Message;
    return Db.Kernels.get(I, Kernel, Message);
  });
  return Kernel;
}

/// Is \p Value one of 0 .. \p Last? C callers may pass any number, which C++
/// must not even load as an enumerator.
template <typename Enum> bool isValue(const Enum &Value, Enum Last) {
  unsigned Number;
  static_assert(sizeof Number == sizeof Value);
  std::memcpy(&Number, &Value, sizeof Number);
  return Number <= static_cast<unsigned>(Last);
}

struct FileCloser {
  void operator()(std::FILE *File) const { std::fclose(File); }
};

bool readFile(const char *Path, std::string &Text) {
  std::unique_ptr<std::FILE, FileCloser> File(std::fopen(Path, "rb"));
  if (!File)
    return false;
  char Buffer[1 << 16];
  while (size_t Count = std::fread(Buffer, 1, sizeof Buffer, File.get()))
    Text.append(Buffer, Count);
  return !std::ferror(File.get());
}

/// \p Given is of the caller's version, \p Known of this one.
reprise_status copyMap(const reprise_memory_map *Given,
                       reprise_memory_map &Known) {
  size_t Size;
  std::memcpy(&Size, Given, sizeof Size);
  // The first version ended before the parts.
  if (Size != offsetof(reprise_memory_map, parts) && Size < sizeof Known)
    return REPRISE_ERROR_ARGUMENT;
  const auto *Bytes = reinterpret_cast<const unsigned char *>(Given);
  if (Size > sizeof Known &&
      std::any_of(Bytes + sizeof Known, Bytes + Size,
                  [](unsigned char Byte) { return Byte != 0; }))
    return REPRISE_ERROR_VERSION;
  std::memcpy(&Known, Given, std::min(Size, sizeof Known));
  return REPRISE_OK;
}

} // namespace

// NOLINTBEGIN(readability-identifier-naming): named as in reprise.h

const char *reprise_version(void) { return REPRISE_VERSION; }

const char *reprise_status_name(reprise_status status) {
  return isValue(status, REPRISE_ERROR_COPY) ? name(status) : "invalid";
}
const char *reprise_class_name(reprise_class value) {
  return isValue(value, REPRISE_CLASS_CONDITIONAL) ? name(value) : "invalid";
}
const char *reprise_verdict_name(reprise_verdict verdict) {
  return isValue(verdict, REPRISE_CLOBBERS) ? name(verdict) : "invalid";
}
const char *reprise_reason_name(reprise_reason reason) {
  return isValue(reason, REPRISE_REASON_ORDER_DEPENDENT) ? name(reason)
                                                         : "invalid";
}
const char *reprise_reason_text(reprise_reason reason) {
  return isValue(reason, REPRISE_REASON_ORDER_DEPENDENT) ? text(reason)
                                                         : "invalid";
}

reprise_status reprise_db_load(const char *bytes, size_t size, reprise_db **db,
                               char *error, size_t error_size) {
  report(error, error_size, "");
  if (!db || (!bytes && size != 0)) {
    report(error, error_size, "a null argument");
    return REPRISE_ERROR_ARGUMENT;
  }
  return guarded([&] {
    return loadBytes(bytes ? std::string(bytes, size) : std::string(), db,
                     error, error_size);
  });
}

reprise_status reprise_db_load_file(const char *path, reprise_db **db,
                                    char *error, size_t error_size) {
  report(error, error_size, "");
  if (!db || !path) {
    report(error, error_size, "a null argument");
    return REPRISE_ERROR_ARGUMENT;
  }
  return guarded([&] {
    std::string Text;
    if (!readFile(path, Text)) {
      report(error, error_size,
             (std::string(path) + ": cannot be read").c_str());
      return REPRISE_ERROR_IO;
    }
    return loadBytes(std::move(Text), db, error, error_size);
  });
}

void reprise_db_free(reprise_db *db) { delete db; }

size_t reprise_db_size(const reprise_db *db) {
  return db ? db->Kernels.size() : 0;
}

const reprise_kernel *reprise_db_kernel(const reprise_db *db, size_t i) {
  return db && i < db->Kernels.size() ? kernelAt(*db, i) : nullptr;
}

const reprise_kernel *reprise_db_find(const reprise_db *db, const char *name) {
  if (!db || !name)
    return nullptr;
  size_t I = db->Kernels.find(name);
  return I < db->Kernels.size() ? kernelAt(*db, I) : nullptr;
}

reprise_status reprise_db_lookup(const reprise_db *db, const char *name,
                                 const reprise_kernel **kernel, char *error,
                                 size_t error_size) {
  report(error, error_size, "");
  if (!db || !name || !kernel) {
    report(error, error_size, "a null argument");
    return REPRISE_ERROR_ARGUMENT;
  }
  *kernel = nullptr;
  return guarded([&] {
    size_t I = db->Kernels.find(name);
    if (I == db->Kernels.size())
      return REPRISE_OK;
    std::string Message;
    reprise_status Status = db->Kernels.get(I, *kernel, Message);
    if (Status != REPRISE_OK)
      report(error, error_size, Message.c_str());
    return Status;
  });
}

const char *reprise_kernel_name(const reprise_kernel *kernel) {
  return kernel ? kernel->Model.Name.c_str() : "";
}
const char *reprise_kernel_demangled(const reprise_kernel *kernel) {
  return kernel ? kernel->Model.Demangled.c_str() : "";
}
reprise_class reprise_kernel_class(const reprise_kernel *kernel) {
  return kernel ? kernel->Model.Class : REPRISE_CLASS_UNKNOWN;
}
const char *reprise_kernel_condition(const reprise_kernel *kernel) {
  return kernel ? kernel->Model.Condition.c_str() : "";
}
size_t reprise_kernel_param_count(const reprise_kernel *kernel) {
  return kernel ? kernel->Model.Params.size() : 0;
}

reprise_status reprise_kernel_param(const reprise_kernel *kernel, size_t i,
                                    reprise_param_info *info) {
  if (!kernel || !info || i >= kernel->Model.Params.size())
    return REPRISE_ERROR_ARGUMENT;
  const Param &P = kernel->Model.Params[i];
  *info = {P.Name.c_str(), P.Kind, P.Offset, P.Size};
  return REPRISE_OK;
}

size_t reprise_kernel_param_bytes(const reprise_kernel *kernel) {
  return kernel ? kernel->Model.ParamBytes : 0;
}
size_t reprise_kernel_access_count(const reprise_kernel *kernel) {
  return kernel ? kernel->Model.Accesses.size() : 0;
}

reprise_status reprise_kernel_access(const reprise_kernel *kernel, size_t i,
                                     reprise_access_info *info) {
  if (!kernel || !info || i >= kernel->Model.Accesses.size())
    return REPRISE_ERROR_ARGUMENT;
  const Access &A = kernel->Model.Accesses[i];
  *info = {A.Kind,       A.Text.c_str(), A.Loc.File.c_str(), A.Loc.Line,
           A.Loc.Column, A.LiveIn,       A.Reason,           A.Detail.c_str()};
  return REPRISE_OK;
}

reprise_status reprise_pack_arguments(const reprise_kernel *kernel,
                                      void *const *arguments, void *block,
                                      size_t block_size) {
  if (!kernel || (!block && block_size != 0))
    return REPRISE_ERROR_ARGUMENT;
  if (block_size < kernel->Model.ParamBytes)
    return REPRISE_ERROR_ARGUMENT_BLOCK;
  const std::vector<Param> &Params = kernel->Model.Params;
  for (size_t I = 0; I < Params.size(); ++I)
    if (Params[I].Size != 0 && (!arguments || !arguments[I]))
      return REPRISE_ERROR_ARGUMENT;
  if (block_size > 0) // Padding too: equal launches get equal blocks.
    std::memset(block, 0, block_size);
  for (size_t I = 0; I < Params.size(); ++I)
    if (Params[I].Size != 0)
      std::memcpy(static_cast<char *>(block) + Params[I].Offset, arguments[I],
                  Params[I].Size);
  return REPRISE_OK;
}

reprise_status reprise_allocations_create(const reprise_range *ranges,
                                          size_t range_count,
                                          const reprise_symbol *symbols,
                                          size_t symbol_count,
                                          reprise_allocations **allocations) {
  reprise_memory_map Map{};
  Map.struct_size = sizeof Map;
  Map.ranges = ranges;
  Map.range_count = range_count;
  Map.symbols = symbols;
  Map.symbol_count = symbol_count;
  return reprise_allocations_create_map(&Map, allocations);
}

reprise_status
reprise_allocations_create_map(const reprise_memory_map *map,
                               reprise_allocations **allocations) {
  reprise_memory_map M{};
  if (!allocations || !map)
    return REPRISE_ERROR_ARGUMENT;
  if (reprise_status Status = copyMap(map, M))
    return Status;
  auto Given = [](const void *Array, size_t Count) { return Array || !Count; };
  if (!Given(M.ranges, M.range_count) || !Given(M.symbols, M.symbol_count) ||
      !Given(M.bindings, M.binding_count) ||
      !Given(M.contents, M.content_count) || !Given(M.parts, M.part_count))
    return REPRISE_ERROR_ARGUMENT;
  return guarded([&] {
    auto Result = std::make_unique<reprise_allocations>();
    if (!Result->Map.assign(M.ranges, M.range_count, M.symbols,
                            M.symbol_count) ||
        !Result->Map.setParts(M.parts, M.part_count) ||
        !Result->Map.bind(M.bindings, M.binding_count) ||
        !Result->Map.setContents(M.contents, M.content_count))
      return REPRISE_ERROR_ARGUMENT;
    *allocations = Result.release();
    return REPRISE_OK;
  });
}

void reprise_allocations_free(reprise_allocations *allocations) {
  delete allocations;
}

reprise_status reprise_register_range(uint64_t address, uint64_t size) {
  if (size == 0 || address > UINT64_MAX - (size - 1))
    return REPRISE_ERROR_ARGUMENT;
  return guarded([&] {
    Parts::ofProcess().add({address, size});
    return REPRISE_OK;
  });
}

reprise_status reprise_unregister_range(uint64_t address) {
  return guarded([&] {
    return Parts::ofProcess().remove(address) ? REPRISE_OK
                                              : REPRISE_ERROR_ARGUMENT;
  });
}

reprise_status reprise_unregister_within(uint64_t address, uint64_t size) {
  if (size == 0 || address > UINT64_MAX - (size - 1))
    return REPRISE_ERROR_ARGUMENT;
  return guarded([&] {
    Parts::ofProcess().removeWithin({address, size});
    return REPRISE_OK;
  });
}

reprise_status reprise_registered_ranges(reprise_range *ranges, size_t capacity,
                                         size_t *count, uint64_t *epoch) {
  if (!count || (!ranges && capacity != 0))
    return REPRISE_ERROR_ARGUMENT;
  *count = 0;
  return guarded([&] {
    uint64_t Now;
    const std::vector<reprise_range> All = Parts::ofProcess().list(Now);
    if (epoch)
      *epoch = Now;
    *count = All.size();
    if (All.size() > capacity)
      return REPRISE_ERROR_CAPACITY;
    std::copy(All.begin(), All.end(), ranges);
    return REPRISE_OK;
  });
}

reprise_status reprise_check(const reprise_kernel *kernel,
                             const reprise_launch *launch,
                             reprise_result *result) {
  if (!result)
    return REPRISE_ERROR_ARGUMENT;
  if (!kernel || !launch) {
    *result = nothingKnown();
    return REPRISE_ERROR_ARGUMENT;
  }
  return checkOnce(kernel->Code, *launch,
                   launch->allocations ? &launch->allocations->Map : nullptr,
                   /*Scratch=*/nullptr, *result);
}

reprise_status reprise_check_memo(reprise_memo *memo,
                                  const reprise_kernel *kernel,
                                  const reprise_launch *launch,
                                  reprise_result *result) {
  if (!result)
    return REPRISE_ERROR_ARGUMENT;
  if (!memo || !kernel || !launch) {
    *result = nothingKnown();
    return REPRISE_ERROR_ARGUMENT;
  }
  const Allocations *Map =
      launch->allocations ? &launch->allocations->Map : nullptr;
  return checkThroughMemo(memo->Table, kernel->Code, *launch, Map,
                          /*Scratch=*/nullptr, *result)
      .Status;
}

reprise_status reprise_memo_create(size_t entries, reprise_memo **memo) {
  if (!memo || entries == 0)
    return REPRISE_ERROR_ARGUMENT;
  return guarded([&] {
    *memo = new reprise_memo(entries);
    return REPRISE_OK;
  });
}

void reprise_memo_clear(reprise_memo *memo) {
  if (memo)
    memo->Table.clear();
}

void reprise_memo_free(reprise_memo *memo) { delete memo; }

reprise_status reprise_backup_set(const reprise_kernel *kernel,
                                  const reprise_launch *launch,
                                  reprise_result *result, int *bounded,
                                  reprise_range *ranges, size_t capacity,
                                  size_t *count) {
  if (result)
    *result = nothingKnown();
  if (bounded)
    *bounded = 0;
  if (count)
    *count = 0;
  if (!kernel || !launch || !result || !bounded || !count ||
      (!ranges && capacity != 0))
    return REPRISE_ERROR_ARGUMENT;
  LaunchInfo Info;
  reprise_status Status = checkLaunch(kernel->Code, *launch, Info);
  if (Status != REPRISE_OK)
    return Status;
  return guarded([&] {
    std::vector<reprise_range> Set;
    bool Bounded = false;
    withFrame(kernel->whole(), Info, [&](Frame &F) {
      *result = decide(F);
      Bounded = backupSet(F, Set);
    });
    *bounded = Bounded;
    if (!Bounded)
      return REPRISE_OK;
    *count = Set.size();
    if (Set.size() > capacity)
      return REPRISE_ERROR_CAPACITY;
    std::copy(Set.begin(), Set.end(), ranges);
    return REPRISE_OK;
  });
}

// NOLINTEND(readability-identifier-naming)
