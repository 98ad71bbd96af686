# The lit suite. Tests live beside what they test:
#   test/analyzer  test/differential  test/passes  test/tools  test/examples
#   test/driver
#   test/rodinia  test/parboil  test/frameworks (benchmarks, see test/suites)
#
# Substitutions
#   %reprise         the command
#   %plugin          the pass plugin
#   %clangxx         clang++ 19
#   %clangxx_cuda    clang++ 19 as CUDA compiler: toolkit, compatibility files,
#                    an architecture that every supported toolkit knows
#   %cuda_path       the CUDA toolkit
#   %nvcc            its nvcc
#   %cuda11 %cuda12  toolkits of these versions
#   %compat          the CUDA compatibility files
#   %examples        examples/
#   %python          Python
#   %differential    the differential test; %differential-weakened its other build
#   %twin_cost       the program that measures twins on a GPU
#   %suites          verdicts on benchmarks, and the oracle's answers
#   %c_include %c_lib   folders of reprise.h and of libreprise.so
#   %emulated        the folder of the CUDA driver and runtime without a GPU
#   %browser         opens a page in Chromium (test/tools/html/Inputs/browser.py)
#   FileCheck, not, split-file, opt, llc, llvm-dis, ... come from LLVM 19
#
# Features
#   cuda   a CUDA toolkit was found; tests of .cu files say `REQUIRES: cuda`
#   nvcc   that toolkit has nvcc
#   cuda11 cuda12   `.ci/setup older-cuda` has fetched them
#   emulated   the CUDA driver without a GPU was built; programs find it with
#              `env LD_LIBRARY_PATH=%emulated`
#   interposer   libreprise_cuda.so was built
#   chromium   there is a Chromium to open pages in

import os
import shutil

import lit.formats

config.name = "reprise"
# External shell off: lit's own shell runs `|`, `&&`, `not` and redirections.
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".ll", ".cu", ".test"]
config.excludes = ["Inputs", "unit", "suites", "opcodes", "benchmark",
                   "package", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.reprise_source, "test")
config.test_exec_root = os.path.join(config.reprise_build, "test")

compat = os.path.join(config.reprise_build, "lib", "reprise", "cuda")
cccl = os.path.join(config.cuda_path, "include", "cccl")
clangxx_cuda = " ".join([
    config.clangxx,
    "--config=" + os.path.join(compat, "clang.cfg"),
    "-Wno-unknown-cuda-version",
    "--cuda-path=" + config.cuda_path,
    # Unused, and that without a warning, where nothing is linked.
    "--start-no-unused-arguments",
    "-Xcuda-fatbinary", "--reprise-cuda-path=" + config.cuda_path,
    "--end-no-unused-arguments",
    "--cuda-gpu-arch=sm_80",
    # CUDA 13 keeps Thrust, CUB and libcu++ here; nvcc adds the folder too.
    *(["-isystem", cccl] if os.path.isdir(cccl) else []),
    "-x", "cuda",
])

# Longer names first: lit replaces in this order.
config.substitutions += [
    ("%clangxx_cuda", clangxx_cuda),
    ("%clangxx", config.clangxx),
    ("%cc", config.c_compiler),
    ("%cuda_path", config.cuda_path),
    ("%nvcc", config.nvcc),
    ("%reprise", os.path.join(config.reprise_build, "bin", "reprise")),
    ("%plugin", os.path.join(config.reprise_build, "lib", "reprise",
                             "reprise-plugin.so")),
    ("%compat", compat),
    ("%emulated", os.path.join(config.reprise_build, "lib", "reprise",
                               "emulated")),
    ("%c_include", os.path.join(config.reprise_source, "runtime", "include")),
    ("%c_lib", os.path.join(config.reprise_build, "lib")),
    ("%examples", os.path.join(config.reprise_source, "examples")),
    ("%python", config.python),
    ("%twin_cost", os.path.join(config.reprise_build, "bin",
                                "reprise-twin-cost")),
    ("%suites", os.path.join(config.reprise_build, "bin", "reprise-suites")),
    ("%differential", os.path.join(config.reprise_build, "bin",
                                   "reprise-differential")),
]

for version in ["11", "12"]:
    older = os.path.join(config.reprise_source, "build", "cuda-" + version)
    if os.path.exists(os.path.join(older, "nvvm", "libdevice")):
        config.available_features.add("cuda" + version)
        config.substitutions.append(("%cuda" + version, older))
    else:
        lit_config.note(f"no CUDA {version} was found: tests of it are "
                        "unsupported; `.ci/setup older-cuda` fetches it")

chromium = shutil.which("chromium")
if chromium:
    config.available_features.add("chromium")
    browser = os.path.join(config.test_source_root, "tools", "html", "Inputs",
                           "browser.py")
    config.substitutions.append(
        ("%browser", f"{config.python} {browser} {chromium}"))
else:
    lit_config.note("no Chromium was found: tests of the HTML report's "
                    "behaviour are unsupported; .ci/setup installs it")

# Prefer LLVM 19's tools to whatever an unversioned name means here.
config.environment["PATH"] = os.pathsep.join(
    [config.llvm_tools, os.environ.get("PATH", "")])

# Results of earlier runs: never the user's, and none that outlive the suite.
cache = os.path.join(config.test_exec_root, "cache")
shutil.rmtree(cache, ignore_errors=True)
config.environment["XDG_CACHE_HOME"] = cache

# `reprise` looks for the toolkit in CUDA_PATH first: every test sees the one
# that CMake found.
config.environment.pop("CUDA_PATH", None)
if config.cuda_path:
    config.environment["CUDA_PATH"] = config.cuda_path
    config.available_features.add("cuda")
else:
    lit_config.note("no CUDA toolkit was found: tests that need one are "
                    "unsupported")
if config.nvcc:
    config.available_features.add("nvcc")
if config.emulated_driver:
    config.available_features.add("emulated")
else:
    lit_config.note("the emulated CUDA driver was not built: tests of it are "
                    "unsupported")
if os.path.exists(os.path.join(config.reprise_build, "lib",
                               "libreprise_cuda.so")):
    config.available_features.add("interposer")
else:
    lit_config.note("the interposer was not built: tests of it are "
                    "unsupported")
for variable in ["ASAN_OPTIONS", "UBSAN_OPTIONS"]:
    if variable in os.environ:
        config.environment[variable] = os.environ[variable]
