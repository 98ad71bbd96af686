//===- Tree.h - A sorted map that readers see whole ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A B+-tree whose nodes never change: an update copies the path from the root
// to a leaf and gives a new root, so that who holds an old root sees the old
// map. Finding takes O(log n); an update copies one node of each level.
//
//        ┌──────── Root: keys and kids ────────┐
//        ▼                                     ▼
//   leaf: keys and values                    leaf ...      at most Width each
//
//   node: │ keys, unused ones UINT64_MAX │ count │ kids or values │
//         └ whole cache lines, from the start ┘
//
// Among many items each node that is looked at is a cache miss or two, and
// those are the cost of finding. So the keys lie together, the first of each
// line says in which one to look, the lines are asked for at once, and nothing
// else of a node is read but the kid or the value that was found.
//
// Kids that become empty go; others are not merged, so the number of levels
// follows the largest size that the map had.
//
// Nodes that an update replaced are handed to the caller, who frees them when
// no reader can hold them (Reclaim in State.h).
//
// Thread safety: const functions on a root that is held, any number at a time.
// Errors: updates may throw std::bad_alloc, and then changed nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_TREE_H
#define REPRISE_CUDA_TREE_H

#include "NodePool.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace reprise::cuda {

/// Something to be deleted later.
struct Retired {
  void *Object;
  void (*Delete)(void *);
};

