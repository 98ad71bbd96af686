//===- Progress.h - Tell what takes long ----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_PROGRESS_H
#define REPRISE_TOOLS_PROGRESS_H

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace reprise {

/// Prints "reprise: <what> (<n> s)" to stderr when the object lives longer
/// than two seconds, and every five seconds from then on.
class Progress {
public:
  /// What is called on another thread.
  explicit Progress(std::function<std::string()> What);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

private:
  std::mutex Lock;
  std::condition_variable Finished;
  bool Done = false;
  std::thread Reporter;
};

} // namespace reprise

#endif // REPRISE_TOOLS_PROGRESS_H
