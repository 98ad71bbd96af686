//===- TwinDocument.cpp - What the runtime is told of twins ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TwinDocument.h"
#include "Control.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace reprise {

std::string embeddedName(StringRef Prefix, StringRef Text) {
  return (Prefix + utohexstr(xxh3_64bits(Text), /*LowerCase=*/true, 16)).str();
}

std::string writeTwins(const std::vector<Twin> &Twins) {
  json::Array List;
  for (const Twin &T : Twins) {
    const CheckpointPlan &P = T.Plan;
    json::Object O{{"kernel", P.Kernel}};
    if (P.Refusal.empty()) {
      O["twin"] = TwinPrefix + P.Kernel;
      if (!T.Mapless.empty())
        O["mapless"] = T.Mapless;
      O["control_offset"] = T.ControlOffset;
      O["control_bytes"] = T.ControlBytes;
      O["entry"] = nameOf(P.Entry);
      O["inside"] = nameOf(P.leavesInside() ? P.Inside : Granularity::None);
    } else {
      O["refusal"] = P.Refusal;
    }
    List.push_back(std::move(O));
  }
  json::Object Document{{"format", "reprise-twins"},
                        {"version", json::Object{{"major", 1}, {"minor", 0}}},
                        {"twins", std::move(List)}};
  std::string Text;
  raw_string_ostream(Text) << json::Value(std::move(Document));
  return Text;
}

} // namespace reprise
