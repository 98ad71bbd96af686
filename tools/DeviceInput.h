//===- DeviceInput.h - A file's kernels with the code to run them ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DEVICEINPUT_H
#define REPRISE_TOOLS_DEVICEINPUT_H

#include "Input.h"
#include "LaunchRecord.h"
#include "emulator/Emulator.h"

#include <map>

namespace reprise {

/// Summaries and code of one input; both of one kernel come from the same
/// device image. Thread safety: one call at a time.
class DeviceInput {
public:
  /// A summary and which of the input's kernels has it.
  struct Found {
    const Kernel *Summary = nullptr;
    size_t Index = 0;
  };

  /// Loads the kernels that Name can mean or, where it is empty, those that
  /// the filter of Options accepts. With WithCode, program() can be called.
  static llvm::Expected<std::unique_ptr<DeviceInput>>
  open(const std::string &Path, const std::string &Name, InputOptions Options,
       bool WithCode);

  /// In order of definition; those of images that share a name are one.
  llvm::ArrayRef<Kernel> kernels() const { return Distinct.Kernels; }

  /// The kernel that Name means, as findKernel has it.
  llvm::Expected<Found> find(const std::string &Name) const;

  /// The kernel of a recorded launch: the one of this name, in the image that
  /// the record names. Inputs that are no binaries have no images; there the
  /// name alone counts.
  llvm::Expected<Found> find(const LaunchRecord &L);

  /// The code of a kernel. The error says why there is none.
  llvm::Expected<emulator::Program *> program(size_t Index);

private:
  DeviceInput() = default;
  llvm::Error hashImages();
  bool isIn(size_t Kernel, const std::string &Hash) const;

  std::string Path;
  LoadedInput Input;
  Module Distinct; ///< Kernels that share a name are one.
  bool HasImages = false;
  std::vector<std::string> Hashes; ///< Of all images, when they are needed.
  std::string Refusal;             ///< Why there is no code.
  /// By image; that of other inputs is 0.
  std::map<size_t, std::unique_ptr<emulator::Program>> Programs;
};

} // namespace reprise

#endif // REPRISE_TOOLS_DEVICEINPUT_H
