//===- ToolId.h - Which code makes the answers ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_TOOLID_H
#define REPRISE_TOOLS_TOOLID_H

#include <string>

namespace reprise {

/// Names the code of this process: the build ids that the linker gave the
/// program and each shared library that is loaded, LLVM and Z3 among them; for
/// a library without one, its file and when that was last changed. Any change
/// of the code, a developer's next build included, changes the name; the
/// opposite does not hold. Empty when the program has no build id: nobody can
/// tell two builds apart then.
/// Thread safety: no shared state.
std::string toolId();

} // namespace reprise

#endif // REPRISE_TOOLS_TOOLID_H
