//===- Database.h - The kernels of a loaded summary -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// JSON is read, checked and compiled whole. Of the compact form the tables are
// checked, and each kernel when it is first asked for: a program launches a few
// kernels of the thousands that a library has.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_DATABASE_H
#define REPRISE_RUNTIME_DATABASE_H

#include "Packed.h"

#include <atomic>
#include <memory>

struct reprise_kernel;

namespace reprise {

/// Thread safety: const functions may run at the same time; they take no lock,
/// and allocate only when a kernel is asked for the first time. May throw
/// std::bad_alloc, after which the object is as before.
class Database {
public:
  Database() = default;
  ~Database();
  Database(const Database &) = delete;
  Database &operator=(const Database &) = delete;

  /// Once. On failure \p Error has a message.
  reprise_status load(std::string Bytes, std::string &Error);

  size_t size() const { return Count; }
  /// Kernel \p I in name order. REPRISE_OK and \p Out, or REPRISE_ERROR_FORMAT
  /// and \p Error: the record is broken.
  reprise_status get(size_t I, const reprise_kernel *&Out,
                     std::string &Error) const;
  /// The number of the kernel with this mangled name; size() if there is none.
  size_t find(std::string_view Name) const;

private:
  struct Entry {
    std::string_view Name;
    size_t Record = 0;                                   ///< In File.
    std::atomic<const reprise_kernel *> Kernel{nullptr}; ///< Owned.
  };

  reprise_status loadPacked(std::string &Error);
  reprise_status loadJson(std::string &Error);

  std::string Bytes; ///< Of the compact form.
  PackedFile File;
  std::unique_ptr<Entry[]> Entries; ///< By name.
  size_t Count = 0;
};

} // namespace reprise

#endif // REPRISE_RUNTIME_DATABASE_H
