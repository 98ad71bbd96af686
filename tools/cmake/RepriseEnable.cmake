#===- RepriseEnable.cmake - Switches the plugin on for a target ------------===#
#
# Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   reprise_enable(<target> [PLUGIN_ARGS...])
#
# Compiles the CUDA sources of <target> with the pass plugin, which classifies
# their kernels and embeds the summaries in the device image. Each PLUGIN_ARG is
# handed to the plugin as -mllvm <arg>. Example:
#
#   project(app LANGUAGES CXX CUDA)
#   find_package(reprise REQUIRED)
#   add_executable(app app.cu)
#   reprise_enable(app)
#
# Configure it with -DCMAKE_CUDA_COMPILER=clang++-19, or with the toolchain file
# clang-cuda.cmake beside this one, which CUDA 13 needs. Argument names in
# conditions come from -fno-discard-value-names.
#
#===------------------------------------------------------------------------===#

function(reprise_enable target)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "reprise_enable: there is no target '${target}'")
  endif()
  if(NOT CMAKE_CUDA_COMPILER_ID)
    message(FATAL_ERROR "reprise_enable(${target}): the language CUDA is not \
enabled; add it to project() or call enable_language(CUDA)")
  endif()
  if(NOT CMAKE_CUDA_COMPILER_ID STREQUAL "Clang" OR
     NOT CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 19 OR
     NOT CMAKE_CUDA_COMPILER_VERSION VERSION_LESS 20)
    message(FATAL_ERROR "reprise_enable(${target}): the plugin is loaded into \
clang 19, but the CUDA compiler is ${CMAKE_CUDA_COMPILER_ID} \
${CMAKE_CUDA_COMPILER_VERSION}; configure with \
-DCMAKE_CUDA_COMPILER=clang++-19")
  endif()

  set(options
      --config=${REPRISE_CUDA_DIR}/clang.cfg
      -Wno-unknown-cuda-version
      -fno-discard-value-names
      -fpass-plugin=${REPRISE_PLUGIN})
  if(CMAKE_CUDA_COMPILER_TOOLKIT_ROOT)
    # Nothing is handed to fatbinary where only device code is compiled.
    list(APPEND options
         --start-no-unused-arguments
         "SHELL:-Xcuda-fatbinary --reprise-cuda-path=${CMAKE_CUDA_COMPILER_TOOLKIT_ROOT}"
         --end-no-unused-arguments)
    # CUDA 13 keeps Thrust, CUB and libcu++ here; nvcc adds the folder too.
    if(EXISTS ${CMAKE_CUDA_COMPILER_TOOLKIT_ROOT}/include/cccl)
      list(APPEND options
           "SHELL:-isystem ${CMAKE_CUDA_COMPILER_TOOLKIT_ROOT}/include/cccl")
    endif()
  endif()
  if(ARGN)
    # Options of a plugin are known only once -load has seen it.
    list(APPEND options "SHELL:-Xclang -load -Xclang ${REPRISE_PLUGIN}")
    foreach(argument IN LISTS ARGN)
      list(APPEND options "SHELL:-mllvm ${argument}")
    endforeach()
  endif()
  target_compile_options(${target} PRIVATE
                         "$<$<COMPILE_LANGUAGE:CUDA>:${options}>")
endfunction()
