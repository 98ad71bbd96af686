//===- Heap.h - The device's memory ---------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   one range of addresses, reserved as long as the process lives
//   ┌───────────────────────────────────────────────┬───────────────────────┐
//   │ allocations, each at a multiple of 512 bytes   │ never used            │
//   └───────────────────────────────────────────────┴───────────────────────┘
//
// Kernels run at these very addresses, nothing is copied. While no kernel, copy
// or fill is under way the whole range is sealed: a host that follows a device
// pointer then gets the signal that it would get on a machine with a GPU. While
// one is, a mistaken host access goes unnoticed.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_DRIVER_HEAP_H
#define REPRISE_TOOLS_DRIVER_HEAP_H

#include <cstdint>
#include <map>
#include <mutex>

namespace reprise::driver {

/// Thread safety: all functions may be called from any thread.
class Heap {
public:
  /// Takes Capacity bytes of address space; capacity() is 0 if there are none.
  explicit Heap(uint64_t Capacity);

  /// Bytes at a multiple of Alignment, a power of two; 0: there is no room.
  /// The lowest place that fits is taken, so what was freed last comes again.
  uint64_t take(uint64_t Bytes, uint64_t Alignment = Granule);
  void give(uint64_t Address, uint64_t Bytes);

  bool contains(uint64_t Address) const {
    return Address >= Base && Address < Base + Capacity;
  }
  uint64_t capacity() const { return Capacity; }
  uint64_t used() const;

  /// The range may be accessed while at least one of these exists.
  class Access {
  public:
    explicit Access(Heap &Of) : H(Of) { H.open(); }
    ~Access() { H.close(); }
    Access(const Access &) = delete;
    Access &operator=(const Access &) = delete;

  private:
    Heap &H;
  };

  static constexpr uint64_t Granule = 512;

private:
  void open();
  void close();
  void protect(bool Accessible);

  uint64_t Base = 0, Capacity = 0;
  uint64_t Top = 0; ///< What lies above was never used.
  uint64_t Used = 0;
  unsigned Open = 0;
  std::map<uint64_t, uint64_t> Free; ///< Begin to end; none touch.
  mutable std::mutex Lock;
};

} // namespace reprise::driver

#endif // REPRISE_TOOLS_DRIVER_HEAP_H
