//===- Progress.cpp - Tell what takes long --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Progress.h"

#include <chrono>
#include <cstdio>

namespace reprise {

Progress::Progress(std::function<std::string()> What)
    : Reporter([this, Text = std::move(What)] {
        using namespace std::chrono_literals;
        std::unique_lock Hold(Lock);
        auto Start = std::chrono::steady_clock::now();
        for (auto Wait = 2s;; Wait = 5s) {
          if (Finished.wait_for(Hold, Wait, [this] { return Done; }))
            return;
          auto Elapsed = std::chrono::duration_cast<std::chrono::seconds>(
              std::chrono::steady_clock::now() - Start);
          std::fprintf(stderr, "reprise: %s (%lld s)\n", Text().c_str(),
                       static_cast<long long>(Elapsed.count()));
        }
      }) {}

Progress::~Progress() {
  {
    std::lock_guard Hold(Lock);
    Done = true;
  }
  Finished.notify_one();
  Reporter.join();
}

} // namespace reprise
