//===- Summaries.cpp - Summaries by the hash of their image -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Summaries.h"
#include "ForkLocks.h"
#include "Handles.h"
#include "Settings.h"

#include <algorithm>
#include <cstdio>
#include <unordered_map>
#include <vector>

namespace reprise::cuda {

namespace {

struct Store {
  bool Opened = false;
  std::vector<const reprise_db *> Given; ///< --db, in their order.
  /// By hash; null: there was none in the generation that is kept with it.
  struct Image {
    const reprise_db *Db = nullptr;
    uint64_t Generation = 0;
  };
  std::unordered_map<std::string, Image> Images;
};

Store &store() {
  static Store *const S = new Store;
  return *S;
}

const reprise_db *loadFile(const std::string &Path, bool MustBe) {
  reprise_db *Db = nullptr;
  char Error[512];
  reprise_status Status =
      reprise_db_load_file(Path.c_str(), &Db, Error, sizeof Error);
  if (Status == REPRISE_OK)
    return Db;
  if (MustBe || Status != REPRISE_ERROR_IO)
    std::fprintf(stderr, "reprise: warning: %s: %s; it is left out\n",
                 Path.c_str(), Error);
  return nullptr;
}

void openGiven(Store &S) {
  S.Opened = true;
  for (const std::string &Path : settings().Databases) {
    const reprise_db *Db = loadFile(Path, /*MustBe=*/true);
    if (!Db)
      continue;
    S.Given.push_back(Db);
    const reprise_kernel *First = reprise_db_kernel(Db, 0);
    if (First && First->Model.Images.empty())
      std::fprintf(stderr,
                   "reprise: warning: %s does not say which images it holds "
                   "for; make it from the program's binary with 'reprise audit "
                   "--db'\n",
                   Path.c_str());
  }
}

bool holdsFor(const reprise_kernel &K, const std::string &Hash) {
  const std::vector<std::string> &Images = K.Model.Images;
  return std::find(Images.begin(), Images.end(), Hash) != Images.end();
}

} // namespace

const reprise_kernel *findSummary(const std::string &Hash,
                                  const std::string &Name) {
  Store &S = store();
  std::lock_guard Guard(forkLock(Guarded::Summaries));
  if (!S.Opened)
    openGiven(S);
  for (const reprise_db *Db : S.Given)
    if (const reprise_kernel *K = reprise_db_find(Db, Name.c_str()))
      if (holdsFor(*K, Hash))
        return K;
  Store::Image &I = S.Images[Hash];
  const uint64_t Now = summariesGeneration() + 1;
  if (!I.Db && I.Generation != Now) {
    I.Generation = Now;
    if (!settings().Cache.empty())
      I.Db = loadFile(settings().Cache + "/" + Hash + ".reprise",
                      /*MustBe=*/false);
  }
  // The name of the file is not believed: the kernels say what they hold for.
  const reprise_kernel *K =
      I.Db ? reprise_db_find(I.Db, Name.c_str()) : nullptr;
  return K && holdsFor(*K, Hash) ? K : nullptr;
}

} // namespace reprise::cuda
