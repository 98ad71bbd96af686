//===- Tree.h - A sorted map that readers see whole ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A B+-tree whose nodes never change: an update copies the path from the root
// to a leaf and gives a new root, so that who holds an old root sees the old
// map. Finding takes O(log n) and touches a few cache lines for each of the
// levels; an update copies one node of each level.
//
//        ┌──────── Root: keys and kids ────────┐
//        ▼                                     ▼
//   leaf: keys and values                    leaf ...      at most Width each
//
// Kids that become empty go; others are not merged, so the number of levels
// follows the largest size that the map had.
//
// Nodes that an update replaced are handed to the caller, who frees them when
// no reader can hold them (Reclaim.h).
//
// Thread safety: const functions on a root that is held, any number at a time.
// Errors: updates may throw std::bad_alloc, and then changed nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_TREE_H
#define REPRISE_CUDA_TREE_H

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

  struct Item {
    uint64_t Key;
    Value Data;
  };

  Tree() = default;

  bool empty() const { return !Root; }

  /// The item with the largest key that is not above \p Key, or null.
  const Item *floor(uint64_t Key) const {
    const Node *N = Root;
    if (!N || Key < N->lowest())
      return nullptr;
    while (!N->IsLeaf) {
      const auto *I = static_cast<const Inner *>(N);
      N = I->Kids[I->place(Key)];
    }
    const auto *L = static_cast<const Leaf *>(N);
    const Item *Past =
        std::upper_bound(L->Items, L->Items + L->Count, Key,
                         [](uint64_t K, const Item &I) { return K < I.Key; });
    return Past - 1;
  }

  const Value *find(uint64_t Key) const {
    const Item *I = floor(Key);
    return I && I->Key == Key ? &I->Data : nullptr;
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
      L->Items[0] = {Key, Data};
      L->Count = 1;
      E.commit(Root, L);
    } else {
      auto [First, Second] = insert(E, Root, Key, Data);
      if (Second) {
        auto *Top = E.make(new Inner);
        Top->Keys[0] = First->lowest();
        Top->Keys[1] = Second->lowest();
        Top->Kids[0] = First;
        Top->Kids[1] = Second;
        Top->Count = 2;
        First = Top;
      }
      E.commit(Root, First);
    }
  }

  /// False when there is no such key.
  bool erase(uint64_t Key, std::vector<Retired> &Old) {
    if (!find(Key))
      return false;
    Edit E(Old);
    const Node *N = erase(E, Root, Key);
    // A root with one kid is a level for nothing.
    while (N && !N->IsLeaf && N->Count == 1) {
      E.drop(N);
      N = static_cast<const Inner *>(N)->Kids[0];
    }
    E.commit(Root, N);
    return true;
  }

  /// Forgets all items.
  void clear(std::vector<Retired> &Old) {
    Edit E(Old);
    dropAll(E, Root);
    E.commit(Root, nullptr);
  }

