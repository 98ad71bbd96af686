//===- ContainerSeeds.cpp - One sound file of each kind -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: reprise-container-seeds FOLDER
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include <filesystem>
#include <fstream>
#include <iostream>

using namespace reprise::test;

int main(int Argc, char **Argv) {
  if (Argc != 2) {
    std::cerr << "usage: " << Argv[0] << " FOLDER\n";
    return 2;
  }
  std::filesystem::path Folder = Argv[1];
  std::filesystem::create_directories(Folder);
  auto Write = [&](const char *Name, const std::string &Content) {
    std::ofstream(Folder / Name, std::ios::binary) << Content;
  };

  std::string Text = ptx({"one", "two"}) +
                     ".global .align 1 .b8 __reprise_summary_0[3] = {123, 125, "
                     "0};\n";
  std::string Code = cubin({{"one", {{0, 0, 8}, {1, 8, 4}}, true, 12},
                            {"two", {{0, 0, 5000, true}}},
                            {"helper", {}, false}});
  std::string Plain = fatbin({{1, Text, 80}, {2, Code, 90, ArchOnly, "name"}});
  std::string Packed = fatbin({{1, Text, 80, Zstd, "name", 9, 0, 16},
                               {2, Code, 90, Lz4},
                               {8, "opaque", 100, Family},
                               {64, "unknown", 75}});
  std::string Object =
      elf({{".nv_fatbin", Packed + Plain}, {"__nv_relfatbin", Plain}}, 62, 1);
  Write("ptx", Text);
  Write("cubin", Code);
  Write("cubin-old", cubin({{"one", {}}}, 1, 75, 7));
  Write("fatbin-plain", Plain);
  Write("fatbin-packed", Packed);
  Write("object", Object);
  Write("library", elf({{".data", std::string(12, 'x') + Plain, 1, 3, 4}}));
  Write("archive",
        archive({{"a.o", Object}, {"b.a", archive({{"c.ptx", Text}})}}));
}
