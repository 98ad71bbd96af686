#===- RepriseCuda.cmake - Where the CUDA toolkit is ------------------------===#
#
# Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Sets the cache variable REPRISE_CUDA_PATH to the first of: CUDA_PATH in the
# environment, the toolkit of the nvcc on PATH, /usr/local/cuda, and build/cuda,
# where the set-up script puts NVIDIA's wheels. Empty where there is none.
# With REPRISE_IGNORE_SYSTEM_CUDA=1 in the environment only build/cuda counts.
# `.ci/setup` looks in the same places.
#
# Sets REPRISE_NVCC to the toolkit's nvcc, or to an empty string.
#
#===------------------------------------------------------------------------===#

function(reprise_find_cuda result)
  set(candidates)
  if(NOT "$ENV{REPRISE_IGNORE_SYSTEM_CUDA}")
    list(APPEND candidates "$ENV{CUDA_PATH}")
    find_program(nvcc_on_path nvcc NO_CACHE NO_CMAKE_PATH)
    if(nvcc_on_path)
      file(REAL_PATH "${nvcc_on_path}" nvcc)
      cmake_path(GET nvcc PARENT_PATH nvcc_bin)
      cmake_path(GET nvcc_bin PARENT_PATH nvcc_toolkit)
      list(APPEND candidates "${nvcc_toolkit}")
    endif()
    list(APPEND candidates /usr/local/cuda)
  endif()
  list(APPEND candidates "${PROJECT_SOURCE_DIR}/build/cuda")
  foreach(candidate IN LISTS candidates)
    # What clang's --cuda-path needs.
    if(EXISTS "${candidate}/include/cuda.h" AND
       EXISTS "${candidate}/nvvm/libdevice")
      set(${result} "${candidate}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(${result} "" PARENT_SCOPE)
endfunction()

# The search is repeated as long as nothing was found.
if(NOT REPRISE_CUDA_PATH)
  reprise_find_cuda(found)
  set(REPRISE_CUDA_PATH "${found}" CACHE PATH
      "CUDA toolkit that tests and examples compile with" FORCE)
endif()

set(REPRISE_NVCC "")
if(REPRISE_CUDA_PATH)
  if(EXISTS "${REPRISE_CUDA_PATH}/bin/nvcc")
    set(REPRISE_NVCC "${REPRISE_CUDA_PATH}/bin/nvcc")
  endif()
  message(STATUS "CUDA toolkit: ${REPRISE_CUDA_PATH}")
else()
  message(STATUS "CUDA toolkit: none; tests that need one are unsupported")
endif()
