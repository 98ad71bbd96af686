#===- clang-cuda.cmake - Makes clang 19 the CUDA compiler of a project -----===#
#
# Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   cmake -DCMAKE_TOOLCHAIN_FILE=<prefix>/lib/cmake/reprise/clang-cuda.cmake ...
#
# A toolchain file, because CMake compiles with CUDA before find_package() can
# say anything: by itself it gives clang 19 headers that it cannot parse and asks
# CUDA 13 for an architecture that it no longer has. CUDAToolkit_ROOT, CUDA_PATH
# or the nvcc on PATH choose the toolkit, as always in CMake.
#
#===------------------------------------------------------------------------===#

if(NOT DEFINED CMAKE_CUDA_COMPILER)
  set(CMAKE_CUDA_COMPILER clang++-19)
endif()
# Every toolkit that works with clang 19 knows this one.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80)
endif()

cmake_path(SET reprise_cuda NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../../reprise/cuda")
set(CMAKE_CUDA_FLAGS_INIT "--config=${reprise_cuda}/clang.cfg -Wno-unknown-cuda-version")
# The first flags with which CMake tries to identify the compiler.
set(CMAKE_CUDA_COMPILER_ID_TEST_FLAGS_FIRST "--cuda-gpu-arch=sm_80")

# The toolkit, as CMake will find it.
find_program(reprise_nvcc nvcc NO_CACHE PATH_SUFFIXES bin
             HINTS ${CUDAToolkit_ROOT} ENV CUDAToolkit_ROOT ENV CUDA_PATH
             PATHS /usr/local/cuda)
if(reprise_nvcc)
  file(REAL_PATH "${reprise_nvcc}" reprise_toolkit)
  cmake_path(GET reprise_toolkit PARENT_PATH reprise_toolkit)
  cmake_path(GET reprise_toolkit PARENT_PATH reprise_toolkit)
  string(APPEND CMAKE_CUDA_FLAGS_INIT
         " --start-no-unused-arguments"
         " -Xcuda-fatbinary --reprise-cuda-path=${reprise_toolkit}"
         " --end-no-unused-arguments")
  string(PREPEND CMAKE_CUDA_COMPILER_ID_TEST_FLAGS_FIRST
         "--cuda-path=${reprise_toolkit} ")
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES CUDAToolkit_ROOT)
unset(reprise_cuda)
unset(reprise_nvcc)
unset(reprise_toolkit)
