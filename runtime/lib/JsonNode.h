//===- JsonNode.h - JSON values that know where they are ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the readers of Json.h and LaunchRecord.h share. What is wrong is thrown
// as Malformed, whose message names the path, such as `grid[0]: is not a
// natural number`; the readers catch it.
// Thread safety: pure functions of const values.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_JSONNODE_H
#define REPRISE_RUNTIME_JSONNODE_H

#include "Names.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace reprise {

using Json = nlohmann::ordered_json;

/// Never leaves the reader that made the node.
struct Malformed {
  std::string Message;
};

/// A value and its path, as a chain on the stack so that a path is spelled
/// out only when it is needed.
struct Node {
  const Json &J;
  const Node *Up = nullptr;
  const char *Key = nullptr; ///< Null: element Index of an array.
  size_t Index = 0;

  std::string path() const {
    if (!Up)
      return "";
    std::string P = Up->path();
    if (!Key)
      return P + "[" + std::to_string(Index) + "]";
    return P.empty() ? Key : P + "." + Key;
  }
  [[noreturn]] void fail(const std::string &What) const {
    std::string P = path();
    throw Malformed{(P.empty() ? "document" : P) + ": " + What};
  }

  void needObject() const {
    if (!J.is_object())
      fail("is not an object");
  }
  void needArray(size_t Least, size_t Most) const {
    if (!J.is_array())
      fail("is not an array");
    if (J.size() < Least || J.size() > Most)
      fail("has " + std::to_string(J.size()) + " elements, not " +
           std::to_string(Least) +
           (Most == Least ? "" : " to " + std::to_string(Most)));
  }
  bool has(const char *Name) const { return J.contains(Name); }
  Node field(const char *Name) const {
    auto It = J.find(Name);
    if (It == J.end())
      fail(std::string("field '") + Name + "' is missing");
    return {*It, this, Name};
  }
  Node element(size_t I) const { return {J[I], this, nullptr, I}; }

  std::string text() const {
    if (!J.is_string())
      fail("is not a string");
    return J.get<std::string>();
  }
  bool boolean() const {
    if (!J.is_boolean())
      fail("is not true or false");
    return J.get<bool>();
  }
  uint64_t natural(uint64_t Most) const {
    if (!J.is_number_unsigned())
      fail("is not a natural number");
    auto Value = J.get<uint64_t>();
    if (Value > Most)
      fail(std::to_string(Value) + " is too large");
    return Value;
  }
  uint32_t natural32() const {
    return static_cast<uint32_t>(natural(UINT32_MAX));
  }
  /// An index: None is not one.
  Id id() const { return static_cast<Id>(natural(None - 1)); }
  int64_t integer() const {
    if (!J.is_number_integer())
      fail("is not an integer");
    if (J.is_number_unsigned() && J.get<uint64_t>() > INT64_MAX)
      fail("does not fit in 64 bits");
    return J.get<int64_t>();
  }
  template <typename Enum> Enum enumerator(const char *What) const {
    Enum Value;
    std::string Name = text();
    if (!parseName(Name, Value))
      fail("'" + Name + "' is not " + What);
    return Value;
  }
};

template <typename T, typename Read>
void readList(const Node &N, std::vector<T> &Out, Read ReadOne) {
  if (!N.J.is_array())
    N.fail("is not an array");
  Out.reserve(N.J.size());
  for (size_t I = 0; I < N.J.size(); ++I) {
    Node Element = N.element(I);
    Out.push_back(ReadOne(Element));
  }
}

} // namespace reprise

#endif // REPRISE_RUNTIME_JSONNODE_H
