//===- Code.h - Device code that the program loaded ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One for each module, library or linked image: its images, and which of them
// answers for a kernel on the devices of this machine.
//
//   1. the driver takes, of a fatbin, the machine code of the highest
//      architecture that runs on the device, and PTX where there is none
//   2. a summary embedded in that image answers
//   3. else the PTX itself, or the PTX of the same architecture beside the
//      machine code, is looked up by its hash (Summaries.h)
//
// PTX of another architecture is another compilation of the source and answers
// only with REPRISE_OTHER_PTX=1. Where devices of this machine differ in what
// they would take, no image answers.
//
// The program may free what it passed to a load, so what a summary could be
// found by is copied; code inside a mapped file stays where it is.
//
// Thread safety: immutable after load(); find() fills in hashes under a lock.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_CODE_H
#define REPRISE_CUDA_CODE_H

#include "Counts.h"
#include "Image.h"
#include "TwinDocument.h"

#include <memory>
#include <string>
#include <vector>

namespace reprise::cuda {

class Code {
public:
  /// What a load function of the driver got: a fatbin with or without its
  /// wrapper, a cubin, or PTX. Never null; code that is not understood has no
  /// images.
  static std::shared_ptr<Code> fromMemory(const void *Start);
  /// The same, of a size that is known.
  static std::shared_ptr<Code> fromBytes(std::string_view Bytes);
  /// A file of the same kinds.
  static std::shared_ptr<Code> fromFile(const char *Path);
  /// What the driver's linker made of \p Inputs.
  static std::shared_ptr<Code>
  linked(std::vector<std::shared_ptr<Code>> Inputs);

  /// Was it linked() from exactly these?
  bool isLinkedFrom(const std::vector<std::shared_ptr<Code>> &Others) const {
    return !Inputs.empty() && Inputs == Others;
  }

  struct Answer {
    const reprise_kernel *Kernel = nullptr; ///< Null: Why, Detail.
    Outcome Why = Outcome::NotAudited;
    std::string Detail, Image;
  };
  /// What is known of the kernel \p Name, for devices of the architectures
  /// \p Targets. May ask for an audit (AutoAudit.h).
  Answer find(const std::string &Name, const std::vector<Arch> &Targets);

  /// What the images say of the twin of kernel \p Name; false where none says
  /// anything, or where images that the driver may load differ.
  bool findTwin(const std::string &Name, const std::vector<Arch> &Targets,
                TwinEntry &Found);

private:
  /// An image, with the bytes it points into when they had to be copied.
  struct Part {
    Image Where;
    std::shared_ptr<std::string> Copy;
    std::string Hash;                     ///< Of PTX, once it is asked for.
    bool Searched = false;                ///< For embedded summaries.
    std::vector<struct reprise_db *> Own; ///< They never go.
    bool SearchedTwins = false;
    std::vector<TwinEntry> Twins;
  };

  void add(std::string_view Bytes, bool MustCopy);
  /// find() with the lock held.
  Answer search(const std::string &Name, const std::vector<Arch> &Targets);
  std::vector<Part *> chosen(Arch Target);
  Part *ptxFor(Part &Chosen);
  Answer ask(Part &Chosen, const std::string &Name);
  bool embedded(Part &P, const std::string &Name, Answer &A);
  bool searchTwin(const std::string &Name, const std::vector<Arch> &Targets,
                  TwinEntry &Found);
  static const TwinEntry *twinIn(Part &P, const std::string &Name);

  std::vector<Part> Parts;
  std::vector<std::shared_ptr<Code>> Inputs; ///< Of linked code.
};

/// The architectures of all devices, each once.
const std::vector<Arch> &deviceTargets();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_CODE_H
