#===- RepriseInstall.cmake - What `cmake --install` lays out ---------------===#
#
# Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   bin/reprise                       the command
#   include/reprise/reprise.h         the C interface of the runtime
#   include/reprise/reprise_cuda.h    its callbacks for CUDA
#   include/reprise/reprise_interposer.h
#                                     how a program talks to the interposer
#   include/reprise/reprise_preempt.h
#                                     stopping kernels, and going on
#   include/reprise/reprise_killable.h
#                                     what a scheduler may kill
#   lib/libreprise*                   the runtime, shared and static
#   lib/libreprise_cuda.so            the interposer, for LD_PRELOAD
#   lib/reprise/shim/libcuda.so.1     the same, for LD_LIBRARY_PATH
#   lib/reprise/reprise-plugin.so     the pass plugin for clang 19
#   lib/reprise/emulated/             a CUDA driver and runtime without a GPU
#   lib/reprise/cuda/                 what clang 19 needs for CUDA 11, 12 and 13
#   lib/cmake/reprise/                find_package(reprise)
#   share/man/man1/reprise.1
#
# The command and the package find everything relative to themselves, so the
# tree can be moved as a whole.
#
#===------------------------------------------------------------------------===#

include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/reprise)

install(TARGETS reprise RUNTIME)
install(TARGETS reprise_plugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/reprise)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tools/cuda
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/reprise USE_SOURCE_PERMISSIONS)

if(TARGET reprise_cuda)
  install(TARGETS reprise_cuda LIBRARY)
  install(FILES ${REPRISE_PLUGIN_DIR}/shim/libcuda.so.1
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/reprise/shim)
endif()

set_target_properties(reprise_runtime PROPERTIES EXPORT_NAME runtime)
set_target_properties(reprise_runtime_static PROPERTIES EXPORT_NAME runtime_static)
install(TARGETS reprise_runtime reprise_runtime_static EXPORT repriseTargets
        LIBRARY ARCHIVE INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/runtime/include/reprise/reprise.h
              ${PROJECT_SOURCE_DIR}/runtime/include/reprise/reprise_cuda.h
              ${PROJECT_SOURCE_DIR}/runtime/include/reprise/reprise_interposer.h
              ${PROJECT_SOURCE_DIR}/runtime/include/reprise/reprise_preempt.h
              ${PROJECT_SOURCE_DIR}/runtime/include/reprise/reprise_killable.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/reprise)

install(EXPORT repriseTargets NAMESPACE reprise:: DESTINATION ${package_dir})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/tools/cmake/repriseConfig.cmake.in
  ${PROJECT_BINARY_DIR}/repriseConfig.cmake
  INSTALL_DESTINATION ${package_dir}
  PATH_VARS CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/repriseConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/repriseConfig.cmake
              ${PROJECT_BINARY_DIR}/repriseConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/tools/cmake/RepriseEnable.cmake
              ${PROJECT_SOURCE_DIR}/tools/cmake/clang-cuda.cmake
        DESTINATION ${package_dir})

install(FILES ${PROJECT_SOURCE_DIR}/docs/reprise.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
