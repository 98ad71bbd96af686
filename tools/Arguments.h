//===- Arguments.h - Launch values on the command line --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_ARGUMENTS_H
#define REPRISE_TOOLS_ARGUMENTS_H

#include "Model.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include "LaunchRecord.h"

#include <array>
#include <vector>

namespace reprise {

/// The argument block made of one text per parameter: an integer in any base,
/// a floating-point number, or hex:... for raw bytes in memory order. A value
/// that does not fit its parameter is an error.
llvm::Expected<std::vector<uint8_t>>
packArguments(const Kernel &K, const std::vector<std::string> &Values);

/// "X[,Y[,Z]]", missing components are 1.
llvm::Expected<std::array<uint32_t, 3>> parseDimensions(llvm::StringRef Text,
                                                        const char *Option);

/// "BASE:SIZE", both integers in any base.
llvm::Expected<reprise_range> parseRange(llvm::StringRef Text,
                                         const char *Option);

/// "HANDLE=BASE:SIZE", "HANDLE=array" or "HANDLE=array:NUMBER", integers in any
/// base: what --texture and --surface take.
llvm::Expected<LaunchRecord::Binding> parseBinding(llvm::StringRef Text,
                                                   reprise_handle_kind Kind);

/// "NAME=HEX" or "NAME+OFFSET=HEX": bytes of a constant variable.
llvm::Expected<LaunchRecord::Content> parseContent(llvm::StringRef Text);

} // namespace reprise

#endif // REPRISE_TOOLS_ARGUMENTS_H
