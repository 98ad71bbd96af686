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
  memset(&launch, 0, sizeof launch);
  memset(&param, 0, sizeof param);
  memset(&access, 0, sizeof access);
  memset(&symbol, 0, sizeof symbol);
  memset(&range, 0, sizeof range);
  if (strcmp(reprise_version(), "0.0.0") < 0)
    return 1;
  if (reprise_check(NULL, &launch, &result) != REPRISE_ERROR_ARGUMENT)
    return 2;
  if (result.write != REPRISE_NO_ACCESS || launch.flags)
    return 3;
  return reprise_db_load("", 0, &db, NULL, 0) != REPRISE_ERROR_FORMAT;
}
