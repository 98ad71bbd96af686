//===- Handles.h - What the C interface's handles are ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread safety: immutable once created, but for kernels of the compact form,
// which appear when they are first asked for.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_HANDLES_H
#define REPRISE_RUNTIME_HANDLES_H

#include "Allocations.h"
#include "Database.h"
#include "Model.h"
#include "Program.h"

struct reprise_kernel {
  reprise::Kernel Model;
  reprise::Program Code;
};

struct reprise_db {
  reprise::Database Kernels;
};

struct reprise_allocations {
  reprise::Allocations Map;
};

#endif // REPRISE_RUNTIME_HANDLES_H
