//===- AutoAudit.cpp - Images that are audited in the background --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Settings.h"
#include "Summaries.h"

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <mutex>
#include <set>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char **environ;

namespace reprise::cuda {

namespace {

struct Offer {
  std::string Hash, Ptx;
};

struct Queue {
  std::mutex Lock;
  std::condition_variable Filled;
  std::deque<Offer> Offers;
  std::set<std::string> Seen;
  bool Running = false;
  /// Held from taking an offer until it is written and its auditor runs, and
  /// taken after Lock: a program that ends meanwhile waits for that.
  std::mutex Starting;
};

/// A child after fork gets a fresh one: the old one's lock may be held by a
/// thread that is not there any more.
std::atomic<Queue *> Current{nullptr};

Queue &queue() {
  Queue *Q = Current.load(std::memory_order_acquire);
  if (Q)
    return *Q;
  auto *New = new Queue;
  if (Current.compare_exchange_strong(Q, New))
    return *New;
  delete New;
  return *Q;
}

std::atomic<uint64_t> Generation{0};

bool makeFolders(const std::string &Path) {
  for (size_t At = 1; At != std::string::npos;) {
    At = Path.find('/', At);
    std::string Part = Path.substr(0, At);
    if (mkdir(Part.c_str(), 0700) != 0 && errno != EEXIST)
      return false;
    if (At != std::string::npos)
      ++At;
  }
  return true;
}

bool exists(const std::string &Path) { return access(Path.c_str(), R_OK) == 0; }

/// Written under another name first: who reads it reads all of it.
bool writeFile(const std::string &Path, const std::string &Bytes) {
  std::string Temporary = Path + "." + std::to_string(getpid()) + ".tmp";
  std::FILE *File = std::fopen(Temporary.c_str(), "wbx");
  if (!File)
    return false;
  bool Whole = std::fwrite(Bytes.data(), 1, Bytes.size(), File) == Bytes.size();
  Whole &= std::fclose(File) == 0;
  if (Whole && std::rename(Temporary.c_str(), Path.c_str()) == 0)
    return true;
  std::remove(Temporary.c_str());
  return false;
}

/// The program's environment without what loads us.
std::vector<std::string> cleanEnvironment() {
  std::vector<std::string> Clean;
  for (char **Each = environ; Each && *Each; ++Each) {
    if (std::strncmp(*Each, "LD_PRELOAD=", 11) == 0 ||
        std::strncmp(*Each, "REPRISE_", 8) == 0)
      continue;
    Clean.emplace_back(*Each);
  }
  return Clean;
}

/// Runs the command as a process that is nobody's child. Only what may be
/// called after fork is called there.
void runDetached(const std::vector<std::string> &Command) {
  std::vector<std::string> Environment = cleanEnvironment();
  std::vector<char *> Argv, Envp;
  for (const std::string &Part : Command)
    Argv.push_back(const_cast<char *>(Part.c_str()));
  for (const std::string &Part : Environment)
    Envp.push_back(const_cast<char *>(Part.c_str()));
  Argv.push_back(nullptr);
  Envp.push_back(nullptr);
  // Like fork(), without a signal to the parent when the child ends, so that
  // the program's wait() passes it over.
  long Child = syscall(SYS_clone, 0, nullptr, nullptr, nullptr, nullptr);
  if (Child < 0)
    return;
  if (Child > 0) {
    int Status;
    waitpid(static_cast<pid_t>(Child), &Status, __WCLONE);
    return;
  }
  long Grandchild =
      syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (Grandchild == 0) {
    int Null = open("/dev/null", O_RDWR);
    if (Null >= 0)
      for (int Standard : {0, 1, 2})
        dup2(Null, Standard);
    sigset_t None;
    sigemptyset(&None);
    sigprocmask(SIG_SETMASK, &None, nullptr);
    execve(Argv[0], Argv.data(), Envp.data());
    _exit(127);
  }
  _exit(0);
}

std::string baseOf(const Offer &O) { return settings().Cache + "/" + O.Hash; }

/// False when nothing can be written; said once.
bool writeOffer(const Offer &O) {
  std::remove((baseOf(O) + ".failed").c_str());
  if (makeFolders(settings().Cache) && writeFile(baseOf(O) + ".ptx", O.Ptx))
    return true;
  static std::atomic<bool> Said{false};
  if (!Said.exchange(true))
    std::fprintf(stderr,
                 "reprise: warning: nothing can be written to %s, so images "
                 "are not audited\n",
                 settings().Cache.c_str());
  return false;
}

/// Audits images whose PTX was written, one after the other. A result is
/// renamed when it is whole.
void startAuditor(const std::vector<std::string> &Bases) {
  std::vector<std::string> Command = {
      "/bin/sh", "-c",
      "for b in \"$@\"; do if [ ! -e \"$b.reprise\" ]; then "
      "\"$0\" audit \"$b.ptx\" --db \"$b.$$.reprise\" && "
      "mv \"$b.$$.reprise\" \"$b.reprise\" || : > \"$b.failed\"; fi; "
      "rm -f \"$b.ptx\"; done",
      settings().Auditor};
  Command.insert(Command.end(), Bases.begin(), Bases.end());
  runDetached(Command);
}

/// Audits one image and waits for the result. \p Starting is locked.
void audit(const Offer &O, std::unique_lock<std::mutex> Starting) {
  const std::string Result = baseOf(O) + ".reprise",
                    Failed = baseOf(O) + ".failed";
  if (!exists(Result)) {
    if (!writeOffer(O))
      return;
    startAuditor({baseOf(O)});
    Starting.unlock();
    while (!exists(Result) && !exists(Failed))
      usleep(20'000);
    if (exists(Failed)) {
      std::fprintf(stderr,
                   "reprise: warning: the audit of image %s failed; try "
                   "'reprise audit' on the program\n",
                   O.Hash.c_str());
      return;
    }
  }
  Generation.fetch_add(1, std::memory_order_release);
}

void work(Queue &Q) {
  // Signals are the program's.
  for (;;) {
    Offer Next;
    std::unique_lock<std::mutex> Starting;
    {
      std::unique_lock Guard(Q.Lock);
      Q.Filled.wait(Guard, [&] { return !Q.Offers.empty(); });
      Next = std::move(Q.Offers.front());
      Q.Offers.pop_front();
      Starting = std::unique_lock(Q.Starting);
    }
    audit(Next, std::move(Starting));
  }
}

void start(Queue &Q) {
  sigset_t All, Before;
  sigfillset(&All);
  pthread_sigmask(SIG_SETMASK, &All, &Before);
  std::thread(work, std::ref(Q)).detach();
  pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  Q.Running = true;
}

} // namespace

uint64_t summariesGeneration() {
  return Generation.load(std::memory_order_acquire);
}

bool wantsImage(const std::string &Hash) {
  if (settings().Auditor.empty() || settings().Cache.empty())
    return false;
  Queue &Q = queue();
  std::lock_guard Guard(Q.Lock);
  return !Q.Seen.count(Hash);
}

void offerImage(const std::string &Hash, std::string_view Ptx) {
  Queue &Q = queue();
  std::lock_guard Guard(Q.Lock);
  if (!Q.Seen.insert(Hash).second)
    return;
  Q.Offers.push_back({Hash, std::string(Ptx)});
  if (!Q.Running)
    start(Q);
  Q.Filled.notify_one();
}

void finishAudits() {
  Queue *Q = Current.load(std::memory_order_acquire);
  if (!Q)
    return;
  std::vector<std::string> Bases;
  std::lock_guard Guard(Q->Lock);
  std::lock_guard Started(Q->Starting);
  for (const Offer &O : Q->Offers)
    if (!exists(baseOf(O) + ".reprise") && writeOffer(O))
      Bases.push_back(baseOf(O));
  Q->Offers.clear();
  if (!Bases.empty())
    startAuditor(Bases);
}

void forgetAudits() { Current.store(nullptr, std::memory_order_release); }

} // namespace reprise::cuda
