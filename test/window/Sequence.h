//===- Sequence.h - Random sequences of operations, and their execution ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A device of a few kilobytes: buffers, two variables and a table of pointers,
// with host memory beside it. Operations are drawn one by one, each executed
// cleanly and traced, so that what is drawn is a valid program.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_WINDOW_SEQUENCE_H
#define REPRISE_TEST_WINDOW_SEQUENCE_H

#include "Family.h"
#include "Random.h"

#include "emulator/Emulator.h"
#include "reprise/reprise.h"

#include <memory>
#include <optional>
#include <vector>

namespace reprise::window {

using differential::Random;

/// What a device and a host hold.
using Image = std::vector<uint8_t>;

/// Which bytes, one flag for each byte of an Image.
using Flags = std::vector<bool>;

struct Step {
  enum class Kind : uint8_t { Launch, Copy, Fill, Fence } K = Kind::Fence;
  size_t Kernel = 0;         ///< Launch: index into the family.
  emulator::Launch L;        ///< With the schedule of the clean run.
  uint64_t To = 0, From = 0; ///< Copy, fill; addresses, also of the host.
  size_t Width = 0, Rows = 1, Pitch = 0, FromPitch = 0;
  uint8_t Value = 0;
  bool Outside = false; ///< The source is host memory that nobody writes.
  // What the clean run did.
  Flags LiveIn, Written;
  Flags Clobbered; ///< Harmful by itself.
  uint64_t Stores = 0;
  std::string str(const class Device &D) const;
};

class Device {
public:
  /// Of a compiled family.
  explicit Device(emulator::Program &P);
  ~Device();
  Device(const Device &) = delete;
  Device &operator=(const Device &) = delete;

  /// New buffers with new contents.
  void reset(Random &R);

  /// Draws an operation that runs without a fault, and runs it.
  Step next(Random &R);

  /// Runs an operation again. With a cut, stops it there; of a copy or fill,
  /// some rows are done. \p Order null: in the order of the clean run. False
  /// when it faults.
  bool run(const Step &S, Random *Cut, const emulator::Schedule *Order) const;

  /// All memory.
  Image image() const;
  void restore(const Image &I) const;
  size_t imageBytes() const;
  /// Where the byte at \p Address is in an image.
  std::optional<size_t> offsetOf(uint64_t Address) const;
  /// Which bytes of an image \p Range has; it may have others.
  std::vector<size_t> offsetsIn(const reprise_range &Range) const;

  /// Appends to \p W what \p S is.
  reprise_status append(reprise_window *W, const reprise_db *Db, const Step &S,
                        uint64_t *Number) const;

  const std::vector<reprise_range> &buffers() const { return Buffers; }
  bool isHost(uint64_t Address) const;

private:
  bool drawLaunch(Random &R, Step &S) const;
  void drawCopy(Random &R, Step &S) const;
  bool execute(Step &S) const;
  void transfer(const Step &S, size_t Rows) const;
  void note(Flags &F, uint64_t Begin, uint64_t End) const;

  struct Part {
    uint64_t Address;
    size_t Bytes;
  };
  emulator::Program &Program;
  std::vector<emulator::Kernel *> Kernels;
  std::vector<Part> Parts; ///< Arena, host, variables: the image in order.
  std::vector<uint64_t> Arena, Host;
  uint64_t Table = 0;
  std::vector<reprise_range> Buffers; ///< In the arena.
  std::vector<emulator::Allocation> Allocations;
  reprise_allocations *Map = nullptr;
};

} // namespace reprise::window

#endif // REPRISE_TEST_WINDOW_SEQUENCE_H