private:
  struct Node {
    explicit Node(bool OfLeaf) : IsLeaf(OfLeaf) {}
    bool IsLeaf;
    uint16_t Count = 0;
    uint64_t lowest() const {
      return IsLeaf ? static_cast<const Leaf *>(this)->Items[0].Key
                    : static_cast<const Inner *>(this)->Keys[0];
    }
  };
  struct Leaf : Node {
    Leaf() : Node(true) {}
    Item Items[Width];
  };
  struct Inner : Node {
    Inner() : Node(false) {}
    uint64_t Keys[Width]; ///< The lowest key of each kid when it was made.
    const Node *Kids[Width];
    unsigned place(uint64_t Key) const {
      const uint64_t *Past = std::upper_bound(Keys, Keys + this->Count, Key);
      return Past == Keys ? 0 : static_cast<unsigned>(Past - Keys) - 1;
    }
  };

  static void deleteNode(const Node *N) {
    if (N->IsLeaf)
      delete static_cast<const Leaf *>(N);
    else
      delete static_cast<const Inner *>(N);
  }

  /// Undoes itself when an exception comes before commit().
  class Edit {
  public:
    explicit Edit(std::vector<Retired> &List) : Old(List) {}
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
      std::vector<Retired> List;
      for (const Node *N : Dropped)
        List.push_back({const_cast<Node *>(N), [](void *Object) {
                          deleteNode(static_cast<const Node *>(Object));
                        }});
      Old.insert(Old.end(), List.begin(), List.end());
      Made.clear();
      Place = New;
    }

  private:
    std::vector<Retired> &Old;
    std::vector<const Node *> Made, Dropped;
  };

  using Halves = std::pair<const Node *, const Node *>;

  Halves insert(Edit &E, const Node *N, uint64_t Key, const Value &Data) {
    if (N->IsLeaf)
      return insertLeaf(E, *static_cast<const Leaf *>(N), Key, Data);
    const auto &I = *static_cast<const Inner *>(N);
    unsigned At = I.place(Key);
    auto [First, Second] = insert(E, I.Kids[At], Key, Data);
    E.drop(N);
    // At most one kid more.
    uint64_t Keys[Width + 1];
    const Node *Kids[Width + 1];
    unsigned Count = 0;
    for (unsigned K = 0; K < I.Count; ++K) {
      if (K != At) {
        Keys[Count] = I.Keys[K];
        Kids[Count++] = I.Kids[K];
        continue;
      }
      Keys[Count] = First->lowest();
      Kids[Count++] = First;
      if (Second) {
        Keys[Count] = Second->lowest();
        Kids[Count++] = Second;
      }
    }
    auto Make = [&](unsigned From, unsigned To) {
      auto *New = E.make(new Inner);
      std::copy(Keys + From, Keys + To, New->Keys);
      std::copy(Kids + From, Kids + To, New->Kids);
      New->Count = static_cast<uint16_t>(To - From);
      return New;
    };
    if (Count <= Width)
      return {Make(0, Count), nullptr};
    return {Make(0, Count / 2), Make(Count / 2, Count)};
  }

  Halves insertLeaf(Edit &E, const Leaf &L, uint64_t Key, const Value &Data) {
    E.drop(&L);
    const Item *Past =
        std::lower_bound(L.Items, L.Items + L.Count, Key,
                         [](const Item &I, uint64_t K) { return I.Key < K; });
    auto At = static_cast<unsigned>(Past - L.Items);
    bool Replaces = At < L.Count && L.Items[At].Key == Key;
    std::vector<Item> Items(L.Items, L.Items + L.Count);
    if (Replaces)
      Items[At].Data = Data;
    else
      Items.insert(Items.begin() + At, Item{Key, Data});
    auto Make = [&](size_t From, size_t To) {
      auto *New = E.make(new Leaf);
      std::copy(Items.begin() + From, Items.begin() + To, New->Items);
      New->Count = static_cast<uint16_t>(To - From);
      return New;
    };
    if (Items.size() <= Width)
      return {Make(0, Items.size()), nullptr};
    // Addresses often ascend: leave the lower half full then.
    size_t Half = At == L.Count ? Items.size() - 1 : Items.size() / 2;
    return {Make(0, Half), Make(Half, Items.size())};
  }

  /// Null when nothing is left.
  const Node *erase(Edit &E, const Node *N, uint64_t Key) {
    E.drop(N);
    if (N->IsLeaf) {
      const auto &L = *static_cast<const Leaf *>(N);
      if (L.Count == 1)
        return nullptr;
      auto *New = E.make(new Leaf);
      Item *End = std::copy_if(L.Items, L.Items + L.Count, New->Items,
                               [&](const Item &I) { return I.Key != Key; });
      New->Count = static_cast<uint16_t>(End - New->Items);
      return New;
    }
    const auto &I = *static_cast<const Inner *>(N);
    unsigned At = I.place(Key);
    const Node *Kid = erase(E, I.Kids[At], Key);
    if (!Kid && I.Count == 1)
      return nullptr;
    auto *New = E.make(new Inner);
    for (unsigned K = 0; K < I.Count; ++K) {
      const Node *Next = K == At ? Kid : I.Kids[K];
      if (!Next)
        continue;
      New->Keys[New->Count] = K == At ? Next->lowest() : I.Keys[K];
      New->Kids[New->Count++] = Next;
    }
    return New;
  }

  static void dropAll(Edit &E, const Node *N) {
    if (!N)
      return;
    E.drop(N);
    if (!N->IsLeaf) {
      const auto *I = static_cast<const Inner *>(N);
      for (unsigned K = 0; K < I->Count; ++K)
        dropAll(E, I->Kids[K]);
    }
  }

  template <typename Function> static void visit(const Node *N, Function &Fn) {
    if (!N)
      return;
    if (N->IsLeaf) {
      const auto *L = static_cast<const Leaf *>(N);
      for (unsigned I = 0; I < L->Count; ++I)
        Fn(L->Items[I].Key, L->Items[I].Data);
      return;
    }
    const auto *I = static_cast<const Inner *>(N);
    for (unsigned K = 0; K < I->Count; ++K)
      visit(I->Kids[K], Fn);
  }

  const Node *Root = nullptr;
};

} // namespace reprise::cuda

#endif // REPRISE_CUDA_TREE_H
