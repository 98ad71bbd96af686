//===- Report.h - The page of tools/report, as CMake embeds it ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_REPORT_H
#define REPRISE_TOOLS_REPORT_H

#include "llvm/ADT/StringRef.h"

namespace reprise {

/// What comes before and after the data. tools/cmake/RepriseReport.cmake makes
/// the definitions.
extern const llvm::StringLiteral ReportHead, ReportTail;

} // namespace reprise

#endif // REPRISE_TOOLS_REPORT_H
