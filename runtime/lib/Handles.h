//===- Handles.h - What the C interface's handles are ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread safety: immutable once created, but for kernels of the compact form
// and whole programs, which appear when they are first asked for.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_HANDLES_H
#define REPRISE_RUNTIME_HANDLES_H

#include "Allocations.h"
#include "Database.h"
#include "Model.h"
#include "Program.h"

#include <memory>
#include <mutex>
#include <utility>

struct reprise_kernel {
  reprise::Kernel Model;
  reprise::Program Code;

  explicit reprise_kernel(reprise::Kernel K)
      : Model(std::move(K)), Code(reprise::compile(Model)) {}

  /// With all accesses; compiled when it is first asked for.
  const reprise::Program &whole() const {
    std::call_once(WholeMade, [this] {
      Whole = std::make_unique<const reprise::Program>(
          reprise::compile(Model, reprise::Accesses::All));
    });
    return *Whole;
  }

private:
  mutable std::once_flag WholeMade;
  mutable std::unique_ptr<const reprise::Program> Whole;
};

struct reprise_db {
  reprise::Database Kernels;
};

struct reprise_allocations {
  reprise::Allocations Map;
};

#endif // REPRISE_RUNTIME_HANDLES_H
