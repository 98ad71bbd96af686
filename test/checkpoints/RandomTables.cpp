//===- RandomTables.cpp - What stops of random kernels gave ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomTables.h"

using namespace llvm;

namespace reprise::checkpoints {

static void printMap(const char *What,
                     const std::map<std::string, uint64_t> &Of,
                     raw_ostream &OS) {
  if (Of.empty())
    return;
  OS << What << '\n';
  for (const auto &[Name, Count] : Of)
    OS << "  " << Count << "  " << Name << '\n';
}

void printRandom(const RandomStops &R, raw_ostream &OS) {
  printMap("kernels with a twin, by what is in them:", R.Features, OS);
  printMap("twins, by who decides at entry:", R.Entry, OS);
  printMap("twins, by who leaves inside:", R.Inside, OS);
  printMap("places inside:", R.Sites, OS);
  printMap("loops without a place:", R.Declined, OS);
  printMap("kernels without a twin:", R.Refused, OS);
  printMap("launches that decide nothing:", R.Undecided, OS);
  OS << R.Kernels << " kernels, " << R.Twins << " twins, " << R.Launches
     << " launches: " << R.Idempotent << " idempotent, " << R.WithBackup
     << " with a backup set, " << R.AtEntry << " stopped at entry alone; "
     << R.Racing << " depend on the order of threads\n";
  const StopCounts &C = R.Counts;
  OS << "all: " << C.Stops << " stops, " << C.Inside
     << " of them asked at checkpoints inside; " << C.Cuts << " cuts; "
     << C.Resumes << " resumes, " << C.Restores
     << " of them with the backup set put back; " << C.Races
     << " ends that depend on the order of threads\n"
     << R.Failures << " failures\n";
}

} // namespace reprise::checkpoints
