//===- Expect.h - What the tests of the emulated driver share -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DRIVER_INPUTS_EXPECT_H
#define REPRISE_TEST_DRIVER_INPUTS_EXPECT_H

#include <cstdio>
#include <cstdlib>

/// Ends the program, which fails the test, unless the condition holds.
#define EXPECT(Condition)                                                      \
  do {                                                                         \
    if (!(Condition)) {                                                        \
      std::fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__,    \
                   #Condition);                                                \
      std::exit(1);                                                            \
    }                                                                          \
  } while (false)

/// The same for a call that has to give a certain error, 0 for none.
#define GIVES(Error, Call)                                                     \
  do {                                                                         \
    int ActualError = static_cast<int>(Call);                                  \
    if (ActualError != static_cast<int>(Error)) {                              \
      std::fprintf(stderr, "%s:%d: %s gives %d, not %s\n", __FILE__, __LINE__, \
                   #Call, ActualError, #Error);                                \
      std::exit(1);                                                            \
    }                                                                          \
  } while (false)

#define OK(Call) GIVES(0, Call)

#endif // REPRISE_TEST_DRIVER_INPUTS_EXPECT_H
