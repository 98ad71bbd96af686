/*===- HeaderIsC99.c - The public header is plain C -----------------------===*\
|*                                                                            *|
|* Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* Compiled with -std=c99 -pedantic -Werror; CApiTest.cpp calls it.           *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include "reprise/reprise.h"
#include "reprise/reprise_cuda.h"
#include "reprise/reprise_killable.h"

#include <string.h>

int headerIsC99(void);

int headerIsC99(void) {
  reprise_db *db = NULL;
  reprise_launch launch;
  reprise_result result;
  reprise_param_info param;
  reprise_access_info access;
  reprise_symbol symbol;
  reprise_range range;
  reprise_killer killer;
  reprise_killable killable;
  reprise_cuda_command command;
  reprise_cuda_launch told;
  size_t count;
  memset(&launch, 0, sizeof launch);
  memset(&param, 0, sizeof param);
  memset(&access, 0, sizeof access);
  memset(&symbol, 0, sizeof symbol);
  memset(&range, 0, sizeof range);
  memset(&command, 0, sizeof command);
  memset(&told, 0, sizeof told);
  if (strcmp(reprise_version(), "0.0.0") < 0)
    return 1;
  if (reprise_check(NULL, &launch, &result) != REPRISE_ERROR_ARGUMENT)
    return 2;
  if (result.write != REPRISE_NO_ACCESS || launch.flags)
    return 3;
  if (reprise_killer_load(&killer) ||
      reprise_may_kill(&killer, &command, 1, &killable) ||
      reprise_may_kill_launch(&killer, &told, 1, &killable) ||
      reprise_killable_ranges(&killer, &command, &range, 1, &count) !=
          REPRISE_ERROR_LAUNCH)
    return 4;
  return reprise_db_load("", 0, &db, NULL, 0) != REPRISE_ERROR_FORMAT;
}
