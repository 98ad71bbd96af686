//===- Random.h - Reproducible choices ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same choices on every machine and with every standard library, whose
// distributions are free to differ.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_RANDOM_H
#define REPRISE_TEST_DIFFERENTIAL_RANDOM_H

#include <cstdint>
#include <initializer_list>

namespace reprise::differential {

class Random {
public:
  explicit Random(uint64_t Seed) : State(Seed) {}
  /// SplitMix64 (Steele, Lea and Flood, 2014).
  uint64_t next() {
    uint64_t Z = (State += 0x9e3779b97f4a7c15);
    Z = (Z ^ (Z >> 30)) * 0xbf58476d1ce4e5b9;
    Z = (Z ^ (Z >> 27)) * 0x94d049bb133111eb;
    return Z ^ (Z >> 31);
  }
  /// From 0 to N - 1.
  uint64_t below(uint64_t N) { return next() % N; }
  int64_t between(int64_t Lo, int64_t Hi) {
    return Lo + static_cast<int64_t>(below(static_cast<uint64_t>(Hi - Lo) + 1));
  }
  bool percent(unsigned P) { return below(100) < P; }
  template <typename T> T of(std::initializer_list<T> Choices) {
    return Choices.begin()[below(Choices.size())];
  }

private:
  uint64_t State;
};

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_RANDOM_H
