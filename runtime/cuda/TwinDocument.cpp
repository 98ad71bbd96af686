//===- TwinDocument.cpp - What an image says of its twins -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TwinDocument.h"
#include "Control.h"
#include "Limits.h"

#include <nlohmann/json.hpp>

namespace reprise::cuda {

using nlohmann::json;

/// A text of \p Object; empty where there is none.
static std::string textOf(const json &Object, const char *Name) {
  auto At = Object.find(Name);
  return At != Object.end() && At->is_string() ? At->get<std::string>() : "";
}

/// A natural number below 2^32, or none.
static bool numberOf(const json &Object, const char *Name, uint32_t &Value) {
  auto At = Object.find(Name);
  if (At == Object.end() || !At->is_number_unsigned() ||
      At->get<uint64_t>() > UINT32_MAX)
    return false;
  Value = At->get<uint32_t>();
  return true;
}

bool readTwins(std::string_view Text, std::vector<TwinEntry> &Entries) {
  const json J = json::parse(Text, nullptr, /*allow_exceptions=*/false);
  if (!J.is_object() || textOf(J, "format") != "reprise-twins")
    return false;
  auto Version = J.find("version");
  uint32_t Major = 0;
  if (Version == J.end() || !Version->is_object() ||
      !numberOf(*Version, "major", Major) || Major != 1)
    return false;
  auto Twins = J.find("twins");
  if (Twins == J.end() || !Twins->is_array())
    return false;
  std::vector<TwinEntry> Found;
  for (const json &Each : *Twins) {
    if (!Each.is_object() || textOf(Each, "kernel").empty())
      return false;
    TwinEntry E;
    E.Kernel = textOf(Each, "kernel");
    E.Twin = textOf(Each, "twin");
    E.Refusal = textOf(Each, "refusal");
    if (!E.Twin.empty()) {
      E.Mapless = textOf(Each, "mapless");
      if (!numberOf(Each, "control_offset", E.ControlOffset) ||
          !numberOf(Each, "control_bytes", E.ControlBytes) ||
          (E.ControlBytes != sizeof(Control) &&
           E.ControlBytes != sizeof(SpreadControl)) ||
          E.ControlOffset % alignof(SpreadControl) != 0 ||
          E.ControlOffset > MaxParamBytes - E.ControlBytes)
        return false;
      const std::string Inside = textOf(Each, "inside");
      E.Inside = Inside == "thread" || Inside == "warp" || Inside == "block";
    }
    Found.push_back(std::move(E));
  }
  Entries.insert(Entries.end(), std::make_move_iterator(Found.begin()),
                 std::make_move_iterator(Found.end()));
  return true;
}

} // namespace reprise::cuda