template <typename Value> class Tree {
public:
  static constexpr unsigned Width = 32;

  /// What was found; false when nothing was. Valid as long as the root.
  struct Item {
    uint64_t Key = 0;
    const Value *Data = nullptr;
    explicit operator bool() const { return Data; }
  };

  Tree() = default;

  bool empty() const { return !Root; }

  /// The item with the largest key that is not above \p Key, if any.
  Item floor(uint64_t Key) const {
    const Node *N = Root;
    if (!N || Key < N->Keys[0])
      return {};
    for (unsigned Level = Levels; Level > 1; --Level) {
      N = static_cast<const Inner *>(N)->Data[N->upTo(Key) - 1];
      N->prefetchKeys();
    }
    const unsigned At = N->upTo(Key) - 1;
    return {N->Keys[At], &static_cast<const Leaf *>(N)->Data[At]};
  }

  const Value *find(uint64_t Key) const {
    const Item I = floor(Key);
    return I && I.Key == Key ? I.Data : nullptr;
  }

  /// Calls \p Fn with all items in the order of their keys.
  template <typename Function> void forEach(Function &&Fn) const {
    visit(Root, Fn);
  }

  /// Inserts, or replaces the item of the same key. Replaced nodes are appended
  /// to \p Old.
  void insert(uint64_t Key, const Value &Data, std::vector<Retired> &Old) {
    Edit E(Old);
    if (!Root) {
      auto *L = E.make(new Leaf);
      L->append(Key, Data);
      E.commit(Root, L);
      Levels = 1;
    } else {
      auto [First, Second] = insert(E, Root, Key, Data);
      const bool Grows = Second;
      if (Grows) {
        auto *Top = E.make(new Inner);
        Top->append(First->Keys[0], First);
        Top->append(Second->Keys[0], Second);
        First = Top;
      }
      E.commit(Root, First);
      Levels += Grows;
    }
  }

  /// False when there is no such key.
  bool erase(uint64_t Key, std::vector<Retired> &Old) {
    if (!find(Key))
      return false;
    Edit E(Old);
    const Node *N = erase(E, Root, Key);
    unsigned Left = N ? Levels : 0;
    // A root with one kid is a level for nothing.
    while (N && !N->IsLeaf && N->Count == 1) {
      E.drop(N);
      N = static_cast<const Inner *>(N)->Data[0];
      --Left;
    }
    E.commit(Root, N);
    Levels = Left;
    return true;
  }

  /// Forgets all items.
  void clear(std::vector<Retired> &Old) {
    Edit E(Old);
    dropAll(E, Root);
    E.commit(Root, nullptr);
    Levels = 0;
  }

private:
  static constexpr unsigned LineKeys = 8; ///< Keys of a cache line.

  struct alignas(64) Node {
    explicit Node(bool OfLeaf) : IsLeaf(OfLeaf) {}
    static void *operator new(size_t Size) { return takeNode(Size); }
    static void operator delete(void *N, size_t Size) { giveNode(N, Size); }

    /// Of an inner node: the lowest key of each kid.
    uint64_t Keys[Width];
    uint16_t Count = 0;
    bool IsLeaf;

    /// How many keys are not above \p Key; \p Key is not below the first one.
    unsigned upTo(uint64_t Key) const {
      // Unused keys are not above it, and the count is in another line.
      if (Key == UINT64_MAX) [[unlikely]]
        return Count;
      unsigned Line = 0, Inside = 0;
      for (unsigned I = LineKeys; I < Width; I += LineKeys)
        Line += Keys[I] <= Key;
      const uint64_t *First = Keys + size_t{Line} * LineKeys;
      for (unsigned I = 0; I < LineKeys; ++I)
        Inside += First[I] <= Key;
      return Line * LineKeys + Inside;
    }
    void prefetchKeys() const {
      for (unsigned I = 0; I < Width; I += LineKeys)
        __builtin_prefetch(Keys + I);
    }
  };
  template <typename T, bool OfLeaf> struct Filled : Node {
    Filled() : Node(OfLeaf) {
      static_assert(sizeof(Filled) <= LargestNode);
      std::fill(this->Keys, this->Keys + Width, UINT64_MAX);
    }
    T Data[Width];

    void append(uint64_t Key, const T &Of) {
      this->Keys[this->Count] = Key;
      Data[this->Count++] = Of;
    }
    void append(const Filled &Of, unsigned From, unsigned To) {
      std::copy(Of.Keys + From, Of.Keys + To, this->Keys + this->Count);
      std::copy(Of.Data + From, Of.Data + To, Data + this->Count);
      this->Count = static_cast<uint16_t>(this->Count + To - From);
    }
    /// Where \p Key is or has to go.
    unsigned place(uint64_t Key) const {
      return Key < this->Keys[0] ? 0 : this->upTo(Key) - 1;
    }
  };
  using Leaf = Filled<Value, true>;
  using Inner = Filled<const Node *, false>;

  static void deleteNode(const Node *N) {
    if (N->IsLeaf)
      delete static_cast<const Leaf *>(N);
    else
      delete static_cast<const Inner *>(N);
  }

  /// Undoes itself when an exception comes before commit().
  class Edit {
  public:
    explicit Edit(std::vector<Retired> &List) : Old(List) {
      Made.reserve(16); // More than most need.
      Dropped.reserve(16);
    }
    Edit(const Edit &) = delete;
    Edit &operator=(const Edit &) = delete;
    ~Edit() {
      for (const Node *N : Made)
        deleteNode(N);
    }
    template <typename T> T *make(T *N) {
      std::unique_ptr<T> Guard(N);
      Made.push_back(N);
      return Guard.release();
    }
    void drop(const Node *N) { Dropped.push_back(N); }
    void commit(const Node *&Place, const Node *New) {
      // Before anything changes; not by as little as is needed, for the list
      // of a large update grows often.
      if (const size_t All = Old.size() + Dropped.size(); All > Old.capacity())
        Old.reserve(std::max(All, 2 * Old.capacity()));
      for (const Node *N : Dropped)
        Old.push_back({const_cast<Node *>(N), [](void *Object) {
                         deleteNode(static_cast<const Node *>(Object));
                       }});
      Made.clear();
      Place = New;
    }

  private:
    std::vector<Retired> &Old;
    std::vector<const Node *> Made, Dropped;
  };

  using Halves = std::pair<const Node *, const Node *>;

  /// One new node, or two where one is too small.
  template <typename T> class Split {
  public:
    /// \p AtEnd: what is new comes last. Addresses often ascend, so the lower
    /// node is left full then.
    Split(Edit &Of, bool Two, bool AtEnd)
        : E(Of), Low(E.make(new T)),
          LowCount(Two && !AtEnd ? Width / 2 : Width) {}
    template <typename D> void append(uint64_t Key, const D &Data) {
      if (!High && Low->Count == LowCount)
        High = E.make(new T);
      (High ? High : Low)->append(Key, Data);
    }
    /// The items [\p From, \p To) of \p Of.
    void append(const T &Of, unsigned From, unsigned To) {
      if (!High) {
        const unsigned Fits = std::min(To, From + LowCount - Low->Count);
        Low->append(Of, From, Fits);
        if ((From = Fits) == To)
          return;
        High = E.make(new T);
      }
      High->append(Of, From, To);
    }
    Halves halves() const { return {Low, High}; }

  private:
    Edit &E;
    T *Low, *High = nullptr;
    unsigned LowCount;
  };

  Halves insert(Edit &E, const Node *N, uint64_t Key, const Value &Data) {
    if (N->IsLeaf)
      return insertLeaf(E, *static_cast<const Leaf *>(N), Key, Data);
    const auto &I = *static_cast<const Inner *>(N);
    unsigned At = I.place(Key);
    auto [First, Second] = insert(E, I.Data[At], Key, Data);
    E.drop(N);
    // At most one kid more.
    Split<Inner> New(E, Second && I.Count == Width, At + 1 == I.Count);
    New.append(I, 0, At);
    New.append(First->Keys[0], First);
    if (Second)
      New.append(Second->Keys[0], Second);
    New.append(I, At + 1, I.Count);
    return New.halves();
  }

  Halves insertLeaf(Edit &E, const Leaf &L, uint64_t Key, const Value &Data) {
    E.drop(&L);
    unsigned At = 0; // The first that is not below Key.
    while (At < L.Count && L.Keys[At] < Key)
      ++At;
    const bool Replaces = At < L.Count && L.Keys[At] == Key;
    Split<Leaf> New(E, !Replaces && L.Count == Width, At == L.Count);
    New.append(L, 0, At);
    New.append(Key, Data);
    New.append(L, At + Replaces, L.Count);
    return New.halves();
  }

  /// Null when nothing is left.
  const Node *erase(Edit &E, const Node *N, uint64_t Key) {
    E.drop(N);
    if (N->IsLeaf) {
      const auto &L = *static_cast<const Leaf *>(N);
      if (L.Count == 1)
        return nullptr;
      auto *New = E.make(new Leaf);
      const unsigned At = L.place(Key);
      New->append(L, 0, At);
      New->append(L, At + 1, L.Count);
      return New;
    }
    const auto &I = *static_cast<const Inner *>(N);
    const unsigned At = I.place(Key);
    const Node *Kid = erase(E, I.Data[At], Key);
    if (!Kid && I.Count == 1)
      return nullptr;
    auto *New = E.make(new Inner);
    New->append(I, 0, At);
    if (Kid)
      New->append(Kid->Keys[0], Kid);
    New->append(I, At + 1, I.Count);
    return New;
  }

  static void dropAll(Edit &E, const Node *N) {
    if (!N)
      return;
    E.drop(N);
    if (!N->IsLeaf) {
      const auto *I = static_cast<const Inner *>(N);
      for (unsigned K = 0; K < I->Count; ++K)
        dropAll(E, I->Data[K]);
    }
  }

  template <typename Function> static void visit(const Node *N, Function &Fn) {
    if (!N)
      return;
    if (N->IsLeaf) {
      const auto *L = static_cast<const Leaf *>(N);
      for (unsigned I = 0; I < L->Count; ++I)
        Fn(L->Keys[I], L->Data[I]);
      return;
    }
    const auto *I = static_cast<const Inner *>(N);
    for (unsigned K = 0; K < I->Count; ++K)
      visit(I->Data[K], Fn);
  }

  const Node *Root = nullptr;
  unsigned Levels = 0; ///< From the root to a leaf, both counted.
};

} // namespace reprise::cuda

#endif // REPRISE_CUDA_TREE_H
